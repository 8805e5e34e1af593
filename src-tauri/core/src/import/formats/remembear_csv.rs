//! RememBear (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "remembearcsv",
    name: "RememBear (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
