//! What the exports of IT documentation tools have in common: one row is a login of one client, names of columns
//! vary with the tool's version and with who wrote the export.

use super::output::Output;
use super::rows::Row;
use super::sheet_words::{is_secret, plain};
use super::table::Header;
use super::values::{self, is_blank};
use super::{html_text, rules_host, rules_note};
use crate::model::{FieldKind, Item, ItemKind, Login, Text};

/// The first column with one of these names, compared without case, blanks and punctuation; it counts as read.
pub(super) fn column(header: &mut Header, names: &[&str]) -> Option<usize> {
    let found = names
        .iter()
        .find_map(|name| header.names().iter().find(|column| plain(column) == **name).cloned());
    found.and_then(|column| header.column(&column))
}

/// Whether a column of this name is there.
pub(super) fn has(header: &Header, name: &str) -> bool {
    header.names().iter().any(|column| plain(column) == name)
}

/// Where the parts of a login stand.
#[derive(Default)]
pub(super) struct Columns {
    pub client: Option<usize>,
    pub folder: Option<usize>,
    pub name: Option<usize>,
    pub username: Option<usize>,
    pub password: Option<usize>,
    pub totp: Option<usize>,
    pub url: Option<usize>,
    pub notes: Option<usize>,
    /// Those that become custom fields.
    pub fields: Vec<(usize, String)>,
}

impl Columns {
    /// The login of a row, without what is special to a tool.
    pub(super) fn item(&self, row: &Row<'_>, out: &mut Output<'_>) -> Item {
        let totp = row.cell(self.totp).trim();
        let uris = row.cell(self.url).lines().filter_map(values::uri).collect::<Vec<_>>();
        let name = row.cell(self.name).trim();
        let host = uris.first().and_then(|uri| rules_host::name_from(uri.uri.expose()));
        let login = Login {
            username: row.value(self.username),
            password: row.value(self.password),
            totp: values::text(totp),
            uris,
            ..Login::default()
        };
        let mut item = Item {
            name: match host {
                Some(host) if is_blank(name) => Text::new(host),
                _ => values::name(name),
            },
            notes: values::text(&html_text::plain(row.cell(self.notes))),
            kind: ItemKind::Login(login),
            row: row.line,
            ..Item::default()
        };
        self.place(&mut item, row, out);
        item
    }

    /// Below the client, so that one export of a whole MSP can be told apart by collections.
    fn place(&self, item: &mut Item, row: &Row<'_>, out: &mut Output<'_>) {
        let (client, folder) = (row.cell(self.client).trim(), row.cell(self.folder).trim());
        item.folders.extend(match (client, folder) {
            ("", "") => None,
            ("", folder) => out.folders.nested(folder),
            (client, "") => Some(out.folders.exact(client)),
            (client, folder) => out.folders.nested(&format!("{client}/{folder}")),
        });
    }

    /// Adds the custom fields, then makes a note of a login that holds nothing.
    pub(super) fn finish(&self, item: &mut Item, row: &Row<'_>) {
        for (index, name) in &self.fields {
            let kind = if is_secret(name) { FieldKind::Hidden } else { FieldKind::Text };
            rules_note::add(item, name, row.at(*index), kind);
        }
        rules_note::note_if_empty(item);
    }
}

/// `Configuration 55`: what the login belongs to in the tool.
pub(super) fn resource(item: &mut Item, kind: &str, id: &str) {
    let text = format!("{} {}", kind.trim(), id.trim());
    rules_note::add(item, "Resource", text.trim(), FieldKind::Text);
}
