//! 1Password (1pux/json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "1password1pux",
    name: "1Password (1pux/json)",
    extensions: &["1pux", "json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
