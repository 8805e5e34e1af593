//! 1Password 6 and 7 Mac (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "1passwordmaccsv",
    name: "1Password 6 and 7 Mac (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
