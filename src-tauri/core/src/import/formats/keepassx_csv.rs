//! KeePassX (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "keepassxcsv",
    name: "KeePassX (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
