//! Avast Passwords: `name,web,login,password`.

use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "avastcsv",
    name: "Avast Passwords (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout {
    name: "Avast Passwords (csv)",
    fits,
    reader: |header| Box::new(Columns(COLUMNS.map(|name| header.column(name)))),
};

const COLUMNS: [&str; 4] = ["name", "web", "login", "password"];

fn fits(header: &Header) -> f64 {
    if !COLUMNS.iter().all(|name| header.has(name)) {
        0.0
    } else if header.unknown(&COLUMNS) == 0 {
        0.95
    } else {
        0.4
    }
}

struct Columns([Option<usize>; 4]);

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let [name, web, login, password] = self.0;
        let login = Login {
            username: row.value(login),
            password: row.value(password),
            uris: values::uri(row.cell(web)).into_iter().collect(),
            ..Login::default()
        };
        out.item(Item {
            kind: ItemKind::Login(login),
            name: values::name(row.cell(name)),
            row: row.line,
            ..Item::default()
        })
    }
}
