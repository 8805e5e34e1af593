//! PassKeep (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passkeepcsv",
    name: "PassKeep (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
