//! Arc: `url,username,password,note`. Items are called after their host.

use super::columns::{self, Columns};
use super::registry::{Format, Reader};
use super::table::{Header, Layout};

pub(super) const FORMAT: Format = Format {
    id: "arccsv",
    name: "Arc",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Arc", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["url", "username", "password"];
    if header.has("note") {
        columns::fits(header, &required, &["note"], 0.9)
    } else {
        columns::fits_alone(header, &required, &[], 0.4)
    }
}

fn reader(header: &mut Header) -> Columns {
    Columns {
        url: header.column("url"),
        username: header.column("username"),
        password: header.column("password"),
        notes: header.column("note"),
        host_names: true,
        ..Columns::default()
    }
}
