//! Netwrix (MATESO) Password Secure: columns as the customer named them, German or English; sometimes every row is
//! wrapped in one more layer of quotes.

use super::columns;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::{self, Row};
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "netwrixpasswordsecure",
    name: "Netwrix Password Secure (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Netwrix", fits, reader: |header| Box::new(reader(header)) };

const DELIMITER: u8 = b';';

// The official client knows the German names and two English ones; of an English form it would leave the
// password as a text field of an item without a name.
const FOLDER: [&str; 2] = ["organisationseinheit", "organisational unit"];
const NAME: [&str; 2] = ["beschreibung", "description"];
const USERNAME: [&str; 3] = ["benutzername", "user name", "username"];
const PASSWORD: [&str; 2] = ["passwort", "password"];
const NOTES: [&str; 4] = ["informationen", "kommentare", "information", "comments"];
const TOTP: [&str; 2] = ["one-time passwort", "one-time password"];
const URL: [&str; 8] = [
    "internetseite",
    "internetadresse",
    "webseite",
    "webseite1",
    "website",
    "webmail",
    "web page",
    "url",
];

fn fits(header: &Header) -> f64 {
    if FOLDER.iter().any(|name| header.has(name)) {
        return 1.0;
    }
    let wrapped = wrapped(header);
    let own = |name: &String| FOLDER.contains(&name.trim().to_lowercase().as_str());
    let form = [&NAME[..1], &USERNAME[..1], &PASSWORD[..1]].concat();
    if wrapped.iter().any(own) {
        0.95
    } else if form.iter().all(|name| header.has(name)) && !header.has("titel") {
        0.45
    } else {
        0.0
    }
}

/// The names inside a header that is one quoted cell.
fn wrapped(header: &Header) -> Vec<String> {
    let line = if header.len() == 1 { header.written(0) } else { "" };
    if !line.contains(';') {
        return Vec::new();
    }
    rows::first_row(line, false, DELIMITER).unwrap_or_default()
}

struct Forms {
    wrapped: bool,
    folder: Vec<usize>,
    name: Vec<usize>,
    username: Vec<usize>,
    password: Vec<usize>,
    notes: Vec<usize>,
    totp: Vec<usize>,
    url: Vec<usize>,
    names: Vec<(usize, String)>,
}

fn reader(header: &mut Header) -> Forms {
    let inner = wrapped(header);
    let wrapped = !inner.is_empty() && !FOLDER.iter().any(|name| header.has(name));
    let written = header.rest();
    let names = if wrapped { inner.into_iter().enumerate().collect() } else { written };
    let names = columns::distinct(names);
    let find = |aliases: &[&str]| {
        let place = |alias: &&str| names.iter().position(|(_, name)| plain(name) == **alias);
        aliases.iter().filter_map(place).collect()
    };
    Forms {
        wrapped,
        folder: find(&FOLDER),
        name: find(&NAME),
        username: find(&USERNAME),
        password: find(&PASSWORD),
        notes: find(&NOTES),
        totp: find(&TOTP),
        url: find(&URL),
        names,
    }
}

fn plain(name: &str) -> String {
    name.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').to_lowercase()
}

impl RowReader for Forms {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let cells: Vec<Text> = if self.wrapped {
            let mut inner = rows::first_rows(row.at(0), false, DELIMITER, 2);
            if inner.len() > 1 {
                let message = "a row within quotes holds more than one row; the rest was left out";
                let place = Place::row(row.line);
                out.find(FindingCode::DamagedRow, Severity::Error, place, message);
            }
            if inner.is_empty() {
                return Ok(());
            }
            inner.swap_remove(0).into_iter().map(Text::new).collect()
        } else {
            row.cells().map(Text::new).collect()
        };
        let mut item = self.item(&cells, out);
        item.row = row.line;
        out.item(item)
    }
}

impl Forms {
    fn item(&self, cells: &[Text], out: &mut Output<'_>) -> Item {
        let cell = |index: usize| cells.get(index).map_or("", Text::expose);
        let mut used = self.url.clone();
        let mut first = |columns: &[usize]| {
            let column = columns.iter().find(|column| !values::is_blank(cell(**column)));
            used.extend(column);
            column.map_or("", |column| cell(*column))
        };
        let (folder, notes) = (first(&self.folder), first(&self.notes).trim_end());
        let mut item = Item {
            name: values::name(first(&self.name)),
            notes: values::text(notes),
            folders: out.folders.nested(folder).into_iter().collect(),
            kind: ItemKind::Login(Login {
                username: values::text(first(&self.username)),
                password: values::text(first(&self.password)),
                totp: values::text(first(&self.totp)),
                uris: self.url.iter().filter_map(|column| values::uri(cell(*column))).collect(),
                ..Login::default()
            }),
            ..Item::default()
        };
        for (index, name) in &self.names {
            if !used.contains(index) {
                let secret = self.password.contains(index) || self.totp.contains(index);
                let kind = if secret { FieldKind::Hidden } else { FieldKind::Text };
                rules_note::add(&mut item, name, cell(*index), kind);
            }
        }
        item
    }
}
