//! True Key: `kind` decides; what is no login and no card is a note with every column as a field.

use super::columns::{self, Columns};
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_card, rules_note, values};
use crate::model::{Card, FieldKind, Item, ItemKind, Text};

pub(super) const FORMAT: Format = Format {
    id: "truekeycsv",
    name: "True Key (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "True Key", fits, reader: |header| Box::new(reader(header)) };

/// Columns that never become fields of a note.
const NO_FIELDS: [&str; 11] = [
    "kind",
    "autologin",
    "favorite",
    "hexcolor",
    "protectedwithpassword",
    "subdomainonly",
    "type",
    "tk_export_version",
    "note",
    "title",
    "document_content",
];

fn fits(header: &Header) -> f64 {
    let sure = ["kind", "tk_export_version"].iter().all(|name| header.has(name));
    if sure { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    kind: Option<usize>,
    favorite: Option<usize>,
    title: Option<usize>,
    note: Option<usize>,
    content: Option<usize>,
    holder: Option<usize>,
    number: Option<usize>,
    expiry: Option<usize>,
    /// Every column that may become a field, with its name.
    fields: Vec<(usize, String)>,
}

fn reader(header: &mut Header) -> Entries {
    let find = |wanted: &str| header.names().iter().position(|name| name == wanted);
    let mut entries = Entries {
        columns: Columns {
            name: find("name"),
            notes: find("memo"),
            username: find("login"),
            password: find("password"),
            url: find("url"),
            ..Columns::default()
        },
        kind: find("kind"),
        favorite: find("favorite"),
        title: find("title"),
        note: find("note"),
        content: find("document_content"),
        holder: find("cardholder"),
        number: find("number"),
        expiry: find("expirydate"),
        fields: Vec::new(),
    };
    header.ignore(&NO_FIELDS);
    entries.fields = columns::distinct(header.rest());
    entries
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        item.favorite = row.cell(self.favorite).to_lowercase() == "true";
        match row.cell(self.kind) {
            "login" => self.tell_unused(row, &[], out),
            "cc" => {
                item.name = values::name(row.cell(self.title));
                item.notes = row.value(self.note);
                item.kind = ItemKind::Card(self.card(row, out));
                self.tell_unused(row, &[self.holder, self.number, self.expiry], out);
            }
            _ => self.note(row, &mut item),
        }
        out.item(item)
    }
}

impl Entries {
    fn card(&self, row: &Row<'_>, out: &mut Output<'_>) -> Card {
        let expiry = row.cell(self.expiry);
        let parts = expiry_of(expiry);
        if parts.is_none() && !values::is_blank(expiry) {
            columns::tell_not_understood(row, "card.expMonth", out);
        }
        let (exp_month, exp_year) = parts.unzip();
        Card {
            cardholder_name: row.value(self.holder),
            brand: columns::brand(row.cell(self.number)),
            number: row.value(self.number),
            exp_month: exp_month.map(Text::new),
            exp_year: exp_year.map(Text::new),
            code: None,
        }
    }

    /// The official client puts the document in the place of the note, even an empty one; both are kept here.
    fn note(&self, row: &Row<'_>, item: &mut Item) {
        item.kind = ItemKind::Note;
        item.name = values::name(row.cell(self.title));
        let (note, content) = (row.cell(self.note), row.cell(self.content));
        item.notes = values::text(if values::is_blank(content) { note } else { content });
        if !values::is_blank(content) && !values::is_blank(note) && !content.contains(note) {
            rules_note::append(item, note);
        }
        for (index, name) in &self.fields {
            let secret = name.to_lowercase() == "password";
            let kind = if secret { FieldKind::Hidden } else { FieldKind::Text };
            rules_note::add(item, name, row.at(*index), kind);
        }
    }

    fn tell_unused(&self, row: &Row<'_>, used: &[Option<usize>], out: &mut Output<'_>) {
        let columns = &self.columns;
        let read = [columns.name, columns.notes, columns.username, columns.password, columns.url];
        let others = self.fields.iter().map(|(index, _)| Some(*index));
        let unused: Vec<_> = others.filter(|c| !read.contains(c) && !used.contains(c)).collect();
        columns::tell_left_out(row, &unused, out);
    }
}

/// The month and year of a moment, in UTC, or of `MM/YYYY`.
fn expiry_of(value: &str) -> Option<(String, String)> {
    let moment = values::moment(value).and_then(|moment| {
        let (year, rest) = moment.split_once('-')?;
        let month = rest.split('-').next()?.trim_start_matches('0');
        Some((month.to_owned(), year.to_owned()))
    });
    moment.or_else(|| rules_card::expiry(value))
}
