//! Arc.

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "arccsv",
    name: "Arc",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
