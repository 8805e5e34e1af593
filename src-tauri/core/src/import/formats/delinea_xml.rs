//! Delinea (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "delineaxml",
    name: "Delinea (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
