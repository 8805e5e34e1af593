//! LogMeOnce: `name,url,note,group,username,password,extra`.
//! The official client drops notes and rows without a name, and sends groups as personal folders even to an
//! organization (import-formats.md, section 7, points 10, 19 and 23).

use super::columns::{self, Columns};
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_note;
use super::table::{Header, Layout, RowReader};
use crate::model::{FieldKind, FindingCode, Severity};

pub(super) const FORMAT: Format = Format {
    id: "logmeoncecsv",
    name: "LogMeOnce (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "LogMeOnce", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let required = ["name", "url", "group", "username", "password"];
    let sure = if header.has("extra") { 0.95 } else { 0.6 };
    columns::fits(header, &required, &["note", "extra"], sure)
}

struct Entries {
    columns: Columns,
    group: Option<usize>,
    extra: Option<usize>,
    improved: bool,
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        name: header.column("name"),
        url: header.column("url"),
        notes: header.column("note"),
        username: header.column("username"),
        password: header.column("password"),
        ..Columns::default()
    };
    let (group, extra) = (header.column("group"), header.column("extra"));
    Entries { columns, group, extra, improved: false }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        // The official client does not clean the paths, nor does it create parents.
        let group = row.cell(self.group);
        item.folders = (!group.is_empty()).then(|| out.folders.exact(group)).into_iter().collect();
        self.improved |= item.notes.is_some() || row.cell(self.columns.name).is_empty();
        rules_note::add(&mut item, "extra", row.cell(self.extra), FieldKind::Text);
        out.item(item)
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.improved {
            let message = "notes and rows without a name were kept";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}
