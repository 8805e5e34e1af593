//! Ascendo DataVault: name, then label and value by turns, notes last; no column names.

use super::lines::{Lines, USUAL};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::{headless, rules_guess, rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "ascendocsv",
    name: "Ascendo DataVault (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines =
    Lines { name: "Ascendo DataVault", delimiters: USUAL, fits, reader: || Box::new(Entries) };

/// Enpass has the same pairs, but says which are sensitive with an asterisk.
fn fits(rows: &[Vec<String>]) -> f64 {
    let labels = |row: &Vec<String>| row.iter().skip(1).step_by(2).cloned().collect::<Vec<_>>();
    let told = |label: &String| {
        rules_guess::is_password(label)
            || rules_guess::is_username(label)
            || rules_guess::is_uri(label)
    };
    let paired = |row: &&Vec<String>| row.len().is_multiple_of(2) && labels(row).iter().any(told);
    let found = rows.iter().filter(paired).count();
    let starred =
        rows.iter().flatten().any(|cell| cell.starts_with('*') && told(&cell.replace('*', "")));
    if rows.first().is_some_and(|row| row.len() < 4 || headless::names_columns(row)) {
        return 0.0;
    }
    match found {
        0 => 0.0,
        _ if starred => 0.3,
        found if found * 10 >= rows.len() * 6 => 0.6,
        _ => 0.3,
    }
}

struct Entries;

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let len = row.len();
        if len < 2 {
            headless::tell_strange(row, out);
            return Ok(());
        }
        let mut item = Item {
            kind: ItemKind::Login(Login::default()),
            name: values::name(row.at(0)),
            notes: values::text(row.at(len - 1)),
            row: row.line,
            ..Item::default()
        };
        if len > 2 && len.is_multiple_of(2) {
            for at in (1..len - 1).step_by(2) {
                add(&mut item, row.at(at), row.at(at + 1));
            }
        } else if len > 2 {
            let message =
                "labels and values do not come in pairs; only the name and the last cell were read";
            let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
            out.find(FindingCode::DamagedRow, Severity::Warning, place, message);
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}

/// The first password, user name and address count; the rest are fields.
fn add(item: &mut Item, label: &str, value: &str) {
    if values::is_blank(label) || values::is_blank(value) {
        return;
    }
    let ItemKind::Login(login) = &mut item.kind else { return };
    if login.password.is_none() && rules_guess::is_password(label) {
        login.password = values::text(value);
    } else if login.username.is_none() && rules_guess::is_username(label) {
        login.username = values::text(value);
    } else if login.uris.is_empty() && rules_guess::is_uri(label) {
        login.uris.extend(values::uri(value));
    } else {
        rules_note::add(item, label, value, FieldKind::Text);
    }
}
