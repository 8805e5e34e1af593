//! What the formats without column names have in common: evidence in the first rows, and rows of the wrong length.

use super::output::{Output, Place};
use super::rows::Row;
use super::rules_guess;
use crate::model::{FindingCode, Severity};

/// Whether a cell holds what looks like an address.
pub(super) fn is_address(cell: &str) -> bool {
    let cell = cell.trim();
    cell.contains("://") || (cell.contains('.') && !cell.contains(char::is_whitespace))
}

/// Whether a row names columns instead of holding values.
pub(super) fn names_columns(row: &[String]) -> bool {
    let told = |cell: &&String| {
        let name = cell.trim();
        rules_guess::is_password(name)
            || rules_guess::is_username(name)
            || rules_guess::is_uri(name)
            || ["title", "notes", "note", "folder", "group"].contains(&name.to_lowercase().as_str())
    };
    let found = row.iter().filter(told).count();
    row.len() > 1 && found * 2 > row.len()
}

/// The same where entries hold no names of fields: three of them are enough.
pub(super) fn is_header(row: &[String]) -> bool {
    let told = |cell: &&String| {
        let name = cell.trim();
        rules_guess::is_password(name)
            || rules_guess::is_username(name)
            || rules_guess::is_uri(name)
    };
    names_columns(row) || row.iter().filter(told).count() > 2
}

/// The share of addresses among what stands in a column, 0 to 1; none when nothing stands there.
pub(super) fn addresses_at(rows: &[Vec<String>], column: usize) -> Option<f64> {
    let cells: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(String::as_str)
        .filter(|cell| !cell.trim().is_empty())
        .collect();
    let found = cells.iter().filter(|cell| is_address(cell)).count();
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    (!cells.is_empty()).then(|| count(found) / count(cells.len()))
}

/// Whether nearly everything in a column is an address: one may be `localhost`.
pub(super) fn mostly_addresses(rows: &[Vec<String>], column: usize) -> bool {
    addresses_at(rows, column).is_some_and(|share| share >= 0.75)
}

/// Whether a column may be one of addresses: it holds some, or nothing at all.
pub(super) fn maybe_addresses(rows: &[Vec<String>], column: usize) -> bool {
    addresses_at(rows, column).is_none_or(|share| share > 0.25)
}

/// Says that a row is none of this format.
pub(super) fn tell_strange(row: &Row<'_>, out: &mut Output<'_>) {
    let message = "the row has not as many cells as an entry and was left out";
    out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row.line), message);
}
