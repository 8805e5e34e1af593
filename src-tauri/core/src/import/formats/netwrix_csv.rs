//! Netwrix Password Secure (csv).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "netwrixpasswordsecure",
    name: "Netwrix Password Secure (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Missing,
    hint: "",
};
