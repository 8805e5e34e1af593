//! mSecure: `name|id`, type, group, notes, then cells `Label|n|value`; commas, no column names.
//! A card without an expiry date stops the official client, which also reads nothing from cells without labels (older
//! exports) and drops further labels of logins (import-formats.md, section 7, points 1 and 6).

use super::lines::Lines;
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::{columns, headless, rules_note, values};
use crate::model::{Card, FieldKind, Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "msecurecsv",
    name: "mSecure (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines =
    Lines { name: "mSecure", delimiters: b",", fits, reader: || Box::new(Entries) };

/// The group of what is in none.
const NO_GROUP: &str = "Unassigned";

/// Labelled cells of a card that go to the notes first, as in the official client.
const CARD_NOTES: [usize; 3] = [8, 10, 11];

fn fits(rows: &[Vec<String>]) -> f64 {
    let own = |row: &&Vec<String>| {
        row.len() > 3
            && (row.iter().skip(4).any(|cell| label(cell).is_some())
                || (matches!(row[1].as_str(), "Login" | "Web Logins" | "Credit Card")
                    && row.len() > 6))
    };
    match rows.iter().filter(own).count() {
        0 => 0.0,
        found if found * 2 > rows.len() => 0.95,
        _ => 0.6,
    }
}

/// Label and value of `Label|n|value`.
fn label(cell: &str) -> Option<(&str, &str)> {
    let mut parts = cell.splitn(3, '|');
    let (label, number, value) = (parts.next()?, parts.next()?, parts.next()?);
    number.bytes().all(|b| b.is_ascii_digit()).then_some((label, value))
}

/// The value of a cell, with or without label.
fn value(cell: &str) -> &str {
    cell.splitn(3, '|').nth(2).unwrap_or(cell)
}

struct Entries;

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if row.len() < 3 {
            headless::tell_strange(row, out);
            return Ok(());
        }
        let name = values::name(row.at(0).split('|').next().unwrap_or(""));
        let group = if row.at(2) == NO_GROUP { "" } else { row.at(2) };
        let mut item = Item {
            kind: ItemKind::Login(Login::default()),
            name,
            folders: out.folders.nested(group).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        match row.at(1) {
            "Login" | "Web Logins" => login(&mut item, row),
            "Credit Card" => card(&mut item, row, out),
            kind if row.len() > 3 => {
                for cell in (3..row.len()).map(|at| row.at(at)).filter(|c| !values::is_blank(c)) {
                    rules_note::append(&mut item, cell);
                }
                item.kind = ItemKind::Note;
                if !values::is_blank(kind) {
                    item.name = Text::new(format!("{kind}: {}", item.name.expose()));
                }
            }
            _ => {}
        }
        out.item(item)
    }
}

fn login(item: &mut Item, row: &Row<'_>) {
    item.notes = values::text(&row.at(3).replace("\\n", "\n"));
    item.kind = ItemKind::Login(Login {
        uris: values::uri(value(row.at(4))).into_iter().collect(),
        username: values::text(value(row.at(5))),
        password: values::text(value(row.at(6))),
        ..Login::default()
    });
    for cell in (7..row.len()).map(|at| row.at(at)) {
        let (label, value) = label(cell).unwrap_or(("", cell));
        rules_note::add(item, label, value, FieldKind::Text);
    }
}

fn card(item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
    let labelled = |wanted: &str| {
        let found = |at: &usize| label(row.at(*at)).is_some_and(|(label, _)| label == wanted);
        (0..row.len()).find(found)
    };
    let (code, holder) = (labelled("Security Code"), labelled("Name on Card"));
    let expiry = value(row.at(5));
    let (month, year) = expiry.split_once('/').unwrap_or(("", ""));
    let year = year.split('/').next().unwrap_or("").trim();
    if !values::is_blank(expiry) && (values::is_blank(month) || year.is_empty()) {
        columns::tell_not_understood(row, "card.expMonth", out);
    }
    let text = |at: Option<usize>| values::text(value(row.cell(at)));
    item.kind = ItemKind::Card(Card {
        number: text(Some(4)),
        exp_month: columns::month(month),
        exp_year: values::text(year),
        code: text(code),
        cardholder_name: text(holder),
        brand: text(Some(9)),
    });
    let read = [Some(4), Some(5), Some(9), code, holder];
    item.notes = card_notes(row, &read);
}

/// What has no label, then what has one.
fn card_notes(row: &Row<'_>, read: &[Option<usize>]) -> Option<Text> {
    let is_label = |at: &usize| holds_label(row.at(*at));
    let plain = (2..row.len()).filter(|at| !values::is_blank(row.at(*at)) && !is_label(at));
    let mut lines: Vec<String> = plain.map(|at| row.at(at).to_owned()).collect();
    let others = (2..row.len()).filter(|at| !CARD_NOTES.contains(at) && !read.contains(&Some(*at)));
    for at in CARD_NOTES.into_iter().chain(others).filter(is_label) {
        let cell = row.at(at);
        let name = cell.split('|').next().unwrap_or("");
        let value = value(cell);
        let value = if values::is_blank(value) { "" } else { value };
        if !value.is_empty() || CARD_NOTES.contains(&at) {
            lines.push(format!("{name}: {value}"));
        }
    }
    values::text(&lines.join("\n"))
}

/// Whether `|`, digits or none, `|` stands anywhere in the cell.
fn holds_label(cell: &str) -> bool {
    let mut parts = cell.split('|').skip(1).peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_some() && part.bytes().all(|b| b.is_ascii_digit()) {
            return true;
        }
    }
    false
}
