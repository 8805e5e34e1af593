//! 1Password (1pif).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "1password1pif",
    name: "1Password (1pif)",
    extensions: &["1pif"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
