//! SecureSafe: `Title,Username,Password,URL,Comment`; the address column is whatever has "url" in its name.

use super::columns::{self, Columns};
use super::registry::{Format, Reader};
use super::table::{Header, Layout};

pub(super) const FORMAT: Format = Format {
    id: "securesafecsv",
    name: "SecureSafe (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "SecureSafe", fits, reader: |header| Box::new(reader(header)) };

fn address(header: &Header) -> Option<String> {
    header.names().iter().find(|name| name.contains("url")).cloned()
}

fn fits(header: &Header) -> f64 {
    let Some(address) = address(header) else { return 0.0 };
    let required = ["title", "username", "password", "comment", &address];
    columns::fits(header, &required, &[], 0.9)
}

fn reader(header: &mut Header) -> Columns {
    let address = address(header);
    Columns {
        name: header.column("title"),
        username: header.column("username"),
        password: header.column("password"),
        url: address.and_then(|name| header.column(&name)),
        notes: header.column("comment"),
        ..Columns::default()
    }
}
