//! Proton Pass's CSV, which has no official importer. What is no login stands as JSON in the note.

use super::json_value::Json;
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_json::{self, add};
use super::table::{Header, Layout, RowReader};
use super::{protonpass_item, protonpass_person, values};
use crate::model::{FieldKind, Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "protonpasscsv",
    name: NAME,
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

const NAME: &str = "ProtonPass (csv)";

static LAYOUT: Layout = Layout { name: NAME, fits, reader };

const COLUMNS: [&str; 9] =
    ["type", "name", "url", "email", "username", "password", "note", "totp", "vault"];

/// When it was made and changed last: not part of a vault item.
const TIMES: [&str; 2] = ["createtime", "modifytime"];

fn fits(header: &Header) -> f64 {
    let all = |names: &[&str]| names.iter().all(|name| header.has(name));
    if !all(&["type", "name", "url", "username", "password", "note", "totp"]) {
        return 0.0;
    }
    match (all(&TIMES) || header.has("vault"), header.unknown(&COLUMNS)) {
        (true, 0..=2) => 1.0,
        (true, _) | (false, 0) => 0.9,
        (false, _) => 0.5,
    }
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    header.ignore(&TIMES);
    let columns = COLUMNS.map(|name| header.column(name));
    let [kind, name, url, email, username, password, note, totp, vault] = columns;
    Box::new(Columns { kind, name, url, email, username, password, note, totp, vault })
}

struct Columns {
    kind: Option<usize>,
    name: Option<usize>,
    url: Option<usize>,
    email: Option<usize>,
    username: Option<usize>,
    password: Option<usize>,
    note: Option<usize>,
    totp: Option<usize>,
    vault: Option<usize>,
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = Item {
            name: values::name(row.cell(self.name)),
            notes: row.value(self.note),
            row: row.line,
            ..Item::default()
        };
        let kind = row.cell(self.kind).trim();
        match kind {
            "login" | "alias" | "" => self.login(row, &mut item),
            "note" => {
                item.kind = ItemKind::Note;
                self.beside(row, &mut item);
            }
            _ => {
                self.content(kind, row, &mut item);
                self.beside(row, &mut item);
            }
        }
        item.folders = out.folders.nested(row.cell(self.vault)).into_iter().collect();
        out.item(item)
    }
}

impl Columns {
    fn login(&self, row: &Row<'_>, item: &mut Item) {
        let username = row.value(self.username);
        if username.as_ref().is_some_and(|name| name.expose() != row.cell(self.email)) {
            add(item, "email", row.cell(self.email), FieldKind::Text);
        }
        item.kind = ItemKind::Login(Login {
            username: username.or_else(|| row.value(self.email)),
            password: row.value(self.password),
            totp: row.value(self.totp),
            uris: row.cell(self.url).split(", ").filter_map(values::uri).collect(),
            ..Login::default()
        });
    }

    /// Cards, identities and what else the note describes.
    fn content(&self, kind: &str, row: &Row<'_>, item: &mut Item) {
        let content = serde_json::from_str(row.cell(self.note)).ok();
        let Some(content @ Json::Object(_)) = content else {
            item.kind = ItemKind::Note;
            return;
        };
        item.notes = rules_json::text(content.get("note"));
        let Json::Object(mut entries) = content else { return };
        entries.retain(|(key, _)| key != "note");
        let content = Json::Object(entries);
        match kind {
            "creditCard" => protonpass_item::card(&content, item),
            "identity" => drop(protonpass_person::read(&content, false, item)),
            "sshKey" => protonpass_item::ssh_key(&content, item),
            _ => protonpass_item::unknown(&content, item),
        }
        if kind != "identity" {
            protonpass_item::sections(content.get("sections"), item);
        }
    }

    /// Cells that only logins have a place for.
    fn beside(&self, row: &Row<'_>, item: &mut Item) {
        let cells = [
            ("username", self.username, FieldKind::Text),
            ("email", self.email, FieldKind::Text),
            ("password", self.password, FieldKind::Hidden),
            ("totp", self.totp, FieldKind::Hidden),
            ("url", self.url, FieldKind::Text),
        ];
        for (name, column, kind) in cells {
            add(item, name, row.cell(column), kind);
        }
    }
}
