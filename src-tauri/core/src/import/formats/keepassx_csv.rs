//! KeePassXC: `Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created`; KeePassX: as far as `Notes`.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};

pub(super) const FORMAT: Format = Format {
    id: "keepassxcsv",
    name: "KeePassX (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "KeePassXC", fits, reader: |header| Box::new(reader(header)) };

/// The group every database starts with; it is no folder.
const ROOT: &str = "Root/";

/// Known and left out by the official client as well.
const ABOUT: [&str; 3] = ["icon", "last modified", "created"];

fn fits(header: &Header) -> f64 {
    let required = ["group", "title", "username", "password"];
    let known = ["url", "notes", "totp", "icon", "last modified", "created"];
    let whole = header.has("url") && header.has("notes");
    columns::fits(header, &required, &known, if whole { 1.0 } else { 0.6 })
}

struct Entries {
    columns: Columns,
    group: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    header.ignore(&ABOUT);
    let columns = Columns {
        name: header.column("title"),
        username: header.column("username"),
        password: header.column("password"),
        url: header.column("url"),
        notes: header.column("notes"),
        totp: header.column("totp"),
        ..Columns::default()
    };
    Entries { columns, group: header.column("group") }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        let group = row.cell(self.group);
        let group = group.strip_prefix(ROOT).unwrap_or(group);
        item.folders = out.folders.nested(group).into_iter().collect();
        out.item(item)
    }
}
