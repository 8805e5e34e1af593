//! Meldium: `DisplayName,UserName,Password,Url,Notes`.

use super::columns::{self, Columns};
use super::registry::{Format, Reader};
use super::table::{Header, Layout};

pub(super) const FORMAT: Format = Format {
    id: "meldiumcsv",
    name: "Meldium (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Meldium", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["displayname", "username", "password", "url"];
    columns::fits(header, &required, &["notes"], 0.95)
}

fn reader(header: &mut Header) -> Columns {
    Columns {
        name: header.column("displayname"),
        username: header.column("username"),
        password: header.column("password"),
        url: header.column("url"),
        notes: header.column("notes"),
        ..Columns::default()
    }
}
