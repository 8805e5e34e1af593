//! Clipperz (html).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "clipperzhtml",
    name: "Clipperz (html)",
    extensions: &["html", "htm"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
