//! The list of formats. One line per format; its reader has a file of its own.

use super::table::Layout;
use super::{bitwarden_csv, chrome_csv, lastpass_csv};
use crate::model::FormatInfo;

/// A format that can be chosen by its id.
pub(super) struct Format {
    /// The official importer's id.
    pub id: &'static str,
    /// Shown to people.
    pub name: &'static str,
    extensions: &'static [&'static str],
    needs_password: bool,
    rank: u8,
    /// What reads it.
    pub reader: Reader,
    /// A file name that contains this word decides between formats with the same layout.
    pub hint: &'static str,
}

/// Who reads a format.
pub(super) enum Reader {
    /// Rows and columns.
    Table(&'static Layout),
    /// Bitwarden's own JSON.
    BitwardenJson,
}

const CSV: &[&str] = &["csv"];

/// A CSV format; all of them are readable by anyone who has the file.
const fn csv(
    id: &'static str,
    name: &'static str,
    rank: u8,
    layout: &'static Layout,
    hint: &'static str,
) -> Format {
    let reader = Reader::Table(layout);
    Format { id, name, extensions: CSV, needs_password: false, rank, reader, hint }
}

/// Best rank first; among formats of one layout the first is the usual one.
pub(super) static FORMATS: [Format; 9] = [
    Format {
        id: "bitwardenjson",
        name: "Bitwarden (json)",
        extensions: &["json"],
        needs_password: true,
        rank: 1,
        reader: Reader::BitwardenJson,
        hint: "",
    },
    csv("bitwardencsv", "Bitwarden (csv)", 1, &bitwarden_csv::LAYOUT, ""),
    Format {
        extensions: &["csv", "html", "htm"],
        ..csv("lastpasscsv", "LastPass", 1, &lastpass_csv::LAYOUT, "")
    },
    csv("chromecsv", "Chrome", 1, &chrome_csv::LAYOUT, ""),
    csv("edgecsv", "Edge", 1, &chrome_csv::LAYOUT, "edge"),
    csv("bravecsv", "Brave", 3, &chrome_csv::LAYOUT, "brave"),
    csv("operacsv", "Opera", 3, &chrome_csv::LAYOUT, "opera"),
    csv("vivaldicsv", "Vivaldi", 3, &chrome_csv::LAYOUT, "vivaldi"),
    csv("passboltcsv", "Passbolt (csv)", 3, &lastpass_csv::LAYOUT, "passbolt"),
];

/// The format of this id.
pub(super) fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// Every layout once.
pub(super) fn layouts() -> [&'static Layout; 3] {
    [&bitwarden_csv::LAYOUT, &lastpass_csv::LAYOUT, &chrome_csv::LAYOUT]
}

impl Format {
    pub(super) fn info(&self) -> FormatInfo {
        FormatInfo {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            extensions: self.extensions.iter().map(|&extension| extension.to_owned()).collect(),
            needs_password: self.needs_password,
            rank: self.rank,
        }
    }
}
