//! PasswordWallet (txt).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "passwordwallettxt",
    name: "PasswordWallet (txt)",
    extensions: &["txt"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
