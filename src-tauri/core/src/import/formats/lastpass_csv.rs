//! LastPass: sites and secure notes, or form fills; Passbolt's "csv (LastPass)" has the same columns.

use std::borrow::Cow;

use super::lastpass_form::FormColumns;
use super::lastpass_note;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::sniff::{Sniff, entity_len};
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "lastpasscsv",
    name: "LastPass",
    extensions: &["csv", "html", "htm"],
    needs_password: false,
    rank: 1,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

pub(super) const PASSBOLT: Format = Format {
    id: "passboltcsv",
    name: "Passbolt (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "passbolt",
};

pub(super) static LAYOUT: Layout = Layout { name: "LastPass", fits, reader };

/// The address that marks a secure note.
const NOTE_URL: &str = "http://sn";

fn fits(header: &Header) -> f64 {
    let all = |names: &[&str]| names.iter().all(|name| header.has(name));
    if all(&["profilename", "profilelanguage"]) || all(&["url", "extra", "name", "grouping"]) {
        1.0
    } else if all(&["url", "name", "grouping"]) {
        0.6
    } else {
        0.0
    }
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    let entities = Entities::new(header.len());
    if header.has("profilename") && header.has("profilelanguage") {
        return Box::new(FormColumns::new(header));
    }
    let mut column = |name| header.column(name);
    Box::new(Columns {
        url: column("url"),
        username: column("username"),
        password: column("password"),
        totp: column("totp"),
        extra: column("extra"),
        name: column("name"),
        grouping: column("grouping"),
        fav: column("fav"),
        entities,
    })
}

struct Columns {
    url: Option<usize>,
    username: Option<usize>,
    password: Option<usize>,
    totp: Option<usize>,
    extra: Option<usize>,
    name: Option<usize>,
    grouping: Option<usize>,
    fav: Option<usize>,
    entities: Entities,
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let cell = |column| self.entities.decode(column, row.cell(column));
        let text = |column| values::text(&cell(column));
        let mut item = Item {
            name: values::name(&cell(self.name)),
            favorite: row.cell(self.fav) == "1",
            folders: folder(&cell(self.grouping), out),
            row: row.line,
            ..Item::default()
        };
        let url = cell(self.url);
        if url == NOTE_URL {
            let only_logins = [self.username, self.password, self.totp];
            if only_logins.iter().any(|column| !row.cell(*column).trim().is_empty()) {
                let message =
                    "a secure note has no user name, password or TOTP; they were left out";
                let place = Place::value(row.line, out.next_item(), "login");
                out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
            }
            lastpass_note::read(&cell(self.extra), &mut item, out);
        } else {
            item.notes = text(self.extra);
            item.kind = ItemKind::Login(Login {
                username: text(self.username),
                password: text(self.password),
                totp: text(self.totp),
                uris: values::uri(&url).into_iter().collect(),
                ..Login::default()
            });
        }
        out.item(item)
    }

    fn wants_look(&self, sniff: &Sniff) -> bool {
        sniff.entities
    }

    fn look(&mut self, row: &Row<'_>) {
        self.entities.look(row);
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.entities.any() {
            let message =
                "HTML entities such as &amp; were turned back into the characters they stand for";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

/// LastPass's own folder rule: backslashes become slashes, nothing else is cleaned, no parents.
fn folder(grouping: &str, out: &mut Output<'_>) -> Vec<u32> {
    let odd = |c: char| c == '\\' || c.is_control();
    let path: Cow<'_, str> = if grouping.contains(odd) {
        let slashed = grouping.chars().map(|c| if c == '\\' { '/' } else { c });
        slashed.filter(|c| !c.is_control()).collect::<String>().into()
    } else {
        grouping.into()
    };
    if values::is_blank(&path) || path == "(none)" {
        return Vec::new();
    }
    vec![out.folders.exact(&path)]
}

/// Which columns were HTML-escaped on their way (import-formats.md, section 7, point 9).
///
/// Escaping leaves no bare `<`, `>` or `&` behind. A column with entities and without any of those is
/// escaped; one that has both holds its entities as text.
struct Entities(Vec<Evidence>);

#[derive(Clone, Default)]
struct Evidence {
    entity: bool,
    bare: bool,
}

impl Entities {
    fn new(columns: usize) -> Self {
        Self(vec![Evidence::default(); columns])
    }

    fn look(&mut self, row: &Row<'_>) {
        for (index, evidence) in self.0.iter_mut().enumerate() {
            let cell = row.at(index).as_bytes();
            for at in memchr::memchr3_iter(b'&', b'<', b'>', cell) {
                let known = cell[at] == b'&' && entity_len(&cell[at..]).is_some();
                evidence.entity |= known;
                evidence.bare |= !known;
            }
        }
    }

    fn any(&self) -> bool {
        self.0.iter().any(|evidence| evidence.entity && !evidence.bare)
    }

    fn decode<'c>(&self, column: Option<usize>, cell: &'c str) -> Cow<'c, str> {
        let evidence = column.and_then(|index| self.0.get(index));
        if evidence.is_some_and(|evidence| evidence.entity && !evidence.bare) {
            html_escape::decode_html_entities(cell)
        } else {
            Cow::Borrowed(cell)
        }
    }
}
