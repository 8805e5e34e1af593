//! Enpass (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "enpasscsv",
    name: "Enpass (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
