//! Password Depot 17 (xml).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passworddepot17xml",
    name: "Password Depot 17 (xml)",
    extensions: &["xml"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
