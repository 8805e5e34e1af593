//! N-able Passportal (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passportal",
    name: "N-able Passportal (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
