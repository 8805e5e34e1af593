//! Looks a workbook over before it is parsed: how much it unpacks to, and every number the parser would trust.
//!
//! `calamine` reserves memory for the count of strings a workbook claims, and computes with the places its cells
//! claim; both are checked here, in one pass that keeps nothing.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::source::Input;
use crate::import::Error;

/// Shown to people in errors about workbooks.
pub(super) const WORKBOOK: &str = "Workbook";

/// A sheet of 100,000 rows and ten columns unpacks to some 60 MiB.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Workbooks have some twenty members, and one for each sheet and picture.
const MOST_MEMBERS: usize = 10_000;

/// Excel's own limits (ECMA-376, part 1, section 18.3.1.73 and 18.3.1.4).
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

/// Far more different texts than `MOST_BYTES` can hold of any use.
const MOST_STRINGS: u64 = 4_000_000;

/// Columns and rows of a range.
type Place = (u32, u32);

/// Refuses a workbook that is dangerous or damaged; answers whether a cell shows an error.
pub(super) fn check(input: &mut dyn Input) -> Result<bool, Error> {
    let mut archive = ZipArchive::new(input).map_err(|_| damaged())?;
    if archive.len() > MOST_MEMBERS {
        return Err(malformed("the workbook has more than 10,000 parts"));
    }
    let (mut left, mut errors) = (MOST_BYTES, false);
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|_| damaged())?;
        let counted = Counted { inner: member, left: &mut left, beyond: false };
        errors |= check_member(counted)?;
    }
    Ok(errors)
}

/// Counts what comes out of an archive, whatever its members claim.
struct Counted<'c, R> {
    inner: R,
    left: &'c mut u64,
    beyond: bool,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => *self.left = left,
            None => self.beyond = true,
        }
        // The end, for the parser; `beyond` says why.
        Ok(if self.beyond { 0 } else { read })
    }
}

/// Reads as the parser will; what it cannot read ends the look, as it will end the parse.
fn check_member<R: Read>(member: Counted<'_, R>) -> Result<bool, Error> {
    let mut xml = Reader::from_reader(BufReader::new(member));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut buffer = zeroize::Zeroizing::new(Vec::new());
    let mut errors = false;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => errors |= check_element(&element)?,
            Ok(Event::DocType(_)) => return Err(malformed("a part declares a document type")),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    if xml.get_ref().get_ref().beyond {
        return Err(Error::TooLarge { limit: "a workbook that unpacks to 256 MiB" });
    }
    Ok(errors)
}

/// Whether it is a cell that shows an error.
fn check_element(element: &BytesStart<'_>) -> Result<bool, Error> {
    let name = element.local_name();
    let name = name.as_ref();
    let is_cell = matches!(name, "c" | "row");
    if !is_cell && !matches!(name, "sst" | "dimension" | "f" | "mergeCell") {
        return Ok(false);
    }
    let mut errors = false;
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged())?;
        let value = attribute.value.as_ref();
        let fine = match attribute.key.as_ref() {
            "r" if is_cell => place(value).is_some(),
            "t" => {
                errors |= value == "e";
                true
            }
            "ref" => range(value),
            "uniqueCount" | "count" | "si" => {
                value.parse::<u64>().is_ok_and(|count| count <= MOST_STRINGS)
            }
            _ => true,
        };
        if !fine {
            return Err(malformed("a part claims a size or place no workbook has"));
        }
    }
    Ok(errors)
}

/// `B7`, or `7` for a row.
fn place(text: &str) -> Option<Place> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at_checked(digits)?;
    if letters.len() > 3 || digits.len() > 7 || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let column = letters
        .bytes()
        .fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.parse().ok().filter(|row| (1..=MOST_ROWS).contains(row))?;
    (column <= MOST_COLUMNS).then_some((column, row))
}

/// `B7` or `B7:D9`, the smaller corner first.
fn range(text: &str) -> bool {
    let mut corners = text.split(':').map(|corner| place(corner).filter(|(column, _)| *column > 0));
    match (corners.next(), corners.next(), corners.next()) {
        (Some(Some(_)), None, None) => true,
        (Some(Some(from)), Some(Some(to)), None) => from.0 <= to.0 && from.1 <= to.1,
        _ => false,
    }
}

pub(super) fn damaged() -> Error {
    malformed("the workbook is damaged")
}

pub(super) fn malformed(problem: &'static str) -> Error {
    Error::Malformed { format: WORKBOOK, problem, row: None, column: None }
}

#[cfg(test)]
mod tests {
    use super::{place, range};

    #[test]
    fn only_places_that_a_sheet_can_have_are_taken() {
        assert_eq!(place("B7"), Some((2, 7)));
        assert_eq!(place("xfd1048576"), Some((16_384, 1_048_576)));
        assert_eq!(place("12"), Some((0, 12)), "a row");
        for odd in
            ["", "A", "A0", "XFE1", "AAAA1", "A1048577", "A99999999999", "1A", "A1B", "ü1", "A-1"]
        {
            assert_eq!(place(odd), None, "{odd}");
        }
        assert!(range("A1:B2") && range("C3"));
        for odd in ["B2:A1", "A2:A1", "A1:", "A1:B2:C3", "1:2"] {
            assert!(!range(odd), "{odd}");
        }
    }
}
