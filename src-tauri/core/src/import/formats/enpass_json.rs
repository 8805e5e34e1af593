//! Enpass (json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "enpassjson",
    name: "Enpass (json)",
    extensions: &["json"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
