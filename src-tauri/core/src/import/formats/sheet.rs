//! Spreadsheets as rows of cells, whether they come as delimited text or as a workbook.

use std::ops::ControlFlow;

use zeroize::Zeroizing;

use super::looked::Looked;
use super::output::Halt;
use super::rows::{Row, Rows, top_rows};
use super::sheet_book::Book;
use super::sheet_cell::Mark;
use super::sheet_guess;
use super::sheet_marks::unguarded;
use super::sheet_plan;
use super::sniff::Sniff;
use super::source::{Input, Source};
use super::table::DELIMITERS;
use crate::import::Error;
use crate::model::Recipe;

/// Rows a guess is based on.
pub(super) const SAMPLE_ROWS: usize = 200;

/// Shown to people in errors about delimited text.
const TEXT: &str = "Spreadsheet";

/// A row of a spreadsheet.
pub(super) struct Line<'r> {
    /// Which row of the sheet, from 1, blank ones counted.
    pub number: u32,
    pub row: &'r Row<'r>,
    /// One for each cell of a workbook; none for text.
    pub marks: &'r [Mark],
    /// Its cells are written as `="text"`.
    pub guarded: bool,
}

impl<'r> Line<'r> {
    /// A cell; empty beyond the last one.
    pub(super) fn at(&self, index: usize) -> &'r str {
        let cell = self.row.at(index);
        if self.guarded { unguarded(cell).unwrap_or(cell) } else { cell }
    }
}

/// Takes one row; may say that this is enough.
pub(super) type Each<'e> = &'e mut dyn FnMut(&Line<'_>) -> Result<ControlFlow<()>, Halt>;

/// The first rows of a sheet, blank ones included: row 1 is the first.
pub(super) type Sample = Vec<Vec<Zeroizing<String>>>;

/// What is read.
pub(super) enum Sheets<'a> {
    Text { input: &'a mut dyn Input, sniff: &'a Sniff, delimiter: u8 },
    Book(Box<Book<'a>>),
}

impl<'a> Sheets<'a> {
    /// Opens a workbook, or text; what parts its cells is what the recipe says, or what fits best.
    pub(super) fn open(
        input: &'a mut dyn Input,
        sniff: &'a Sniff,
        recipe: Option<&Recipe>,
    ) -> Result<Self, Error> {
        let mut first = [0; 8];
        input.seek(std::io::SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        let read = super::source::read_chunk(input, &mut first)?;
        match first.get(..read) {
            Some(first) if first.starts_with(b"PK") => Ok(Self::Book(Box::new(Book::open(input)?))),
            Some(first) if first.starts_with(OLD_OFFICE) => Err(super::sheet_bounds::malformed(
                "an old workbook (.xls), or one protected by a password; save it as .xlsx without a password",
            )),
            _ => {
                let delimiter = match recipe {
                    Some(recipe) => delimiter_for(recipe, sniff)?,
                    None => delimiter_of(sniff).ok_or(Error::UnknownFormat)?,
                };
                Ok(Self::Text { input, sniff, delimiter })
            }
        }
    }

    /// Names of the sheets; one without a name for text.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Text { .. } => vec![String::new()],
            Self::Book(book) => book.sheets().to_vec(),
        }
    }

    /// Whether it is a workbook, whose sheets have names.
    pub(super) fn is_book(&self) -> bool {
        matches!(self, Self::Book(_))
    }

    /// Hands over every row of a sheet.
    pub(super) fn each(&mut self, sheet: &str, each: Each<'_>) -> Result<(), Halt> {
        match self {
            Self::Text { input, sniff, delimiter } => {
                let mut rows = Rows::new(Source::open(&mut **input, sniff)?, *delimiter, TEXT);
                let mut number = 0;
                while let Some(row) = rows.next()? {
                    number += 1;
                    if each(&Line { number, row: &row, marks: &[], guarded: false })?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
            Self::Book(book) => book.each(sheet, each),
        }
    }

    /// The first rows of a sheet.
    pub(super) fn sample(&mut self, sheet: &str) -> Result<Sample, Halt> {
        let mut sample = Sample::new();
        self.each(sheet, &mut |line| {
            let number = usize::try_from(line.number).unwrap_or(usize::MAX);
            if number > SAMPLE_ROWS {
                return Ok(ControlFlow::Break(()));
            }
            sample.resize(number - 1, Vec::new());
            sample.push(line.row.cells().map(|cell| Zeroizing::new(cell.to_owned())).collect());
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(sample)
    }
}

/// Compound File Binary: Excel up to 2003, and any newer workbook under a password.
const OLD_OFFICE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The delimiter a `sep=` line names, or the one that explains the first rows best.
pub(super) fn delimiter_of(sniff: &Sniff) -> Option<u8> {
    if let Some(named) = separator_line(sniff.head.lines().next().unwrap_or("")) {
        return Some(named);
    }
    let there =
        DELIMITERS.into_iter().filter(|delimiter| sniff.head.contains(char::from(*delimiter)));
    let samples: Vec<_> = there.map(|delimiter| (delimiter, sample_of(sniff, delimiter))).collect();
    let scored = samples.iter().map(|(delimiter, sample)| (*delimiter, sheet_guess::worth(sample)));
    // The first of equals: the order of `DELIMITERS` is that of likelihood.
    let best = scored.rev().max_by_key(|(_, worth)| *worth)?;
    (best.1 > 0).then_some(best.0)
}

/// What the recipe says; else what makes its columns appear; else what fits best.
fn delimiter_for(recipe: &Recipe, sniff: &Sniff) -> Result<u8, Error> {
    if let Some(text) = &recipe.delimiter {
        return match text.as_bytes() {
            [one] if !one.is_ascii_alphanumeric() && !matches!(one, b'"' | b'\n' | b'\r') => {
                Ok(*one)
            }
            _ => Err(malformed("what parts the cells must be one sign")),
        };
    }
    let names: Vec<_> =
        recipe.columns.iter().map(|column| sheet_plan::plain(&column.header)).collect();
    let found = |delimiter: u8| {
        let sample = sample_of(sniff, delimiter);
        let known = |cell: &&Zeroizing<String>| names.contains(&sheet_plan::plain(cell));
        let rows = sample
            .iter()
            .map(|row| row.iter().filter(known).filter(|cell| !cell.trim().is_empty()).count());
        rows.max().unwrap_or(0)
    };
    let by_names = DELIMITERS
        .into_iter()
        .map(|delimiter| (found(delimiter), delimiter))
        .rev()
        .max_by_key(|(found, _)| *found);
    let widest = || {
        let widths =
            DELIMITERS.into_iter().map(|one| (sheet_guess::width(&sample_of(sniff, one)), one));
        widths.rev().max_by_key(|(width, _)| *width).map_or(b',', |(_, delimiter)| delimiter)
    };
    match by_names {
        Some((found, delimiter)) if found > 1 && recipe.header_row.is_some() => Ok(delimiter),
        _ => Ok(delimiter_of(sniff).unwrap_or_else(widest)),
    }
}

/// The first rows of delimited text as far as its beginning is in memory.
pub(super) fn sample_of(sniff: &Sniff, delimiter: u8) -> Sample {
    let head = Zeroizing::new(sniff.head.replace("\r\n", "\n").replace('\r', "\n"));
    let rows = top_rows(&head, sniff.more(), delimiter, SAMPLE_ROWS);
    rows.into_iter().map(|row| row.into_iter().map(Zeroizing::new).collect()).collect()
}

/// `sep=;`, as Excel takes it on the first line.
pub(super) fn separator_line(line: &str) -> Option<u8> {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = line.trim_start_matches('\u{FEFF}').trim_matches('"');
    let (word, rest) = line.split_at_checked(4)?;
    match rest.as_bytes() {
        [one] if word.eq_ignore_ascii_case("sep=") && one.is_ascii() => Some(*one),
        _ => None,
    }
}

/// Whether it is a workbook by its members.
pub(super) fn is_book(members: &[String]) -> bool {
    members.iter().any(|member| member == "[Content_Types].xml")
        && members.iter().any(|member| member.ends_with("workbook.xml"))
}

/// A workbook that is refused by name: an open document, Excel up to 2003, or under a password.
pub(super) fn is_other_book(looked: &Looked<'_>) -> bool {
    let open_document = looked.has_member("mimetype") && looked.has_member("content.xml");
    looked.first.starts_with(OLD_OFFICE) || open_document
}

pub(super) fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: TEXT, problem, row: None, column: None }
}

#[cfg(test)]
mod tests {
    use super::separator_line;

    #[test]
    fn a_separator_line_names_one_character() {
        assert_eq!(separator_line("sep=;"), Some(b';'));
        assert_eq!(separator_line("\"SEP=|\"\r"), Some(b'|'));
        assert_eq!(separator_line("sep=\t"), Some(b'\t'));
        assert_eq!(separator_line("sep="), None);
        assert_eq!(separator_line("separator;a"), None);
    }
}
