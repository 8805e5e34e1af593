//! BlackBerry Password Keeper: the columns of LastPass, which is why it must be asked for by name.

use super::columns::Columns;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{FindingCode, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "blackberrycsv",
    name: "BlackBerry Password Keeper (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "BlackBerry", fits, reader: |header| Box::new(reader(header)) };

const COLUMNS: [&str; 7] = ["url", "username", "password", "extra", "name", "grouping", "fav"];

/// As sure as LastPass, which stands before it in the list: nobody can tell the two headers apart.
fn fits(header: &Header) -> f64 {
    let all = COLUMNS.iter().all(|name| header.has(name));
    if all && header.unknown(&COLUMNS) == 0 { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    grouping: Option<usize>,
    fav: Option<usize>,
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        url: header.column("url"),
        username: header.column("username"),
        password: header.column("password"),
        notes: header.column("extra"),
        name: header.column("name"),
        ..Columns::default()
    };
    Entries { columns, grouping: header.column("grouping"), fav: header.column("fav") }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let grouping = row.cell(self.grouping);
        if grouping == "list" {
            let message = "a row that is a list of entries, not an entry, was left out";
            out.find(FindingCode::FormatOddity, Severity::Info, Place::row(row.line), message);
            return Ok(());
        }
        let mut item = self.columns.item(row, out);
        item.favorite = row.cell(self.fav) == "1";
        if grouping == "note" {
            self.tell_left_out(row, out);
            item.kind = ItemKind::Login(Login::default());
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}

impl Entries {
    fn tell_left_out(&self, row: &Row<'_>, out: &mut Output<'_>) {
        let login = [self.columns.url, self.columns.username, self.columns.password];
        if login.iter().any(|column| !values::is_blank(row.cell(*column))) {
            let message = "a note has no address, user name or password; they were left out";
            let place = Place::value(row.line, out.next_item(), "login");
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
    }
}
