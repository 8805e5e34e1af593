//! Passman (json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passmanjson",
    name: "Passman (json)",
    extensions: &["json"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
