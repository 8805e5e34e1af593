//! 1Password 8 (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "1password8csv",
    name: "1Password 8 (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
