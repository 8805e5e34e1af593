//! F-Secure KEY (fsk).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "fsecurefsk",
    name: "F-Secure KEY (fsk)",
    extensions: &["fsk"],
    needs_password: false,
    rank: 5,
    reader: Reader::Missing,
    hint: "",
};
