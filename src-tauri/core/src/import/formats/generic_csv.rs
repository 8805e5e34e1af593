//! Generic CSV or spreadsheet.

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "genericcsv",
    name: "Generic CSV or spreadsheet",
    extensions: &["csv", "tsv", "txt", "xlsx"],
    needs_password: false,
    rank: 1,
    reader: Reader::Missing,
    hint: "",
};
