//! SplashID (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "splashidcsv",
    name: "SplashID (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
