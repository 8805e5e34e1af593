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
    row.len() > 1 && row.iter().filter(told).count() * 2 > row.len()
}

/// How well addresses stand in one column of all rows: 1 in every row that has any, at least in one; 0 when
/// anything else stands there too often.
pub(super) fn addresses_at(rows: &[Vec<String>], column: usize) -> f64 {
    let cells: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(String::as_str)
        .filter(|cell| !cell.trim().is_empty())
        .collect();
    let found = cells.iter().filter(|cell| is_address(cell)).count();
    match (found, cells.len()) {
        (0, _) => 0.0,
        (found, all) if found == all => 1.0,
        (found, all) if found * 2 > all => 0.5,
        _ => 0.0,
    }
}

/// Says that a row is none of this format.
pub(super) fn tell_strange(row: &Row<'_>, out: &mut Output<'_>) {
    let message = "the row has not as many cells as an entry and was left out";
    out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row.line), message);
}
