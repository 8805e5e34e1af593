//! Nordpass (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "nordpasscsv",
    name: "Nordpass (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
