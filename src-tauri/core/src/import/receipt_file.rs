//! A receipt as a file: JSON for machines, one CSV row for spreadsheets. Plain functions, no I/O.

use crate::model::{Receipt, ReceiptFile};

/// The whole receipt, indented.
#[must_use]
pub fn json(receipt: &Receipt) -> String {
    let mut text =
        serde_json::to_string_pretty(receipt).expect("a receipt is texts, numbers and ids");
    text.push('\n');
    text
}

/// Titles and one row; collections are joined with `; `.
///
/// Cells that a spreadsheet would take for a formula start with an apostrophe: file and client names are
/// other people's words (OWASP, CSV injection).
#[must_use]
pub fn csv(receipt: &Receipt) -> String {
    let collections: Vec<_> = receipt.collections.iter().map(|one| one.name.as_str()).collect();
    let columns = [
        ("client", receipt.client_name.clone()),
        ("client id", receipt.client.to_string()),
        ("file", list(&receipt.files, |file| &file.name)),
        ("format", list(&receipt.files, |file| &file.format)),
        ("items", receipt.items.to_string()),
        ("landed", receipt.landed.to_string()),
        ("skipped", receipt.skipped.to_string()),
        ("requests", receipt.chunks.to_string()),
        ("verified at", receipt.verified_at.clone()),
        ("by", receipt.by.clone()),
        ("collections", collections.join("; ")),
        ("sha256", list(&receipt.files, |file| &file.sha256)),
        ("staging", receipt.staging_id.to_string()),
    ];
    let row = |cells: Vec<String>| format!("{}\r\n", cells.join(","));
    let titles = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    let cells = columns.iter().map(|(_, cell)| quote(&tame(cell))).collect();
    row(titles) + &row(cells)
}

fn list(files: &[ReceiptFile], part: impl Fn(&ReceiptFile) -> &str) -> String {
    files.iter().map(part).collect::<Vec<_>>().join("; ")
}

/// A name for the file, without its ending: client and day, with nothing a file system minds.
#[must_use]
pub fn file_stem(receipt: &Receipt) -> String {
    let day: String = receipt.verified_at.chars().take_while(|letter| *letter != 'T').collect();
    let name: String = receipt
        .client_name
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
        .take(60)
        .collect();
    format!("receipt-{}-{day}", name.trim_matches('-'))
}

/// RFC 4180, section 2: quotes around every cell, doubled inside.
fn quote(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

fn tame(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CollectionId, ReceiptCollection};

    fn receipt() -> Receipt {
        let collection = |name: &str| ReceiptCollection {
            id: CollectionId(uuid::Uuid::from_u128(7)),
            name: name.to_owned(),
            created: true,
        };
        Receipt {
            staging_id: "00000000-0000-4000-8000-000000000001".parse().unwrap(),
            client: "00000000-0000-4000-8000-000000000002".parse().unwrap(),
            client_name: "Müller & Söhne, AG".to_owned(),
            format: "lastpasscsv".to_owned(),
            file_name: "=cmd|' /C calc'!A0.csv".to_owned(),
            items: 12,
            landed: 11,
            skipped: 1,
            chunks: 1,
            verified_at: "2026-08-01T12:00:00Z".to_owned(),
            by: "ann@acme.example".to_owned(),
            collections: vec![collection("Work"), collection("Work/Mail")],
            sha256: "ab".repeat(32),
            files: vec![ReceiptFile {
                name: "=cmd|' /C calc'!A0.csv".to_owned(),
                format: "lastpasscsv".to_owned(),
                sha256: "ab".repeat(32),
            }],
        }
    }

    #[test]
    fn a_spreadsheet_gets_one_row_and_no_formula() {
        let csv = csv(&receipt());
        assert_eq!(csv.lines().count(), 2, "titles and one row");
        assert!(csv.contains("\"Müller & Söhne, AG\""), "a comma in a name stays in its cell");
        assert!(csv.contains("'=cmd|"), "a file name cannot become a formula");
        assert!(csv.contains("Work; Work/Mail"));
    }

    #[test]
    fn the_file_is_named_by_client_and_day() {
        assert_eq!(file_stem(&receipt()), "receipt-Müller---Söhne--AG-2026-08-01");
    }

    #[test]
    fn json_is_the_receipt_as_the_terminal_prints_it() {
        let value: serde_json::Value = serde_json::from_str(&json(&receipt())).unwrap();
        assert_eq!(value, serde_json::to_value(receipt()).unwrap());
    }
}
