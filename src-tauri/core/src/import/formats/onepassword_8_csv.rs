//! 1Password 8's own CSV, which has no official importer: logins only.

use jiff::Timestamp;

use super::output::{Halt, Output, Place, Target};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::rules_note::note_if_empty;
use super::table::{Header, Layout, RowReader};
use super::values;
use crate::model::{FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "1password8csv",
    name: NAME,
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

const NAME: &str = "1Password 8 (csv)";

static LAYOUT: Layout = Layout { name: NAME, fits, reader };

const COLUMNS: [&str; 9] =
    ["title", "url", "username", "password", "otpauth", "favorite", "archived", "tags", "notes"];

fn fits(header: &Header) -> f64 {
    let all = |names: &[&str]| names.iter().all(|name| header.has(name));
    if !all(&["title", "username", "password"]) {
        return 0.0;
    }
    let marks = ["favorite", "archived", "tags"].iter().filter(|mark| header.has(mark)).count();
    match (marks, header.unknown(&COLUMNS)) {
        (3, 0) => 1.0,
        (3, _) => 0.9,
        (1 | 2, 0) => 0.6,
        (2, _) => 0.4,
        _ => 0.0,
    }
}

fn reader(header: &mut Header) -> Box<dyn RowReader> {
    let columns = COLUMNS.map(|name| header.column(name));
    let [title, url, username, password, otpauth, favorite, archived, tags, notes] = columns;
    let now = format!("{:.3}", Timestamp::now());
    Box::new(Columns {
        title,
        url,
        username,
        password,
        otpauth,
        favorite,
        archived,
        tags,
        notes,
        now,
    })
}

struct Columns {
    title: Option<usize>,
    url: Option<usize>,
    username: Option<usize>,
    password: Option<usize>,
    otpauth: Option<usize>,
    favorite: Option<usize>,
    archived: Option<usize>,
    tags: Option<usize>,
    notes: Option<usize>,
    /// The file does not say when an item was archived.
    now: String,
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut codes = row.cell(self.otpauth).lines().filter(|code| !values::is_blank(code));
        let totp = codes.next().and_then(values::text);
        if codes.next().is_some() {
            let message = "the item has several one-time passwords; only the first was read";
            let place = Place::value(row.line, out.next_item(), "login.totp");
            out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        }
        let archived = is_true(row.cell(self.archived)).then(|| self.now.clone());
        let mut item = Item {
            kind: ItemKind::Login(Login {
                username: row.value(self.username),
                password: row.value(self.password),
                totp,
                uris: row.cell(self.url).lines().filter_map(values::uri).collect(),
                ..Login::default()
            }),
            name: values::name(row.cell(self.title)),
            notes: row.value(self.notes),
            favorite: is_true(row.cell(self.favorite)),
            archived,
            row: row.line,
            ..Item::default()
        };
        let most = if out.target == Target::Individual { 1 } else { usize::MAX };
        for tag in row.cell(self.tags).split(';').filter(|tag| !values::is_blank(tag)).take(most) {
            let folder = out.folders.nested(tag.trim());
            item.folders.extend(folder.filter(|folder| !item.folders.contains(folder)));
        }
        note_if_empty(&mut item);
        out.item(item)
    }
}

fn is_true(cell: &str) -> bool {
    let cell = cell.trim();
    cell.eq_ignore_ascii_case("true") || cell == "1"
}
