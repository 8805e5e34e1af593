//! Dashlane's `personalInfo.csv`: one person in many rows, or rows about several people.

use super::dashlane_csv::Columns;
use super::output::{Halt, Output, Place};
use super::rows::Row;
use super::table::RowReader;
use super::{rules_person, sniff::Sniff, values};
use crate::model::{FindingCode, Identity, Item, ItemKind, Severity, Text};

/// With exactly one name in the file all rows describe one person; else each becomes a note.
pub(super) struct Person {
    columns: Columns,
    /// Rows in all, and those that are names.
    rows: u32,
    names: u32,
    /// Rows read so far, and the person they describe.
    read: u32,
    item: Item,
    person: Identity,
}

/// Columns that have a place in an identity, or none at all: the item's name is that of the person.
const TAKEN: [&str; 14] = [
    "type",
    "title",
    "first_name",
    "middle_name",
    "last_name",
    "login",
    "email",
    "phone_number",
    "address",
    "country",
    "state",
    "city",
    "zip",
    "item_name",
];

impl Person {
    pub(super) fn new(columns: Columns) -> Self {
        let (item, person) = (Item::default(), Identity::default());
        Self { columns, rows: 0, names: 0, read: 0, item, person }
    }

    /// One row of the only person.
    fn gather(&mut self, row: &Row<'_>, out: &mut Output<'_>) {
        let text = |name| self.columns.text(row, name);
        let kind = self.columns.cell(row, "type");
        let before = self.person.clone();
        match kind {
            "name" => {
                let cell = |name| self.columns.cell(row, name);
                let full = ["first_name", "middle_name", "last_name"].map(cell).join(" ");
                let (first, middle, last) = rules_person::first_middle_last(&full);
                self.person.title = text("title");
                (self.person.first_name, self.person.middle_name, self.person.last_name) =
                    (first, middle, last);
                self.person.username = text("login");
            }
            "email" => self.person.email = text("email").or(before.email.clone()),
            // The official client knows `number` only.
            "number" | "phone" => self.person.phone = text("phone_number").or(before.phone.clone()),
            "address" => {
                self.person.address1 = text("address");
                self.person.city = text("city");
                self.person.postal_code = text("zip");
                self.person.state = text("state");
                self.person.country = text("country");
            }
            _ => {}
        }
        let replaced = before
            .texts()
            .iter()
            .zip(self.person.texts())
            .any(|((_, old), (_, new))| old.is_some() && *old != new);
        self.columns.fields(&mut self.item, row, &TAKEN, &[]);
        self.tell(row, replaced, out);
    }

    /// The official client keeps one of each, the last, and leaves out what it has no place for.
    fn tell(&self, row: &Row<'_>, replaced: bool, out: &mut Output<'_>) {
        let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
        let kind = self.columns.cell(row, "type");
        let known = matches!(kind, "name" | "email" | "number" | "phone" | "address");
        let message = if replaced {
            "an identity has room for one of these; an earlier one was replaced"
        } else if !known && self.columns.text(row, "item_name").is_some() {
            "an identity has no place for the name of this row; it was left out"
        } else {
            return;
        };
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }

    fn note(&self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let cell = |name| self.columns.cell(row, name);
        let name = if cell("type") == "name" {
            let full = ["title", "first_name", "middle_name", "last_name"].map(cell).join(" ");
            full.replacen("  ", " ", 1).trim().to_owned()
        } else {
            cell("item_name").to_owned()
        };
        let mut item = Item {
            kind: ItemKind::Note,
            name: values::name(&name),
            row: row.line,
            ..Item::default()
        };
        self.columns.fields(&mut item, row, &[], &[]);
        out.item(item)
    }
}

impl RowReader for Person {
    fn wants_look(&self, _: &Sniff) -> bool {
        true
    }

    fn look(&mut self, row: &Row<'_>) {
        if !row.is_blank() && !row.unclosed {
            self.rows += 1;
            self.names += u32::from(self.columns.cell(row, "type") == "name");
        }
    }

    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        if self.names != 1 {
            return self.note(row, out);
        }
        if self.read == 0 {
            self.item.row = row.line;
        }
        self.read += 1;
        self.gather(row, out);
        if self.read < self.rows {
            return Ok(());
        }
        let mut item = std::mem::take(&mut self.item);
        let person = std::mem::take(&mut self.person);
        item.name = values::name(&full_name(&person));
        item.kind = ItemKind::Identity(Box::new(person));
        out.item(item)
    }
}

/// Title and names, as an identity is shown.
fn full_name(person: &Identity) -> String {
    let parts = [&person.title, &person.first_name, &person.middle_name, &person.last_name];
    let parts: Vec<_> = parts.into_iter().flatten().map(Text::expose).collect();
    parts.join(" ").trim().to_owned()
}
