//! Dashlane (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "dashlanecsv",
    name: "Dashlane (csv)",
    extensions: &["csv", "zip"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
