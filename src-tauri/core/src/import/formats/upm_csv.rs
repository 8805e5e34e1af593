//! Universal Password Manager (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "upmcsv",
    name: "Universal Password Manager (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
