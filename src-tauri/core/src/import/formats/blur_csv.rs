//! Blur: `label,domain,username,email,password`; a label that says `null` is none.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_host, values};
use crate::model::ItemKind;

pub(super) const FORMAT: Format = Format {
    id: "blurcsv",
    name: "Blur (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Blur", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    columns::fits(header, &["label", "domain", "username", "email", "password"], &[], 1.0)
}

struct Entries {
    columns: Columns,
    second: Option<usize>,
}

/// The e-mail address is the user name people sign in with; the user name proper is the second choice.
fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        name: header.column("label"),
        url: header.column("domain"),
        username: header.column("email"),
        password: header.column("password"),
        ..Columns::default()
    };
    Entries { columns, second: header.column("username") }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        let second = row.value(self.second);
        match &mut item.kind {
            ItemKind::Login(login) if login.username.is_none() => login.username = second,
            _ => item.notes = second,
        }
        let label = row.cell(self.columns.name);
        if values::is_blank(label) || label == "null" {
            let host = rules_host::name_from(row.cell(self.columns.url));
            item.name = values::name(host.as_deref().unwrap_or(""));
        }
        out.item(item)
    }
}
