//! Zoho Vault: an entry's own fields are lines `Key:Value` in the cells `SecretData` and `CustomData`.
//! The official client takes a PIN, key or code for the password, drops lines without a colon, shows further secrets
//! and leaves out entries without a name (import-formats.md, section 7, points 14, 17 and 23).

use super::columns;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_guess, rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "zohovaultcsv",
    name: "Zoho Vault (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Zoho Vault", fits, reader: |header| Box::new(reader(header)) };

/// Names of secrets that are not what somebody signs in with.
const NO_PASSWORDS: [&str; 7] = ["pin", "key", "code", "serial", "serial#", "license key", "reg #"];

fn fits(header: &Header) -> f64 {
    let named = header.has("password name") || header.has("secret name");
    let marks = ["secretdata", "customdata", "password url", "secret url"];
    match (named, marks.iter().filter(|name| header.has(name)).count()) {
        (false, _) | (_, 0) => 0.0,
        (_, 1) if !header.has("secretdata") => 0.6,
        _ => 1.0,
    }
}

struct Secrets {
    names: [Option<usize>; 2],
    urls: [Option<usize>; 2],
    totps: [Option<usize>; 2],
    data: [Option<usize>; 2],
    notes: Option<usize>,
    favorite: Option<usize>,
    folder: Option<usize>,
    improved: bool,
}

fn reader(header: &mut Header) -> Secrets {
    Secrets {
        names: ["password name", "secret name"].map(|name| header.column(name)),
        urls: ["password url", "secret url"].map(|name| header.column(name)),
        totps: ["totp", "login_totp"].map(|name| header.column(name)),
        data: ["secretdata", "customdata"].map(|name| header.column(name)),
        notes: header.column("notes"),
        favorite: header.column("favorite"),
        folder: header.column("folder name"),
        improved: false,
    }
}

impl RowReader for Secrets {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let first = |columns: &[Option<usize>; 2]| {
            let mut cells = columns.iter().map(|column| row.cell(*column));
            cells.find(|cell| !values::is_blank(cell)).unwrap_or("")
        };
        let mut item = Item {
            kind: ItemKind::Login(Login {
                totp: values::text(first(&self.totps)),
                uris: values::uri(first(&self.urls)).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(first(&self.names)),
            notes: row.value(self.notes),
            favorite: row.cell(self.favorite) == "1",
            folders: out.folders.nested(row.cell(self.folder)).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        for column in self.data {
            self.add(&mut item, row.cell(column));
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.improved {
            let message = "PINs, keys and codes were not taken for passwords and are hidden fields";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

impl Secrets {
    fn add(&mut self, item: &mut Item, data: &str) {
        for (key, value) in &fields(data) {
            let name = key.to_lowercase();
            let ItemKind::Login(login) = &mut item.kind else { return };
            let no_password = NO_PASSWORDS.contains(&name.as_str());
            if login.username.is_none() && rules_guess::is_username(&name) {
                login.username = values::text(value.expose());
            } else if rules_guess::is_password(&name) && !no_password && login.password.is_none() {
                login.password = values::text(value.expose());
            } else if rules_guess::is_password(&name) {
                self.improved |= no_password;
                columns::hide(item, key, value.expose());
            } else {
                rules_note::add(item, key, value.expose(), FieldKind::Text);
            }
        }
    }
}

/// The lines of a cell; what has no colon goes on with the line before.
fn fields(data: &str) -> Vec<(&str, Text)> {
    let mut fields: Vec<(&str, Text)> = Vec::new();
    for line in data.split('\n') {
        match (line.split_once(':'), fields.last_mut()) {
            (Some((key, value)), _) if !values::is_blank(key) => {
                fields.push((key, Text::new(value)));
            }
            (_, Some((_, value))) if !values::is_blank(line) => {
                value.push_str("\n");
                value.push_str(line);
            }
            _ => {}
        }
    }
    fields.retain(|(key, value)| *key != "SecretType" && !values::is_blank(value.expose()));
    fields
}
