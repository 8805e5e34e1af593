//! Dashlane (json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "dashlanejson",
    name: "Dashlane (json)",
    extensions: &["json"],
    needs_password: false,
    rank: 4,
    reader: Reader::Missing,
    hint: "",
};
