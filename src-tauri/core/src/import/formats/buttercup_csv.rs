//! Buttercup: `!type,!group_id,!group_name,title,username,password,URL,id,note`, then custom columns.

use super::columns::{self, Columns};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use crate::model::{FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "buttercupcsv",
    name: "Buttercup (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Buttercup", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let sure = ["!group_name", "title"].iter().all(|name| header.has(name));
    if sure { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    kind: Option<usize>,
    rest: Vec<(usize, String)>,
}

fn reader(header: &mut Header) -> Entries {
    header.ignore(&["!group_id", "!group_parent", "id"]);
    let kind = header.column("!type");
    let columns = Columns {
        folder: header.column("!group_name"),
        name: header.column("title"),
        username: header.column("username"),
        password: header.column("password"),
        url: header.column("url"),
        notes: header.any_column(&["note", "notes"]),
        ..Columns::default()
    };
    Entries { columns, kind, rest: columns::distinct(header.rest()) }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if row.cell(self.kind) == "group" {
            // The official client makes an empty entry of it.
            let message = "a row that is a group, not an entry, was left out";
            out.find(FindingCode::FormatOddity, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        let mut item = self.columns.item(row, out);
        columns::add_rest(&mut item, row, &self.rest);
        out.item(item)
    }
}
