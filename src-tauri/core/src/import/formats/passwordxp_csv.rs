//! Password XP: a row `[Folder]` says where the rows below it belong; English, German or Dutch column names.

use super::columns;
use super::output::{Halt, Output};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "passwordxpcsv",
    name: "Password XP (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 4,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "Password XP", fits, reader: |header| Box::new(reader(header)) };

/// German and Dutch names, and what English exports call the same.
const NAMES: [(&str, &str); 17] = [
    ("user name", "Username"),
    ("titel", "Title"),
    ("benutzername", "Username"),
    ("konto", "Account"),
    ("passwort", "Password"),
    ("geändert am", "Modified"),
    ("erstellt am", "Created"),
    ("läuft ab am", "Expire on"),
    ("beschreibung", "Description"),
    ("geändert von", "Modified by"),
    ("gebruikersnaam", "Username"),
    ("wachtwoord", "Password"),
    ("gewijzigd", "Modified"),
    ("gemaakt", "Created"),
    ("verloopt op", "Expire on"),
    ("beschrijving", "Description"),
    ("gewijzigd door", "Modified by"),
];

fn english(name: &str) -> &str {
    let plain = name.trim().to_lowercase();
    NAMES.iter().find(|(own, _)| *own == plain).map_or(name, |(_, english)| english)
}

fn fits(header: &Header) -> f64 {
    let names: Vec<_> = header.names().iter().map(|name| english(name).to_lowercase()).collect();
    let has = |name: &&str| names.iter().any(|known| known == *name);
    let all = |wanted: &[&str]| wanted.iter().all(has);
    let marks = ["account", "modified", "created", "expire on", "modified by"];
    let marks = marks.iter().filter(|name| has(name)).count();
    if !all(&["title", "username", "password", "description"]) {
        0.0
    } else if marks >= 2 {
        0.95
    } else {
        0.6
    }
}

struct Entries {
    title: Option<usize>,
    username: Option<usize>,
    url: Option<usize>,
    password: Option<usize>,
    description: Option<usize>,
    rest: Vec<(usize, String)>,
    folder: String,
}

fn reader(header: &mut Header) -> Entries {
    let names = header.rest().into_iter().map(|(index, name)| (index, english(&name).to_owned()));
    let mut rest = columns::distinct(names.collect());
    let mut column = |wanted: &str| {
        let place = rest.iter().position(|(_, name)| name.trim().eq_ignore_ascii_case(wanted))?;
        Some(rest.remove(place).0)
    };
    let (title, username, url) = (column("title"), column("username"), column("url"));
    let (password, description) = (column("password"), column("description"));
    Entries { title, username, url, password, description, rest, folder: String::new() }
}

/// The folder in a row that names one.
fn folder(title: &str) -> Option<&str> {
    title.strip_prefix('[')?.strip_suffix(']')
}

impl RowReader for Entries {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let title = row.cell(self.title);
        if title == ">>>" {
            return Ok(());
        }
        if let Some(folder) = folder(title) {
            folder.clone_into(&mut self.folder);
            return Ok(());
        }
        let mut item = Item {
            kind: ItemKind::Login(Login {
                username: row.value(self.username),
                password: row.value(self.password),
                uris: values::uri(row.cell(self.url)).into_iter().collect(),
                ..Login::default()
            }),
            name: values::name(title),
            notes: row.value(self.description),
            folders: out.folders.nested(&self.folder).into_iter().collect(),
            row: row.line,
            ..Item::default()
        };
        columns::add_rest(&mut item, row, &self.rest);
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }

    /// Rows that name a folder have one cell.
    fn explains(&self, row: &Row<'_>) -> bool {
        let title = row.cell(self.title);
        row.len() == 1 && (title == ">>>" || folder(title).is_some())
    }
}
