//! Sticky Password (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "stickypasswordxml",
    name: "Sticky Password (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
