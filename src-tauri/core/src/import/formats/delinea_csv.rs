//! Delinea (Thycotic) Secret Server: `Secret Name,Username,URL,Password,Notes,…,Folder,TOTP Key,TOTP Backup Codes`.
//! Rows without an address are secure notes. The official client shows TOTP keys as text (import-formats.md,
//! section 7, point 12).

use super::columns;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "delineacsv",
    name: "Delinea (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Delinea", fits, reader: |header| Box::new(reader(header)) };

const TOTP: &str = "TOTP Key";

fn fits(header: &Header) -> f64 {
    let others = ["secretdata", "secret url", "password name"].iter().any(|name| header.has(name));
    if !header.has("secret name") || others {
        0.0
    } else if ["username", "url", "password"].iter().all(|name| header.has(name)) {
        0.95
    } else {
        0.6
    }
}

struct Secrets {
    name: Option<usize>,
    url: Option<usize>,
    folder: Option<usize>,
    notes: Option<usize>,
    username: Option<usize>,
    password: Option<usize>,
    totp: Option<usize>,
    /// Every column that may become a field.
    fields: Vec<(usize, String)>,
    improved: bool,
}

fn reader(header: &mut Header) -> Secrets {
    let (name, folder) = (header.column("secret name"), header.column("folder"));
    let notes = header.column("notes");
    let find =
        |header: &Header, wanted: &str| header.names().iter().position(|name| name == wanted);
    Secrets {
        name,
        folder,
        notes,
        url: find(header, "url"),
        username: find(header, "username"),
        password: find(header, "password"),
        totp: find(header, "totp key"),
        fields: columns::distinct(header.rest()),
        improved: false,
    }
}

impl RowReader for Secrets {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let is_login = !row.cell(self.url).is_empty();
        let login = Login {
            username: row.value(self.username),
            password: row.value(self.password),
            totp: row.value(self.totp),
            uris: values::uri(row.cell(self.url)).into_iter().collect(),
            ..Login::default()
        };
        self.improved |= login.totp.is_some();
        let mut item = Item {
            kind: if is_login { ItemKind::Login(login) } else { ItemKind::Note },
            name: values::name(row.cell(self.name)),
            notes: row.value(self.notes),
            folders: out.folders.nested(row.cell(self.folder)).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        let own = [self.url, self.username, self.password, self.totp];
        for (index, name) in &self.fields {
            if !(is_login && own.contains(&Some(*index))) {
                item.fields.extend(field(name, row.at(*index)));
            }
        }
        out.item(item)
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.improved {
            let message =
                "TOTP keys were read as such; on entries without an address they are hidden fields";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

fn field(name: &str, value: &str) -> Option<Field> {
    let value = values::text(value)?;
    let plain = name.trim().to_lowercase();
    let secret = ["password", &TOTP.to_lowercase(), "totp backup codes"].contains(&plain.as_str());
    let kind = if secret { FieldKind::Hidden } else { FieldKind::Text };
    Some(Field { name: Some(Text::new(name)), value: Some(value), kind })
}
