//! PassKeep: `category,title,site,username,password,password2,description`, with or without blanks before the names.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};

pub(super) const FORMAT: Format = Format {
    id: "passkeepcsv",
    name: "PassKeep (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "PassKeep", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["category", "title", "site", "username", "password"];
    columns::fits(header, &required, &["password2", "description"], 0.95)
}

struct Entries {
    columns: Columns,
    second: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        folder: header.column("category"),
        name: header.column("title"),
        url: header.column("site"),
        username: header.column("username"),
        password: header.column("password"),
        notes: header.column("description"),
        ..Columns::default()
    };
    Entries { columns, second: header.column("password2") }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        columns::hide(&mut item, "Password 2", row.cell(self.second));
        out.item(item)
    }
}
