//! Bitwarden's own CSV, personal (`folder`) or of an organization (`collections`); also the usual layout
//! of lists made by hand.

use super::bitwarden_uris;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "bitwardencsv",
    name: "Bitwarden (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 1,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

pub(super) static LAYOUT: Layout =
    Layout { name: "Bitwarden (csv)", fits, reader: |header| Box::new(Columns::new(header)) };

const LOGIN: [&str; 4] = ["login_uri", "login_username", "login_password", "login_totp"];
const FRAME: [&str; 6] = ["folder", "collections", "favorite", "notes", "fields", "reprompt"];

fn fits(header: &Header) -> f64 {
    let count = |names: &[&str]| names.iter().filter(|name| header.has(name)).count();
    match (header.has("name"), header.has("type"), count(&LOGIN), count(&FRAME)) {
        (true, true, 3.., 3..) => 1.0,
        (true, _, 2.., _) => 0.9,
        (true, _, 1, _) => 0.7,
        (true, true, 0, 3..) => 0.6,
        _ => 0.0,
    }
}

struct Columns {
    folder: Option<usize>,
    collections: Option<usize>,
    favorite: Option<usize>,
    kind: Option<usize>,
    name: Option<usize>,
    notes: Option<usize>,
    fields: Option<usize>,
    reprompt: Option<usize>,
    archived: Option<usize>,
    uri: [Option<usize>; 2],
    username: [Option<usize>; 2],
    password: [Option<usize>; 2],
    totp: [Option<usize>; 2],
}

impl Columns {
    fn new(header: &mut Header) -> Self {
        let mut column = |name| header.column(name);
        Self {
            folder: column("folder"),
            collections: column("collections"),
            favorite: column("favorite"),
            kind: column("type"),
            name: column("name"),
            notes: column("notes"),
            fields: column("fields"),
            reprompt: column("reprompt"),
            archived: column("archiveddate"),
            uri: [column("login_uri"), column("uri")],
            username: [column("login_username"), column("username")],
            password: [column("login_password"), column("password")],
            totp: [column("login_totp"), column("totp")],
        }
    }

    /// Collections count only for an organization and folders only for a person, as in the official
    /// client; a preview shows whichever the file has.
    fn folders(&self, row: &Row<'_>, out: &mut Output<'_>) -> Vec<u32> {
        let both = out.target == Target::AsFile;
        let mut found = Vec::new();
        if both || out.target == Target::Individual {
            found.extend(out.folders.nested(row.cell(self.folder)));
        }
        if both || out.target == Target::Organization {
            for name in row.cell(self.collections).split(',') {
                found.extend(out.folders.nested(name).filter(|index| !found.contains(index)));
            }
        }
        found
    }

    fn login(&self, row: &Row<'_>) -> Login {
        let first = |[a, b]: [Option<usize>; 2]| match row.cell(a) {
            "" => row.cell(b),
            value => value,
        };
        Login {
            username: values::text(first(self.username)),
            password: values::text(first(self.password)),
            totp: values::text(first(self.totp)),
            uris: bitwarden_uris::split(first(self.uri)).filter_map(values::uri).collect(),
            passkeys: Vec::new(),
        }
    }
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut odd = Odd { row: row.line, item: out.next_item(), out };
        let kind = match row.cell(self.kind).to_lowercase().as_str() {
            "note" => ItemKind::Note,
            known => {
                if !matches!(known.trim(), "login" | "") {
                    odd.tell("type", "the item kind is not login or note; it was read as a login");
                }
                ItemKind::Login(self.login(row))
            }
        };
        let item = Item {
            kind,
            name: values::name(row.cell(self.name)),
            notes: row.value(self.notes),
            favorite: !matches!(row.cell(self.favorite), "0") && row.value(self.favorite).is_some(),
            reprompt: reprompt(row.cell(self.reprompt), &mut odd),
            fields: custom_fields(row.cell(self.fields), &mut odd),
            archived: archived(row.cell(self.archived), &mut odd),
            folders: self.folders(row, out),
            row: row.line,
            ..Item::default()
        };
        out.item(item)
    }

    fn end(&mut self, out: &mut Output<'_>) {
        let unused = match out.target {
            Target::Organization if self.collections.is_none() => self.folder,
            Target::Individual if self.folder.is_none() => self.collections,
            _ => None,
        };
        if unused.is_some() {
            let message = "the file was exported from the other kind of vault; its folders or collections are not used";
            out.find(FindingCode::FormatOddity, Severity::Warning, Place::FILE, message);
        }
    }
}

/// Tells about values of one row.
struct Odd<'o, 'a> {
    row: u32,
    item: u32,
    out: &'o mut Output<'a>,
}

impl Odd<'_, '_> {
    fn tell(&mut self, field: &'static str, message: &str) {
        let place = Place::value(self.row, self.item, field);
        self.out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }
}

/// The leading digits count, as JavaScript's `parseInt` has it.
fn reprompt(cell: &str, odd: &mut Odd<'_, '_>) -> bool {
    let cell = cell.trim();
    let digits = cell.chars().take_while(char::is_ascii_digit).count();
    match cell.get(..digits) {
        Some("1") => true,
        Some("0") => false,
        _ if cell.is_empty() => false,
        _ => {
            odd.tell("reprompt", "reprompt is neither 0 nor 1; it was taken as 0");
            false
        }
    }
}

/// One field per line, split at the last `": "`.
fn custom_fields(cell: &str, odd: &mut Odd<'_, '_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for line in cell.split('\n').filter(|line| !values::is_blank(line)) {
        let Some((name, value)) = line.rsplit_once(": ") else {
            odd.tell("fields", "a line without \": \" is no custom field and was left out");
            continue;
        };
        let given = |text: &str| (!text.is_empty()).then(|| Text::new(text));
        fields.push(Field { name: given(name), value: given(value), kind: FieldKind::Text });
    }
    fields
}

fn archived(cell: &str, odd: &mut Odd<'_, '_>) -> Option<String> {
    if values::is_blank(cell) {
        return None;
    }
    let at = values::moment(cell);
    if at.is_none() {
        odd.tell("archivedDate", "the date of archiving was not understood");
    }
    at
}
