//! BlackBerry Password Keeper (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "blackberrycsv",
    name: "BlackBerry Password Keeper (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
