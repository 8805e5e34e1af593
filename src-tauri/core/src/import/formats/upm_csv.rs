//! Universal Password Manager: name, user name, password, address, notes; no column names.

use super::headless;
use super::lines::{Lines, USUAL};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::values;
use crate::model::{Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "upmcsv",
    name: "Universal Password Manager (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines = Lines {
    name: "Universal Password Manager",
    delimiters: USUAL,
    fits,
    reader: || Box::new(Entries),
};

/// Nothing marks these five cells as this product's; Password Agent once had the same.
fn fits(rows: &[Vec<String>]) -> f64 {
    let five = rows.iter().filter(|row| row.len() == 5).count();
    let header = rows.first().is_some_and(|row| headless::is_header(row));
    if five == 0 || header || !headless::maybe_addresses(rows, 3) {
        0.0
    } else if five == rows.len() && headless::mostly_addresses(rows, 3) {
        0.6
    } else {
        0.3
    }
}

struct Entries;

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if row.len() != 5 {
            headless::tell_strange(row, out);
            return Ok(());
        }
        out.item(Item {
            kind: ItemKind::Login(Login {
                username: values::text(row.at(1)),
                password: values::text(row.at(2)),
                uris: values::uri(row.at(3)).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(row.at(0)),
            notes: values::text(row.at(4)),
            row: row.line,
            ..Item::default()
        })
    }
}
