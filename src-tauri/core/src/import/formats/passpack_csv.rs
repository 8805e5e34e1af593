//! Passpack: `Entry Name,User ID,Password,URL,Tags,Notes,Shared Notes,Extra Fields`. Tags and extra fields are JSON
//! that holds JSON texts; an organization gets every tag.

use super::columns::{self, Columns};
use super::json_value::Json;
use super::output::{Halt, Output, Target};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{FieldKind, Item, Text};

pub(super) const FORMAT: Format = Format {
    id: "passpackcsv",
    name: "Passpack (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Passpack", fits, reader: |header| Box::new(reader(header)) };

fn fits(header: &Header) -> f64 {
    let marks = ["entry name", "user id"].iter().all(|name| header.has(name));
    if marks { 1.0 } else { 0.0 }
}

struct Entries {
    columns: Columns,
    tags: Option<usize>,
    shared: Option<usize>,
    fields: Option<usize>,
    len: usize,
}

fn reader(header: &mut Header) -> Entries {
    let columns = Columns {
        name: header.column("entry name"),
        username: header.column("user id"),
        password: header.column("password"),
        url: header.column("url"),
        notes: header.column("notes"),
        ..Columns::default()
    };
    Entries {
        columns,
        tags: header.column("tags"),
        shared: header.column("shared notes"),
        fields: header.column("extra fields"),
        len: header.len(),
    }
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.columns.item(row, out);
        item.notes = Some(self.notes(row));
        self.add_tags(&mut item, row, out);
        self.add_fields(&mut item, row, out);
        // What is blank until here goes on before what fields add, as in the official client.
        item.notes = item.notes.filter(|notes| !values::is_blank(notes.expose()));
        out.item(item)
    }

    /// Cells beyond the header belong to the notes.
    fn explains(&self, row: &Row<'_>) -> bool {
        row.len() > self.len
    }
}

impl Entries {
    /// Notes, two line breaks, shared notes, then a line for each cell too many.
    fn notes(&self, row: &Row<'_>) -> Text {
        let shared = row.value(self.shared);
        let own = row.value(self.columns.notes);
        let part = |text: &Option<Text>| text.as_ref().map_or("", Text::expose).to_owned();
        let mut notes = part(&own) + "\n\n" + &part(&shared) + "\n";
        for extra in (self.len..row.len()).map(|index| row.at(index)) {
            if !values::is_blank(extra) {
                notes.push('\n');
                notes.push_str(extra);
            }
        }
        Text::new(notes)
    }

    fn add_tags(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let inner = inner(row, self.tags, "tags", "folders", out);
        let tags =
            inner.iter().map(|tag| tag.get("tag").str()).filter(|tag| !values::is_blank(tag));
        item.folders = if out.target == Target::Individual {
            tags.take(1).filter_map(|tag| out.folders.nested(tag)).collect()
        } else {
            tags.map(|tag| out.folders.exact(tag)).collect()
        };
        if inner.is_empty() && !values::is_blank(row.cell(self.tags)) && unread(row.cell(self.tags))
        {
            rules_note::add(item, "Tags", row.cell(self.tags), FieldKind::Text);
        }
    }

    fn add_fields(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let cell = row.cell(self.fields);
        let inner = inner(row, self.fields, "extraFields", "fields", out);
        for field in &inner {
            match field.get("data").as_text() {
                Ok(Some(value)) => {
                    let name = field.get("name").str();
                    rules_note::add(item, name, value.expose(), FieldKind::Text);
                }
                Ok(None) => {}
                Err(_) => columns::tell_not_understood(row, "fields", out),
            }
        }
        if !values::is_blank(cell) && unread(cell) {
            columns::hide(item, "Extra Fields", cell);
        }
    }
}

/// Whether a cell is no JSON at all; the official client gives up the whole file then.
fn unread(cell: &str) -> bool {
    serde_json::from_str::<Json>(cell).is_err()
}

/// The JSON inside the texts of the list `key`.
fn inner(
    row: &Row<'_>,
    column: Option<usize>,
    key: &str,
    field: &str,
    out: &mut Output<'_>,
) -> Vec<Json> {
    let cell = row.cell(column);
    if values::is_blank(cell) {
        return Vec::new();
    }
    let Ok(outer) = serde_json::from_str::<Json>(cell) else {
        columns::tell_not_understood(row, field, out);
        return Vec::new();
    };
    let Json::List(list) = outer.get(key) else { return Vec::new() };
    let read: Vec<Json> =
        list.iter().filter_map(|text| serde_json::from_str::<Json>(text.str()).ok()).collect();
    if read.len() < list.len() {
        columns::tell_not_understood(row, field, out);
    }
    read
}
