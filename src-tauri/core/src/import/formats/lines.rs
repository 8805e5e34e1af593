//! Delimited files without column names: what a row means, its cells' places decide.

use super::output::{Halt, Output};
use super::rows::{self, Rows};
use super::sniff::Sniff;
use super::source::{Input, Source};
use super::table::{DELIMITERS, RowReader, read_body, tell_encoding};
use crate::import::Error;

/// Rows looked at before a file is given to a format.
const SAMPLE_ROWS: usize = 20;

/// A file of rows without a header.
pub(super) struct Lines {
    /// Shown to people.
    pub name: &'static str,
    /// What may stand between cells, tried in this order.
    pub delimiters: &'static [u8],
    /// How sure the first rows (at most twenty, blank ones left out) are of this format: 0 never, 1 for certain.
    pub fits: fn(&[Vec<String>]) -> f64,
    /// Begins a file.
    pub reader: fn() -> Box<dyn RowReader>,
}

/// The usual delimiters, in the order the official importer's parser guesses among them.
pub(super) const USUAL: &[u8] = &DELIMITERS;

/// How sure a file is of `lines`, and the delimiter that explains it best.
pub(super) fn recognise(sniff: &Sniff, lines: &Lines) -> Option<(u8, f64)> {
    let head = sniff.head.replace("\r\n", "\n").replace('\r', "\n");
    let mut best: Option<(u8, f64)> = None;
    for delimiter in lines.delimiters {
        let rows = rows::first_rows(&head, sniff.more(), *delimiter, SAMPLE_ROWS);
        if rows.is_empty() {
            continue;
        }
        let sure = (lines.fits)(&rows);
        if sure > best.map_or(0.0, |(_, best)| best) {
            best = Some((*delimiter, sure));
        }
    }
    best
}

/// Reads all rows; answers the SHA-256 of the file.
pub(super) fn read(
    (lines, delimiter): (&Lines, u8),
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    tell_encoding(sniff, out);
    let mut reader = (lines.reader)();
    if reader.wants_look(sniff) {
        let mut rows = Rows::new(Source::open(input, sniff)?, delimiter, lines.name);
        while let Some(row) = rows.next()? {
            reader.look(&row);
        }
    }
    let rows = Rows::new(Source::open(input, sniff)?, delimiter, lines.name);
    read_body(rows, None, reader.as_mut(), sniff.nul, out)
}

/// The error for a file that is not of this format.
pub(super) fn stranger(format: &'static str) -> Error {
    Error::Malformed {
        format,
        problem: "the rows are not those of this format",
        row: Some(1),
        column: None,
    }
}
