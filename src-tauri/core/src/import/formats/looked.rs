//! What is known of a file before anybody reads it: enough to tell formats apart.

use std::io::SeekFrom;

use zip::ZipArchive;

use super::json_sketch::Sketch;
use super::sniff::Sniff;
use super::source::Input;
use super::{generic_csv, sheet, xml_sketch};
use crate::import::Error;

/// More members than any export has; listing them costs memory.
const MOST_MEMBERS: usize = 100_000;

/// A file seen from outside.
pub(super) struct Looked<'a> {
    /// One look over it as text.
    pub sniff: &'a Sniff,
    /// Its first bytes, at most 4 KiB.
    pub first: Vec<u8>,
    /// Its name in lower case, without its folder.
    pub file_name: &'a str,
    /// Names of the members when it is a zip archive.
    pub members: Option<Vec<String>>,
    /// Its outline when it begins like JSON.
    pub json: Option<Sketch>,
    /// Names of its first elements, the root's first, when it begins like XML or HTML.
    pub elements: Vec<String>,
    /// For a workbook: whether the names of its columns are understood.
    pub named_columns: Option<bool>,
}

impl<'a> Looked<'a> {
    /// Looks.
    pub(super) fn at(
        input: &mut dyn Input,
        sniff: &'a Sniff,
        file_name: &'a str,
    ) -> Result<Self, Error> {
        let mut first = vec![0; 4096];
        input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        let read = super::source::read_chunk(input, &mut first)?;
        first.truncate(read);
        let members = first.starts_with(b"PK").then(|| member_names(input)).flatten();
        let start = sniff.head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let json = if start.starts_with(['{', '[']) && members.is_none() {
            Some(Sketch::of(input, sniff)?)
        } else {
            None
        };
        let elements =
            if start.starts_with('<') { xml_sketch::elements(start) } else { Vec::new() };
        let is_book = members.as_deref().is_some_and(sheet::is_book);
        let named_columns = is_book.then(|| generic_csv::named_columns(input, sniff));
        Ok(Self { sniff, first, file_name, members, json, elements, named_columns })
    }

    /// Whether the archive has a member of this path.
    pub(super) fn has_member(&self, path: &str) -> bool {
        self.members.iter().flatten().any(|member| member == path)
    }

    /// Whether the root element is called so.
    pub(super) fn root(&self) -> &str {
        self.elements.first().map_or("", String::as_str)
    }

    /// Plain text: no archive, no JSON, no XML.
    pub(super) fn is_plain(&self) -> bool {
        self.members.is_none() && self.json.is_none() && self.elements.is_empty()
    }
}

fn member_names(input: &mut dyn Input) -> Option<Vec<String>> {
    input.seek(SeekFrom::Start(0)).ok()?;
    let archive = ZipArchive::new(input).ok()?;
    (archive.len() <= MOST_MEMBERS).then(|| {
        archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
    })
}
