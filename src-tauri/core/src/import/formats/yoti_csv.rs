//! Yoti: `Name,User name,Password,URL`.

use super::columns::{self, Columns};
use super::registry::{Format, Reader};
use super::table::{Header, Layout};

pub(super) const FORMAT: Format = Format {
    id: "yoticsv",
    name: "Yoti (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Yoti", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    columns::fits(header, &["name", "user name", "password", "url"], &[], 0.9)
}

fn reader(header: &mut Header) -> Columns {
    Columns {
        name: header.column("name"),
        username: header.column("user name"),
        password: header.column("password"),
        url: header.column("url"),
        ..Columns::default()
    }
}
