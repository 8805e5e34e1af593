//! ProtonPass (zip/json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "protonpass",
    name: "ProtonPass (zip/json)",
    extensions: &["zip", "json"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
