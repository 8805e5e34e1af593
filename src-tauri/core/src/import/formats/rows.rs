//! Delimited text as rows of cells, without copying them.
//!
//! Quoting as the official importer's parser has it: a quote ends a quoted cell only before a delimiter,
//! a line end or the end of the file (blanks between are dropped); any other quote belongs to the text.

use zeroize::Zeroizing;

use super::source::{Source, Window};
use super::values;
use crate::import::Error;
use crate::model::Text;

/// No export has cells this long; more is a lost quote or a hostile file.
const LONGEST_ROW_BYTES: usize = 4 * 1024 * 1024;

/// Far above the widest export (Password Depot, some 60 columns).
const MOST_CELLS: usize = 4096;

/// A file's rows, one at a time.
pub(super) struct Rows<'a> {
    window: Window<'a>,
    format: &'static str,
    delimiter: u8,
    /// Line of the next row, from 1.
    line: u32,
    /// The last byte seen was a carriage return.
    after_cr: bool,
    /// What stands before a quote that belongs to a quoted cell: another quote, or a backslash.
    escape: u8,
    cells: Vec<Cell>,
}

/// A cell within its row's text.
struct Cell {
    start: usize,
    end: usize,
    /// Holds escaped quotes.
    escaped: bool,
}

/// One row, borrowed from the window.
pub(super) struct Row<'r> {
    text: &'r str,
    cells: &'r [Cell],
    /// Line it starts on, from 1.
    pub line: u32,
    /// A quote stood where none should.
    pub stray_quote: bool,
    /// The file ended inside a quoted cell.
    pub unclosed: bool,
}

impl<'r> Row<'r> {
    /// A cell by its index; empty when the row has too few.
    pub(super) fn at(&self, index: usize) -> &'r str {
        self.cells.get(index).and_then(|cell| self.text.get(cell.start..cell.end)).unwrap_or("")
    }

    /// The cell of a column; empty when the file has no such column.
    pub(super) fn cell(&self, column: Option<usize>) -> &'r str {
        column.map_or("", |index| self.at(index))
    }

    /// The cell of a column, unless blank.
    pub(super) fn value(&self, column: Option<usize>) -> Option<Text> {
        values::text(self.cell(column))
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// All cells in order.
    #[allow(dead_code)]
    pub(super) fn cells(&self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).map(|index| self.at(index))
    }

    /// Nothing but white space in every cell.
    pub(super) fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.at(index).trim().is_empty())
    }

    /// All cells together.
    pub(super) fn text(&self) -> &'r str {
        self.text
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(source: Source<'a>, delimiter: u8, format: &'static str) -> Self {
        let window = Window::new(source);
        let (escape, cells) = (b'"', Vec::new());
        Self { window, format, delimiter, line: 1, after_cr: false, escape, cells }
    }

    /// Quotes within quoted cells have this byte before them.
    pub(super) fn escaped_by(mut self, escape: u8) -> Self {
        self.escape = escape;
        self
    }

    /// The next row, blank ones included; `None` at the end.
    ///
    /// # Errors
    /// Beyond the bounds of length or width: nobody could say where the next row starts.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Error> {
        let scanned = loop {
            let at_end = self.window.ended();
            if at_end && self.window.text().is_empty() {
                return Ok(None);
            }
            if !self.window.text().is_empty() {
                let text = self.window.text();
                if let Some(scanned) =
                    scan(text, (self.delimiter, self.escape), at_end, &mut self.cells)
                {
                    break scanned;
                }
                self.check_bounds(text.len())?;
            }
            self.fill()?;
        };
        self.check_bounds(scanned.bytes)?;
        self.unescape();
        let line = self.line;
        self.line = self.line.saturating_add(scanned.lines);
        // Consumed at once; the bytes stay where they are until the next call.
        let text = self.window.take(scanned.bytes);
        let Scanned { stray_quote, unclosed, .. } = scanned;
        let text = std::str::from_utf8(text).expect("the decoder gives UTF-8, cut at ASCII bytes");
        Ok(Some(Row { text, cells: &self.cells, line, stray_quote, unclosed }))
    }

    fn check_bounds(&self, row_bytes: usize) -> Result<(), Error> {
        let problem = if self.cells.len() > MOST_CELLS {
            "a row has more than 4096 cells"
        } else if row_bytes > LONGEST_ROW_BYTES {
            "a row is longer than 4 MiB; perhaps a quote is never closed"
        } else {
            return Ok(());
        };
        let row = Some(u64::from(self.line));
        Err(Error::Malformed { format: self.format, problem, row, column: None })
    }

    /// More text, line ends as LF.
    fn fill(&mut self) -> Result<(), Error> {
        let fresh = self.window.more()?;
        let kept = unify_line_ends(fresh, &mut self.after_cr);
        let dropped = fresh.len() - kept;
        self.window.shorten(dropped);
        Ok(())
    }

    /// Takes the escapes out in place and blanks what is left over, so that the row stays UTF-8.
    fn unescape(&mut self) {
        let text = self.window.text_mut();
        for cell in self.cells.iter_mut().filter(|cell| cell.escaped) {
            let mut to = cell.start;
            let mut from = cell.start;
            while from < cell.end {
                let found = memchr::memchr(self.escape, &text[from..cell.end]);
                let stop = found.map_or(cell.end, |at| from + at);
                text.copy_within(from..stop, to);
                to += stop - from;
                // The escape goes when a quote follows, which may be another quote; anything else stays.
                let quote = stop + 1 < cell.end && text[stop + 1] == b'"';
                from = stop + usize::from(quote);
                if from < cell.end {
                    text[to] = text[from];
                    to += 1;
                    from += 1;
                }
            }
            text[to..cell.end].fill(b'"');
            cell.end = to;
        }
    }

    pub(super) fn into_source(self) -> Source<'a> {
        self.window.into_source()
    }
}

/// Turns CR and CRLF into LF in place; answers the new length.
fn unify_line_ends(text: &mut [u8], after_cr: &mut bool) -> usize {
    let mut to = 0;
    let mut from = 0;
    while from < text.len() {
        if *after_cr && text[from] == b'\n' {
            from += 1;
        }
        *after_cr = false;
        let Some(at) = memchr::memchr(b'\r', &text[from..]) else {
            text.copy_within(from.., to);
            return to + text.len() - from;
        };
        text.copy_within(from..from + at, to);
        to += at;
        text[to] = b'\n';
        to += 1;
        from += at + 1;
        *after_cr = true;
    }
    to
}

/// What one row takes of the text.
struct Scanned {
    bytes: usize,
    lines: u32,
    stray_quote: bool,
    unclosed: bool,
}

/// Finds the cells of the row at the start of `text`; `None` when it may go on beyond.
fn scan(
    text: &[u8],
    (delimiter, escape): (u8, u8),
    at_end: bool,
    cells: &mut Vec<Cell>,
) -> Option<Scanned> {
    cells.clear();
    let mut row = Scanned { bytes: 0, lines: 0, stray_quote: false, unclosed: false };
    loop {
        let start = row.bytes;
        if text.get(start) == Some(&b'"') {
            let quoted = quoted_cell(text, start + 1, (delimiter, escape), at_end)?;
            row.lines += quoted.lines;
            row.stray_quote |= quoted.stray;
            row.unclosed = quoted.unclosed;
            cells.push(Cell { start: start + 1, end: quoted.end, escaped: quoted.escaped });
            row.bytes = quoted.after;
        } else {
            let end = match memchr::memchr2(delimiter, b'\n', &text[start..]) {
                Some(at) => start + at,
                None if at_end => text.len(),
                None => return None,
            };
            cells.push(Cell { start, end, escaped: false });
            row.bytes = end;
        }
        match text.get(row.bytes) {
            Some(b'\n') => {
                row.bytes += 1;
                row.lines += 1;
                return Some(row);
            }
            None => return Some(row),
            Some(_) if cells.len() > MOST_CELLS => return Some(row),
            Some(_) => row.bytes += 1,
        }
    }
}

struct Quoted {
    end: usize,
    after: usize,
    lines: u32,
    escaped: bool,
    stray: bool,
    unclosed: bool,
}

fn quoted_cell(
    text: &[u8],
    start: usize,
    (delimiter, escape): (u8, u8),
    at_end: bool,
) -> Option<Quoted> {
    let (mut escaped, mut stray, mut from) = (false, false, start);
    let (end, after, unclosed) = loop {
        let Some(at) = memchr::memchr(b'"', text.get(from..)?) else {
            if !at_end {
                return None;
            }
            break (text.len(), text.len(), true);
        };
        let quote = from + at;
        if escape != b'"' && quote > start && text[quote - 1] == escape {
            escaped = true;
            from = quote + 1;
            continue;
        }
        let blanks = text[quote + 1..].iter().take_while(|b| **b == b' ').count();
        match text.get(quote + 1 + blanks) {
            Some(b'"') if blanks == 0 && escape == b'"' => {
                escaped = true;
                from = quote + 2;
            }
            Some(b) if *b == delimiter || *b == b'\n' => break (quote, quote + 1 + blanks, false),
            None if at_end => break (quote, text.len(), false),
            None => return None,
            Some(_) => {
                stray = true;
                from = quote + 1;
            }
        }
    };
    let lines = memchr::memchr_iter(b'\n', &text[start..end]).count();
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    Some(Quoted { end, after, lines, escaped, stray, unclosed })
}

/// The cells of the first row that is not blank, for guessing the delimiter.
pub(super) fn first_row(head: &str, more: bool, delimiter: u8) -> Option<Vec<String>> {
    let text = head.trim_start();
    let mut cells = Vec::new();
    scan(text.as_bytes(), (delimiter, b'"'), !more, &mut cells)?;
    let cell = |cell: &Cell| text.get(cell.start..cell.end).unwrap_or("").replace("\"\"", "\"");
    Some(cells.iter().map(cell).collect())
}

/// The cells of the first rows that are not blank, for telling formats without a header apart. A row that the
/// sample cuts is left out.
pub(super) fn first_rows(head: &str, more: bool, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut text = head;
    let mut rows = Vec::new();
    while rows.len() < most {
        let Some((row, rest)) = split_row(text, more, delimiter) else { break };
        if row.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(row);
        }
        text = rest;
    }
    rows
}

/// The cells of the first rows, blank ones included, as they stand. A row that the sample cuts is left out.
pub(super) fn top_rows(head: &str, more: bool, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut text = head;
    let mut rows = Vec::new();
    while rows.len() < most {
        let Some((row, rest)) = split_row(text, more, delimiter) else { break };
        rows.push(row);
        text = rest;
    }
    rows
}

/// The cells of the first row, and what follows it; `None` at the end or when the sample cuts the row.
fn split_row(text: &str, more: bool, delimiter: u8) -> Option<(Vec<String>, &str)> {
    if text.is_empty() {
        return None;
    }
    let mut cells = Vec::new();
    let scanned = scan(text.as_bytes(), (delimiter, b'"'), !more, &mut cells)?;
    let cell = |cell: &Cell| text.get(cell.start..cell.end).unwrap_or("").replace("\"\"", "\"");
    Some((cells.iter().map(cell).collect(), text.get(scanned.bytes..).unwrap_or("")))
}

/// A row that was put together elsewhere, such as from a workbook.
#[derive(Default)]
pub(super) struct BuiltRow {
    text: Zeroizing<String>,
    cells: Vec<Cell>,
}

impl BuiltRow {
    /// One cell more at the right end.
    pub(super) fn push(&mut self, cell: &str) {
        let start = self.text.len();
        self.make_room(cell.len());
        self.text.push_str(cell);
        self.cells.push(Cell { start, end: self.text.len(), escaped: false });
    }

    /// `String` would leave its old copy behind unwiped.
    fn make_room(&mut self, bytes: usize) {
        let needed = self.text.len() + bytes;
        if needed > self.text.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(needed * 2));
            larger.push_str(&self.text);
            self.text = larger;
        }
    }

    /// Number of cells so far.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// The row, as line `line` of its file.
    pub(super) fn row(&self, line: u32) -> Row<'_> {
        Row { text: &self.text, cells: &self.cells, line, stray_quote: false, unclosed: false }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::import::formats::sniff::sniff;

    /// Line and cells of every row.
    fn rows_of(text: &[u8], delimiter: u8) -> Vec<(u32, Vec<String>)> {
        let mut input = Cursor::new(text);
        let sniff = sniff(&mut input).unwrap();
        let mut rows = Rows::new(Source::open(&mut input, &sniff).unwrap(), delimiter, "test");
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push((row.line, (0..row.len()).map(|index| row.at(index).to_owned()).collect()));
        }
        all
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows_of(text.as_bytes(), b',').into_iter().map(|(_, cells)| cells).collect()
    }

    /// A made-up table whose cells hold whatever makes quoting hard.
    fn table(seed: u64, rows: usize) -> Vec<Vec<String>> {
        const PARTS: [&str; 9] = ["a", "\"", ",", "\n", "ü", "深", "\"\"", " ", "🔐"];
        let mut state = seed;
        let mut next = move |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % sides
        };
        (0..rows)
            .map(|_| {
                (0..4)
                    .map(|_| (0..next(12)).map(|_| PARTS[next(PARTS.len())]).collect::<String>())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn well_formed_files_are_read_as_the_csv_crate_reads_them() {
        for seed in 0..20 {
            let table = table(seed, 200);
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<_> = rows_of(&text, b',').into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(read, table, "seed {seed}");
        }
    }

    #[test]
    fn rows_that_cross_the_chunks_of_the_file_stay_whole() {
        // 64 KiB is read at a time: every offset of a chunk's end within this row is met.
        let row = "\"x\"\"深\r\n🔐\",y\r\n";
        for lead in 0..row.len() {
            let text = format!("{}\r\n{}", "l".repeat(lead), row.repeat(12_000));
            let read = rows_of(text.as_bytes(), b',');
            assert_eq!(read.len(), 12_001);
            assert!(read[1..].iter().all(|(_, cells)| cells == &["x\"深\n🔐", "y"]), "{lead}");
            assert_eq!(read[12_000].0, 2 + 2 * 11_999, "each row takes two lines");
        }
    }

    #[test]
    fn the_last_row_needs_no_line_end() {
        assert_eq!(cells("a,b"), [["a", "b"]]);
        assert_eq!(cells("a,\"b\""), [["a", "b"]]);
        assert_eq!(cells("a,"), [["a", ""]]);
        assert_eq!(cells("a\r"), [["a"]]);
        assert!(cells("").is_empty());
    }

    #[test]
    fn quotes_count_only_where_the_official_parser_takes_them() {
        assert_eq!(cells("5\" disk,x"), [["5\" disk", "x"]], "not at the start of the cell");
        assert_eq!(cells("\"a\"  ,x"), [["a", "x"]], "blanks before the delimiter go");
        assert_eq!(cells("\"a\"b\",x"), [["a\"b", "x"]], "a quote before text belongs to the text");
        assert_eq!(cells("\"a\n\"\"b\"\"\",x"), [["a\n\"b\"", "x"]]);
        assert_eq!(cells(" \"a\",x"), [[" \"a\"", "x"]]);
    }

    #[test]
    fn a_backslash_may_stand_before_a_quote_instead() {
        let text = "\"a \\\"b\\\" \\n\",\"c\"\"d\",\"\\\"\"\n\"two\nlines\",x\\\"y,\"z\"";
        let mut input = Cursor::new(text);
        let sniff = sniff(&mut input).unwrap();
        let source = Source::open(&mut input, &sniff).unwrap();
        let mut rows = Rows::new(source, b',', "test").escaped_by(b'\\');
        let row = rows.next().unwrap().unwrap();
        let cells: Vec<_> = row.cells().map(str::to_owned).collect();
        assert_eq!(cells, ["a \"b\" \\n", "c\"\"d", "\""], "doubled quotes are two then");
        let row = rows.next().unwrap().unwrap();
        let cells: Vec<_> = row.cells().map(str::to_owned).collect();
        assert_eq!(cells, ["two\nlines", "x\\\"y", "z"], "without quotes nothing is escaped");
    }

    #[test]
    fn a_cut_line_end_pair_is_one_line_end() {
        let mut after_cr = false;
        let mut first = *b"a\r";
        let mut second = *b"\nb\r\r\n\nc";
        assert_eq!(unify_line_ends(&mut first, &mut after_cr), 2);
        let kept = unify_line_ends(&mut second, &mut after_cr);
        assert_eq!((&first, &second[..kept]), (b"a\n", &b"b\n\n\nc"[..]));
    }
}
