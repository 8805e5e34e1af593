//! Password Agent: name, user name, password, address, note; newer ones name, user name, password, note, address, …,
//! group, sometimes with a `0` before. No column names.
//! Of `A > B` the official client makes the folders `A ` and `A / B` (import-formats.md, section 7, point 17).

use super::lines::{Lines, USUAL};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::RowReader;
use super::{headless, rules_note, values};
use crate::model::{FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "passwordagentcsv",
    name: "Password Agent (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Lines(&LINES),
    hint: "",
};

static LINES: Lines = Lines {
    name: "Password Agent",
    delimiters: USUAL,
    fits,
    reader: || Box::new(Entries::default()),
};

fn fits(rows: &[Vec<String>]) -> f64 {
    let entry = |row: &&Vec<String>| row.len() == 5 || row.len() >= 9;
    let all = |cells: usize| rows.iter().all(|row| row.len() == cells);
    let entries = rows.iter().filter(entry).count();
    let header = rows.first().is_some_and(|row| headless::is_header(row));
    let long = all(9) || (all(10) && rows.iter().all(|row| starts_with_zero(row)));
    let maybe = [3, 4].iter().any(|column| headless::maybe_addresses(rows, *column));
    if entries * 2 <= rows.len() || header || !maybe {
        0.0
    } else if all(5) && headless::mostly_addresses(rows, 3) {
        0.55
    } else if long && headless::mostly_addresses(rows, 4) {
        // Keeper's rows of one field have as many cells, but seldom all of them.
        0.65
    } else {
        0.2
    }
}

fn starts_with_zero(row: &[String]) -> bool {
    row.first().is_some_and(|cell| cell == "0")
}

#[derive(Default)]
struct Entries {
    /// A group within a group was seen.
    nested: bool,
}

/// Places of name, user name, password, note, address and group in a row.
fn places(row: &Row<'_>) -> Option<[Option<usize>; 6]> {
    let places = match row.len() {
        5 => [0, 1, 2, 4, 3, usize::MAX],
        10 if row.at(0) == "0" => [1, 2, 3, 5, 4, 9],
        9.. => [0, 1, 2, 3, 4, 8],
        _ => return None,
    };
    Some(places.map(|place| (place != usize::MAX).then_some(place)))
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let Some([name, username, password, note, address, group]) = places(row) else {
            headless::tell_strange(row, out);
            return Ok(());
        };
        self.nested |= row.cell(group).contains('>');
        let mut item = Item {
            kind: ItemKind::Login(Login {
                username: row.value(username),
                password: row.value(password),
                uris: values::uri(row.cell(address)).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(row.cell(name)),
            notes: row.value(note),
            folders: folder(row.cell(group))
                .and_then(|path| out.folders.nested(&path))
                .into_iter()
                .collect(),
            row: row.line,
            ..Item::default()
        };
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.nested {
            let message = "groups within groups were read as folders within folders";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

fn folder(group: &str) -> Option<String> {
    if group == "(None)" {
        return None;
    }
    let parts: Vec<&str> = group.split('>').collect();
    Some(if parts.len() > 1 {
        parts.iter().map(|part| part.trim()).collect::<Vec<_>>().join("/")
    } else {
        group.to_owned()
    })
}
