//! KeePass 2 (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "keepass2xml",
    name: "KeePass 2 (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
