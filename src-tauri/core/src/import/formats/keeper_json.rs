//! Keeper (json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "keeperjson",
    name: "Keeper (json)",
    extensions: &["json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
