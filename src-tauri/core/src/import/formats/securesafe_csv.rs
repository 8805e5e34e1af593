//! SecureSafe (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "securesafecsv",
    name: "SecureSafe (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
