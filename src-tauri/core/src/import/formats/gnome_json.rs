//! GNOME Passwords and Keys/Seahorse (json).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "gnomejson",
    name: "GNOME Passwords and Keys/Seahorse (json)",
    extensions: &["json"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
