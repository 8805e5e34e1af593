//! Keeper.

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "keeper",
    name: "Keeper",
    extensions: &["csv", "json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
