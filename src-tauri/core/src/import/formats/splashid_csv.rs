//! SplashID: type, name, fields, notes (last but one), group (last); no column names.

use super::lines::{Lines, USUAL};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::{columns, headless, rules_note, values};
use crate::model::{Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "splashidcsv",
    name: "SplashID (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines =
    Lines { name: "SplashID", delimiters: USUAL, fits, reader: || Box::new(Entries) };

/// Types whose fields are user name, password and address.
const LOGINS: [&str; 3] = ["Web Logins", "Servers", "Email Accounts"];

/// The other types the product comes with.
const OTHERS: [&str; 16] = [
    "Bank Accounts",
    "Birthdays",
    "Calling Cards",
    "Clothes Size",
    "Combinations",
    "Credit Cards",
    "Emergency Info",
    "Files",
    "Frequent Flyer",
    "Identification",
    "Insurance",
    "Memberships",
    "Phone Numbers",
    "Prescriptions",
    "Serial Numbers",
    "Vehicle Info",
];

fn fits(rows: &[Vec<String>]) -> f64 {
    let known = |row: &&Vec<String>| {
        row.len() > 2
            && row.first().is_some_and(|kind| {
                LOGINS.contains(&kind.as_str()) || OTHERS.contains(&kind.as_str())
            })
    };
    match rows.iter().filter(known).count() {
        0 => 0.0,
        found if found == rows.len() => 0.95,
        found if found * 2 >= rows.len() => 0.7,
        _ => 0.4,
    }
}

struct Entries;

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let len = row.len();
        if len < 3 {
            headless::tell_strange(row, out);
            return Ok(());
        }
        let is_login = LOGINS.contains(&row.at(0));
        let login = Login {
            username: values::text(row.at(2)),
            password: values::text(row.at(3)),
            uris: values::uri(row.at(4)).into_iter().collect(),
            ..Login::default()
        };
        let mut item = Item {
            kind: ItemKind::Login(if is_login { login } else { Login::default() }),
            name: values::name(row.at(1)),
            notes: values::text(row.at(len - 2)),
            folders: out.folders.nested(row.at(len - 1)).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        let first = if is_login { 5 } else { 2 };
        // The official client leaves the last three cells out: the first of them holds the day of the last change.
        for at in first..len.saturating_sub(3) {
            if !values::is_blank(row.at(at)) {
                rules_note::append(&mut item, row.at(at));
            }
        }
        if len >= first + 3 {
            columns::tell_left_out(row, &[Some(len - 3)], out);
        }
        item.notes = item.notes.filter(|notes: &Text| !values::is_blank(notes.expose()));
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}
