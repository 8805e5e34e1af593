//! A health report as a file for the client: JSON for machines, CSV for spreadsheets, HTML to print. Plain
//! functions, no I/O. What goes out names items and hosts; no password, and user names masked.

use std::fmt::Write as _;

use html_escape::encode_safe;
use serde::Serialize;

use crate::model::{HealthReport, HealthRow};

/// The whole report with the client's name, indented.
#[must_use]
pub fn json(report: &HealthReport, client: &str) -> String {
    #[derive(Serialize)]
    struct Named<'a> {
        client: &'a str,
        #[serde(flatten)]
        report: &'a HealthReport,
    }
    let named = Named { client, report };
    let mut text = serde_json::to_string_pretty(&named).expect("a report is texts and numbers");
    text.push('\n');
    text
}

/// Titles and a row per login, worst first. Cells that a spreadsheet would take for a formula start with an
/// apostrophe (OWASP, CSV injection).
#[must_use]
pub fn csv(report: &HealthReport, client: &str) -> String {
    let titles = [
        "client",
        "item",
        "name",
        "user name",
        "host",
        "used",
        "score",
        "exposed",
        "plain http",
        "missing two-step",
    ];
    let mut text = format!("{}\r\n", titles.join(","));
    for row in &report.rows {
        let cells = [
            client.to_owned(),
            row.item.to_string(),
            row.name.clone(),
            row.username.clone(),
            row.host.clone(),
            row.used.to_string(),
            row.score.map(|score| score.to_string()).unwrap_or_default(),
            row.exposed.map(|times| times.to_string()).unwrap_or_default(),
            yes(row.plain_http).to_owned(),
            row.missing_two_step.map_or("", yes).to_owned(),
        ];
        let cells: Vec<_> = cells.iter().map(|cell| quote(&tame(cell))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
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

const STYLE: &str = "body{font:11pt/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;\
     color:#1c2530}h1{font-size:1.5rem;margin-bottom:0}p.when{color:#586472;margin-top:.2rem}\
     table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;\
     border-bottom:1px solid #d5dbe1;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}\
     table.sums{width:auto;margin:1rem 0 2rem}thead{display:table-header-group}tr{break-inside:avoid}\
     @media print{body{margin:0;max-width:none;font-size:9.5pt}}";

/// A page that prints well and needs nothing from anywhere: no script, no picture, no address.
#[must_use]
pub fn html(report: &HealthReport, client: &str) -> String {
    let client = encode_safe(client);
    let day: String = report.checked_at.chars().take_while(|letter| *letter != 'T').collect();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Password health – {client}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Password health: {client}</h1>\n<p class=\"when\">Checked on {}</p>\n",
        encode_safe(&day)
    );
    sums(report, &mut page);
    if !report.rows.is_empty() {
        let _ = writeln!(page, "<h2>What to mend first</h2>\n<table>\n<thead><tr>");
        for title in ["Item", "User name", "Site", "What is wrong"] {
            let _ = write!(page, "<th>{title}</th>");
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        report.rows.iter().for_each(|row| line(row, &mut page));
        page.push_str("</tbody>\n</table>\n");
        let left = report.to_mend.saturating_sub(report.rows.len() as u64);
        if left > 0 {
            let _ = writeln!(page, "<p>{left} more are not listed.</p>");
        }
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn sums(report: &HealthReport, page: &mut String) {
    let some = |count: Option<u64>| count.map_or("not checked".to_owned(), |n| n.to_string());
    let known = if report.exposed_incomplete {
        format!("at least {}", some(report.exposed))
    } else {
        some(report.exposed)
    };
    let sums = [
        ("Logins", report.logins.to_string()),
        ("With a password", report.passwords.to_string()),
        ("Known from breaches", known),
        ("Easy to guess", report.weak.to_string()),
        ("Used more than once", report.reused.to_string()),
        ("Address without encryption", report.plain_http.to_string()),
        ("Two-step login offered, not set up here", some(report.missing_two_step)),
        ("With anything to mend", report.to_mend.to_string()),
    ];
    page.push_str("<table class=\"sums\">\n");
    for (name, sum) in sums {
        let _ = writeln!(page, "<tr><th>{name}</th><td class=\"n\">{sum}</td></tr>");
    }
    page.push_str("</table>\n");
}

fn line(row: &HealthRow, page: &mut String) {
    let _ = writeln!(
        page,
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        encode_safe(&row.name),
        encode_safe(&row.username),
        encode_safe(&row.host),
        wrong(row).join("; ")
    );
}

/// What is wrong with one login, in words.
#[must_use]
pub fn wrong(row: &HealthRow) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(times) = row.exposed.filter(|times| *times > 0) {
        wrong.push(format!("known from breaches ({times} times)"));
    }
    if let Some(score) = row.score.filter(|score| *score < 3) {
        wrong.push(format!("easy to guess (score {score} of 4)"));
    }
    if row.used > 1 {
        wrong.push(format!("used {} times", row.used));
    }
    if row.plain_http {
        wrong.push("address without encryption".to_owned());
    }
    if row.missing_two_step == Some(true) {
        wrong.push("two-step login not set up".to_owned());
    }
    wrong
}

/// A name for the file, without its ending: client and day, with nothing a file system minds.
#[must_use]
pub fn file_stem(report: &HealthReport, client: &str) -> String {
    let day: String = report.checked_at.chars().take_while(|letter| *letter != 'T').collect();
    let name: String = client
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
        .take(60)
        .collect();
    format!("health-{}-{day}", name.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> HealthReport {
        let row = |item: u32, name: &str| HealthRow {
            item,
            name: name.to_owned(),
            username: "a•••@acme.example".to_owned(),
            host: "mail.acme.example".to_owned(),
            used: 2,
            score: Some(1),
            exposed: Some(37),
            plain_http: true,
            missing_two_step: Some(true),
        };
        HealthReport {
            checked_at: "2026-08-01T12:00:00Z".to_owned(),
            revision: 4,
            items: 12,
            logins: 10,
            passwords: 9,
            reused: 2,
            weak: 2,
            exposed: Some(2),
            exposed_incomplete: false,
            plain_http: 1,
            missing_two_step: Some(1),
            scores: [1, 1, 0, 3, 4],
            to_mend: 3,
            rows: vec![row(0, "=1+1"), row(7, "<script>alert(1)</script>, \"x\"")],
        }
    }

    #[test]
    fn the_json_is_the_report_with_whose_it_is() {
        let read: serde_json::Value = serde_json::from_str(&json(&report(), "Müller AG")).unwrap();
        assert_eq!(read["client"], "Müller AG");
        assert_eq!(read["rows"][0]["exposed"], 37);
        assert_eq!(read["scores"][4], 4);
    }

    #[test]
    fn a_spreadsheet_shows_names_and_runs_none_of_them() {
        let text = csv(&report(), "Acme");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][2], "'=1+1");
        assert_eq!(&rows[1][2], "<script>alert(1)</script>, \"x\"");
        assert_eq!((&rows[1][7], &rows[1][9]), ("37", "yes"));
    }

    #[test]
    fn the_page_shows_other_peoples_words_as_words_and_loads_nothing() {
        let page = html(&report(), "Müller & Söhne <AG>");
        assert!(page.contains("Müller &amp; Söhne &lt;AG&gt;"));
        assert!(page.contains("&lt;script&gt;alert(1)"));
        for active in ["<script", "http://", "https://", "src=", "url("] {
            assert!(!page.contains(active), "{active}");
        }
        assert!(page.contains("known from breaches (37 times); easy to guess (score 1 of 4)"));
        assert!(page.contains("1 more are not listed"));
        let unasked = HealthReport { exposed: None, ..report() };
        assert!(html(&unasked, "Acme").contains("not checked"));
    }
}
