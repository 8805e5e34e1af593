//! Password Dragon (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passworddragonxml",
    name: "Password Dragon (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
