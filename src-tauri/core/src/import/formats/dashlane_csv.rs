//! Dashlane's export: five CSV files, each alone or all in the zip they come in.
//!
//! The official client takes the files one by one and makes dozens of empty notes of the zip
//! (import-formats.md, section 7, point 22).

use super::dashlane_ids::Ids;
use super::dashlane_payments::Payments;
use super::dashlane_person::Person;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::rows::Row;
use super::sniff::Sniff;
use super::source::Input;
use super::table::{self, Header, Layout, RowReader};
use super::{dashlane_zip, detect, rules_note, values};
use crate::model::{FieldKind, Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "dashlanecsv",
    name: NAME,
    extensions: &["csv", "zip"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Dashlane (csv)";

static SHAPE: Shape = Shape { fits, read };

/// Each of the five files.
pub(super) static LAYOUT: Layout = Layout { name: NAME, fits: fits_header, reader };

fn fits(looked: &Looked<'_>) -> f64 {
    if let Some(members) = &looked.members {
        return dashlane_zip::fits(members);
    }
    if !looked.is_plain() {
        return 0.0;
    }
    table::recognise(looked.sniff, &[&LAYOUT]).map_or(0.0, |(.., sure)| sure)
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    if dashlane_zip::is(input)? {
        return dashlane_zip::read(input, context.sniff, out);
    }
    read_table(input, context.sniff, out)
}

/// Reads one of the five files.
pub(super) fn read_table(
    input: &mut dyn Input,
    sniff: &Sniff,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let delimiter = detect::delimiter_for(&LAYOUT, sniff)?;
    table::read((&LAYOUT, delimiter), input, sniff, out)
}

/// What a file holds; its columns tell.
#[derive(Clone, Copy)]
enum Kind {
    Credentials,
    Notes,
    Payments,
    Ids,
    Person,
}

fn kind(header: &Header) -> Option<(Kind, f64)> {
    let all = |names: &[&str]| names.iter().all(|name| header.has(name));
    let any = |names: &[&str]| names.iter().any(|name| header.has(name));
    let first = |names: &[&str]| header.names().iter().zip(names).all(|(a, b)| a == b);
    if all(&["type", "account_name"]) && any(&["account_holder", "cc_number", "account_number"]) {
        Some((Kind::Payments, 0.95))
    } else if all(&["type", "number", "name"])
        && any(&["issue_date", "expiration_date", "place_of_issue"])
    {
        Some((Kind::Ids, 0.95))
    } else if all(&["type", "title", "first_name"]) && any(&["last_name", "item_name"]) {
        Some((Kind::Person, 0.95))
    } else if all(&["username", "title", "password"]) {
        let own = any(&["username2", "otpsecret", "otpurl"]) && header.has("url");
        let usual = first(&["username"]) && any(&["note", "category"]);
        let sure = match (own, usual) {
            (true, _) => 0.95,
            (false, true) => 0.6,
            (false, false) => return None,
        };
        Some((Kind::Credentials, sure))
    } else if all(&["title", "note"]) {
        let strangers = header.unknown(&["title", "note", "category"]) > 0;
        Some((Kind::Notes, if strangers { 0.2 } else { 0.9 }))
    } else {
        None
    }
}

fn fits_header(header: &Header) -> f64 {
    kind(header).map_or(0.0, |(_, sure)| sure)
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    let kind = kind(header).map(|(kind, _)| kind);
    let columns = Columns::new(header);
    match kind {
        Some(Kind::Payments) => Box::new(Payments::new(columns)),
        Some(Kind::Ids) => Box::new(Ids::new(columns)),
        Some(Kind::Person) => Box::new(Person::new(columns)),
        Some(Kind::Notes) => Box::new(Notes(columns)),
        Some(Kind::Credentials) | None => Box::new(Credentials(columns)),
    }
}

/// The columns of a file: those without a place of their own become custom fields, in their order.
pub(super) struct Columns {
    names: Vec<String>,
    written: Vec<String>,
}

impl Columns {
    fn new(header: &mut Header) -> Self {
        let names = header.names().to_vec();
        let written = header.rest().into_iter().map(|(_, name)| name).collect();
        Self { names, written }
    }

    /// The cell of the column called so (in lower case); empty when there is none.
    pub(super) fn cell<'r>(&self, row: &Row<'r>, name: &str) -> &'r str {
        row.cell(self.names.iter().position(|known| known == name))
    }

    /// The same, unless blank.
    pub(super) fn text(&self, row: &Row<'_>, name: &str) -> Option<Text> {
        values::text(self.cell(row, name))
    }

    /// Makes custom fields of every column that is not among `taken`; those of `secret` are hidden.
    pub(super) fn fields(&self, item: &mut Item, row: &Row<'_>, taken: &[&str], secret: &[&str]) {
        for (index, name) in self.names.iter().enumerate() {
            if taken.contains(&name.as_str()) {
                continue;
            }
            let hidden = secret.contains(&name.as_str());
            let kind = if hidden { FieldKind::Hidden } else { FieldKind::Text };
            let written = self.written.get(index).map_or("", String::as_str);
            rules_note::add(item, written, row.at(index), kind);
        }
    }
}

/// `credentials.csv`.
struct Credentials(Columns);

impl RowReader for Credentials {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        const TAKEN: [&str; 7] =
            ["title", "note", "username", "password", "url", "otpsecret", "category"];
        let text = |name| self.0.text(row, name);
        let login = Login {
            username: text("username"),
            password: text("password"),
            totp: text("otpurl").or_else(|| text("otpsecret")),
            uris: values::uri(self.0.cell(row, "url")).into_iter().collect(),
            ..Login::default()
        };
        let mut item = Item {
            kind: ItemKind::Login(login),
            name: values::name(self.0.cell(row, "title")),
            notes: text("note"),
            folders: out.folders.nested(self.0.cell(row, "category")).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        // The official client repeats the address of the TOTP key as a field anybody can read.
        self.0.fields(&mut item, row, &TAKEN, &["otpurl"]);
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }
}

/// `securenotes.csv`.
struct Notes(Columns);

impl RowReader for Notes {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = Item {
            kind: ItemKind::Note,
            name: values::name(self.0.cell(row, "title")),
            notes: self.0.text(row, "note"),
            row: row.line,
            ..Item::default()
        };
        self.0.fields(&mut item, row, &["title", "note"], &[]);
        out.item(item)
    }
}
