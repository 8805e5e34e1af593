//! Ascendo DataVault (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "ascendocsv",
    name: "Ascendo DataVault (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
