//! Safari and Apple Passwords: `Title,URL,Username,Password,Notes,OTPAuth`; the older ones write `Url` and leave the
//! last two out.

use super::columns::{self, Columns};
use super::registry::{Format, Reader};
use super::table::{Header, Layout};

pub(super) const FORMAT: Format = Format {
    id: "safaricsv",
    name: "Safari and macOS (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Safari", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["title", "url", "username", "password"];
    let sure = if header.has("otpauth") { 0.95 } else { 0.6 };
    columns::fits(header, &required, &["notes", "otpauth"], sure)
}

fn reader(header: &mut Header) -> Columns {
    Columns {
        name: header.column("title"),
        url: header.column("url"),
        username: header.column("username"),
        password: header.column("password"),
        notes: header.column("notes"),
        totp: header.column("otpauth"),
        ..Columns::default()
    }
}
