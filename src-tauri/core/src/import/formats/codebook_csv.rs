//! Codebook: `Entry,Category,Note,Favorite,Username,Email,Password,TOTP,Website,Phone,PIN,Account,Date`.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_note;
use super::table::{Header, Layout, RowReader};
use crate::model::{FieldKind, ItemKind};

pub(super) const FORMAT: Format = Format {
    id: "codebookcsv",
    name: "Codebook (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Codebook", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let marks = ["category", "note", "favorite"];
    let known = ["email", "totp", "website", "phone", "pin", "account", "date"];
    let sure = if marks.iter().all(|name| header.has(name)) { 1.0 } else { 0.6 };
    let known = [&known[..], &marks].concat();
    columns::fits(header, &["entry", "username", "password"], &known, sure)
}

struct Entries {
    columns: Columns,
    favorite: Option<usize>,
    email: Option<usize>,
    /// Phone, PIN, account, date.
    further: [(&'static str, Option<usize>); 4],
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        name: header.column("entry"),
        folder: header.column("category"),
        notes: header.column("note"),
        username: header.column("username"),
        password: header.column("password"),
        totp: header.column("totp"),
        url: header.column("website"),
        ..Columns::default()
    };
    let further = [("Phone", "phone"), ("PIN", "pin"), ("Account", "account"), ("Date", "date")];
    Entries {
        columns,
        favorite: header.column("favorite"),
        email: header.column("email"),
        further: further.map(|(name, column)| (name, header.column(column))),
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        item.favorite = row.cell(self.favorite) == "True";
        match &mut item.kind {
            ItemKind::Login(login) if login.username.is_none() => {
                login.username = row.value(self.email);
            }
            _ => rules_note::add(&mut item, "Email", row.cell(self.email), FieldKind::Text),
        }
        for (name, column) in self.further {
            // A PIN is a secret (import-formats.md, section 7, point 14).
            let kind = if name == "PIN" { FieldKind::Hidden } else { FieldKind::Text };
            rules_note::add(&mut item, name, row.cell(column), kind);
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}
