//! Kaspersky Password Manager (txt).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "kasperskytxt",
    name: "Kaspersky Password Manager (txt)",
    extensions: &["txt"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
