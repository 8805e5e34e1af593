//! LogMeOnce (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "logmeoncecsv",
    name: "LogMeOnce (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
