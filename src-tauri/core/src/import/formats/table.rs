//! Delimited files with a header row: what LastPass, browsers and Bitwarden's CSV have in common.

use encoding_rs::{UTF_8, WINDOWS_1252};

use super::output::{Halt, Output, Place};
use super::rows::{Row, Rows, first_row};
use super::sniff::Sniff;
use super::source::{Input, Source};
use crate::import::Error;
use crate::model::{FindingCode, Severity};

/// What the official importer's parser guesses among, in its order; RS and US are control characters.
pub(super) const DELIMITERS: [u8; 6] = [b',', b'\t', b'|', b';', 0x1E, 0x1F];

/// A family of files with the same columns.
pub(super) struct Layout {
    /// Shown to people.
    pub name: &'static str,
    /// How sure a header is of this family: 0 never, 1 for certain.
    pub fits: fn(&Header) -> f64,
    /// Looks its columns up.
    pub reader: fn(&mut Header) -> Box<dyn RowReader>,
}

/// Makes items of rows.
pub(super) trait RowReader {
    /// One row that is not blank.
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt>;
    /// Whether [`RowReader::look`] must see every row before the first [`RowReader::row`].
    fn wants_look(&self, sniff: &Sniff) -> bool {
        let _ = sniff;
        false
    }
    /// What stands before a quote within a quoted cell.
    fn escape(&self) -> u8 {
        b'"'
    }
    /// Gathers evidence about the file as a whole.
    fn look(&mut self, row: &Row<'_>) {
        let _ = row;
    }
    /// Whether a row with more or fewer cells than the header is as it should be.
    fn explains(&self, row: &Row<'_>) -> bool {
        let _ = row;
        false
    }
    /// Says what concerns the whole file.
    fn end(&mut self, out: &mut Output<'_>) {
        let _ = out;
    }
}

/// The names of the columns, trimmed and in lower case, and as they are written.
pub(super) struct Header {
    names: Vec<String>,
    written: Vec<String>,
    used: Vec<bool>,
}

impl Header {
    fn new(cells: impl Iterator<Item = String>) -> Self {
        let written: Vec<_> = cells.collect();
        let names: Vec<_> = written.iter().map(|cell| plain_name(cell)).collect();
        let used = vec![false; names.len()];
        Self { names, written, used }
    }

    /// Whether a column of this name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Index of the first column of this name, which counts as read from now on.
    pub(super) fn column(&mut self, name: &str) -> Option<usize> {
        let index = self.names.iter().position(|known| known == name)?;
        self.used[index] = true;
        Some(index)
    }

    /// Index of the first of these columns that is there, which counts as read from now on.
    #[allow(dead_code)]
    pub(super) fn any_column(&mut self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.column(name))
    }

    /// Every column nobody has asked for, with its name as written; they count as read from now on. For formats
    /// whose further columns become custom fields.
    #[allow(dead_code)]
    pub(super) fn rest(&mut self) -> Vec<(usize, String)> {
        let written = self.written.iter().cloned().enumerate();
        let rest: Vec<_> = written.filter(|(index, _)| !self.used[*index]).collect();
        self.used.fill(true);
        rest
    }

    /// The name of a column as written.
    #[allow(dead_code)]
    pub(super) fn written(&self, index: usize) -> &str {
        self.written.get(index).map_or("", String::as_str)
    }

    /// A column that is known and not wanted: no finding is made of what it holds.
    #[allow(dead_code)]
    pub(super) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            let _ = self.column(name);
        }
    }

    /// Names in lower case, in order.
    #[allow(dead_code)]
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Columns with a name that is not among `known`.
    pub(super) fn unknown(&self, known: &[&str]) -> usize {
        let unknown = |name: &&String| !name.is_empty() && !known.contains(&name.as_str());
        self.names.iter().filter(unknown).count()
    }

    /// Columns in all.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// In lower case, without blanks around it and without a byte order mark.
fn plain_name(cell: &str) -> String {
    cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').to_lowercase()
}

/// The layout and delimiter that explain the header best, with how sure that is.
pub(super) fn recognise<'l>(
    sniff: &Sniff,
    layouts: &[&'l Layout],
) -> Option<(&'l Layout, u8, f64)> {
    let mut best: Option<(&Layout, u8, f64)> = None;
    let head = sniff.head.replace("\r\n", "\n").replace('\r', "\n");
    for delimiter in DELIMITERS {
        let Some(cells) = first_row(&head, sniff.more(), delimiter) else { continue };
        let header = Header::new(cells.into_iter());
        for layout in layouts {
            let sure = (layout.fits)(&header);
            if sure > best.as_ref().map_or(0.0, |(_, _, best)| *best) {
                best = Some((layout, delimiter, sure));
            }
        }
    }
    best
}

/// Reads all rows; answers the SHA-256 of the file.
pub(super) fn read(
    (layout, delimiter): (&Layout, u8),
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    tell_encoding(sniff, out);
    let (header, mut reader) = {
        let mut rows = Rows::new(Source::open(input, sniff)?, delimiter, layout.name);
        let mut header = read_header(&mut rows)?;
        let mut reader = (layout.reader)(&mut header);
        rows = rows.escaped_by(reader.escape());
        if reader.wants_look(sniff) {
            while let Some(row) = rows.next()? {
                reader.look(&row);
            }
        }
        (header, reader)
    };
    let mut rows = Rows::new(Source::open(input, sniff)?, delimiter, layout.name);
    rows = rows.escaped_by(reader.escape());
    read_header(&mut rows)?;
    read_body(rows, Some(header), reader.as_mut(), sniff.nul, out)
}

/// Reads the rows that are left; without a header no row is too short or too long.
pub(super) fn read_body(
    mut rows: Rows<'_>,
    header: Option<Header>,
    reader: &mut dyn RowReader,
    nul: bool,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut body = Body { header, blank: Vec::new(), rows: 0, unread: Vec::new(), nul };
    while let Some(row) = rows.next()? {
        body.row(&row, reader, out)?;
    }
    if body.rows == 0 {
        return Err(Error::Empty.into());
    }
    reader.end(out);
    body.end(out);
    Ok(rows.into_source().sha256()?)
}

fn read_header(rows: &mut Rows<'_>) -> Result<Header, Error> {
    while let Some(row) = rows.next()? {
        if !row.is_blank() {
            return Ok(Header::new((0..row.len()).map(|index| row.at(index).to_owned())));
        }
    }
    Err(Error::Empty)
}

/// Says when the text was not plain UTF-8.
pub(super) fn tell_encoding(sniff: &Sniff, out: &mut Output<'_>) {
    if sniff.encoding != UTF_8 {
        let message = if sniff.encoding == WINDOWS_1252 {
            "the text is Windows-1252 and was read as such"
        } else {
            "the text is UTF-16 and was read as such"
        };
        out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
    }
    if sniff.broken {
        let message = "some bytes are not valid UTF-8; each is now the character U+FFFD";
        out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, message);
    }
}

/// Rows below the header.
struct Body {
    header: Option<Header>,
    /// Blank lines that count only if something follows.
    blank: Vec<u32>,
    rows: u64,
    /// Columns nobody reads that hold something.
    unread: Vec<usize>,
    nul: bool,
}

impl Body {
    fn row(
        &mut self,
        row: &Row<'_>,
        reader: &mut dyn RowReader,
        out: &mut Output<'_>,
    ) -> Result<(), Halt> {
        if row.is_blank() {
            self.blank.push(row.line);
            return Ok(());
        }
        for line in self.blank.drain(..) {
            let message = "a blank row was left out";
            out.find(FindingCode::BlankRow, Severity::Info, Place::row(line), message);
        }
        self.rows += 1;
        if row.unclosed {
            let message = "a quoted cell is never closed; this row and what follows were left out";
            out.find(FindingCode::DamagedRow, Severity::Error, Place::row(row.line), message);
            return Ok(());
        }
        self.tell_damage(row, reader.explains(row), out);
        if let Some(header) = &self.header {
            for index in 0..header.len().min(row.len()) {
                let unread = !header.used[index] && !row.at(index).is_empty();
                if unread && !self.unread.contains(&index) {
                    self.unread.push(index);
                }
            }
        }
        reader.row(row, out)
    }

    fn tell_damage(&self, row: &Row<'_>, explained: bool, out: &mut Output<'_>) {
        let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
        let columns = self.header.as_ref().filter(|_| !explained).map_or(row.len(), Header::len);
        let message = if row.stray_quote {
            "a quote stands inside a quoted cell"
        } else if row.len() < columns {
            "the row has fewer cells than the header; the missing ones are empty"
        } else if (columns..row.len()).any(|index| !row.at(index).trim().is_empty()) {
            "the row has more cells than the header; the last ones were left out"
        } else if self.nul && row.text().contains('\0') {
            let message = "the row holds a NUL character";
            return out.find(FindingCode::FormatOddity, Severity::Warning, place, message);
        } else {
            return;
        };
        out.find(FindingCode::DamagedRow, Severity::Warning, place, message);
    }

    fn end(&mut self, out: &mut Output<'_>) {
        self.unread.sort_unstable();
        for index in &self.unread {
            let message = format!("column {} is not part of what is imported", index + 1);
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, Place::FILE, &message);
        }
    }
}
