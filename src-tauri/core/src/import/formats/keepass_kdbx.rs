//! KeePass (kdbx).

use super::registry::{Format, Reader};

pub(super) const FORMAT: Format = Format {
    id: "keepasskdbx",
    name: "KeePass (kdbx)",
    extensions: &["kdbx"],
    needs_password: true,
    rank: 2,
    reader: Reader::Missing,
    hint: "",
};
