//! Avira: `name,website,username,password,secondary_username`.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_host, values};
use crate::model::ItemKind;

pub(super) const FORMAT: Format = Format {
    id: "aviracsv",
    name: "Avira (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Avira", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["name", "website", "username", "password"];
    let sure = if header.has("secondary_username") { 1.0 } else { 0.6 };
    columns::fits(header, &required, &["secondary_username"], sure)
}

struct Entries {
    columns: Columns,
    second: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        name: header.column("name"),
        url: header.column("website"),
        username: header.column("username"),
        password: header.column("password"),
        ..Columns::default()
    };
    Entries { columns, second: header.column("secondary_username") }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        let second = row.value(self.second);
        match &mut item.kind {
            ItemKind::Login(login) if login.username.is_none() => login.username = second,
            _ => item.notes = second,
        }
        if values::is_blank(row.cell(self.columns.name)) {
            let host = rules_host::name_from(row.cell(self.columns.url));
            item.name = values::name(host.as_deref().unwrap_or(""));
        }
        out.item(item)
    }
}
