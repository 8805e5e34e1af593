//! Password Safe - pwsafe.org (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "pwsafexml",
    name: "Password Safe - pwsafe.org (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
