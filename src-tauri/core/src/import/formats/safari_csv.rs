//! Safari and macOS (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "safaricsv",
    name: "Safari and macOS (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
