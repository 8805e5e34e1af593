//! Firefox (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "firefoxcsv",
    name: "Firefox (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
