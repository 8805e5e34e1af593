//! 1Password 6 and 7 Windows (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "1passwordwincsv",
    name: "1Password 6 and 7 Windows (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
