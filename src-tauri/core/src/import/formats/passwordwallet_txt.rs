//! PasswordWallet: name, address, user name, password, notes (`¬` for line breaks), category; no column names.

use super::headless;
use super::lines::{Lines, USUAL};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::values;
use crate::model::{Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "passwordwallettxt",
    name: "PasswordWallet (txt)",
    extensions: &["txt"],
    needs_password: false,
    rank: 5,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines =
    Lines { name: "PasswordWallet", delimiters: USUAL, fits, reader: || Box::new(Entries) };

/// Stands for a line break in notes.
const BREAK: char = '¬';

fn fits(rows: &[Vec<String>]) -> f64 {
    let whole = rows.iter().all(|row| (5..=6).contains(&row.len()));
    let breaks = rows.iter().any(|row| row.get(4).is_some_and(|notes| notes.contains(BREAK)));
    let header = rows.first().is_some_and(|row| row.len() < 4 || headless::is_header(row));
    if header || !headless::maybe_addresses(rows, 1) {
        0.0
    } else if whole && breaks {
        0.9
    } else if whole && headless::mostly_addresses(rows, 1) {
        0.6
    } else {
        0.3
    }
}

struct Entries;

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let notes = values::text(&row.at(4).replace(BREAK, "\n"));
        if (6..row.len()).any(|index| !values::is_blank(row.at(index))) {
            super::columns::tell_not_understood(row, "notes", out);
        }
        let folders = out.folders.nested(row.at(5)).into_iter().collect();
        out.item(Item {
            kind: ItemKind::Login(Login {
                username: values::text(row.at(2)),
                password: values::text(row.at(3)),
                uris: values::uri(row.at(1)).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(row.at(0)),
            notes,
            folders,
            row: row.line,
            ..Item::default()
        })
    }
}
