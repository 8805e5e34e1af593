//! N-able Passportal: `passwords.csv` (of all clients) and `vault.csv` (of one's own), with or without column names.

use super::lines::{self, Lines, USUAL};
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::rows::Row;
use super::rules_docs::{self, Columns, column};
use super::rules_note;
use super::source::Input;
use super::table::{self, Header, Layout, RowReader};
use crate::model::FieldKind;

pub(super) const FORMAT: Format = Format {
    id: "passportal",
    name: "N-able Passportal (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

static LAYOUT: Layout = Layout {
    name: "Passportal",
    fits: header_fits,
    reader: |header| Box::new(Portal::new(header)),
};

static LINES: Lines =
    Lines { name: "Passportal", delimiters: USUAL, fits: rows_fit, reader: || Box::new(Nameless) };

fn fits(looked: &Looked<'_>) -> f64 {
    if !looked.is_plain() {
        return 0.0;
    }
    let named = table::recognise(looked.sniff, &[&LAYOUT]).map_or(0.0, |(.., sure)| sure);
    let nameless = lines::recognise(looked.sniff, &LINES).map_or(0.0, |(_, sure)| sure);
    named.max(nameless)
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let sniff = context.sniff;
    if let Some((layout, delimiter, _)) = table::recognise(sniff, &[&LAYOUT]) {
        return table::read((layout, delimiter), input, sniff, out);
    }
    match lines::recognise(sniff, &LINES) {
        Some((delimiter, _)) => lines::read((&LINES, delimiter), input, sniff, out),
        None => Err(lines::stranger(LINES.name).into()),
    }
}

fn header_fits(header: &Header) -> f64 {
    let has = |name| rules_docs::has(header, name);
    if !has("credential") || !has("password") || !has("description") {
        0.0
    } else if has("passportalid") {
        1.0
    } else if has("clientname") && has("expiresyesno") {
        0.95
    } else {
        0.0
    }
}

/// A number or nothing, ten or so cells, and a yes or no in its place.
fn rows_fit(rows: &[Vec<String>]) -> f64 {
    let fits = |row: &Vec<String>| {
        let id = row.first().map_or("", |cell| cell.trim());
        place_of(row.len(), |index| row.get(index).map_or("", String::as_str)).is_some()
            && id.bytes().all(|b| b.is_ascii_digit())
    };
    let numbered = rows.iter().any(|row| row.first().is_some_and(|cell| !cell.trim().is_empty()));
    match (rows.iter().all(fits), numbered) {
        (true, true) => 0.9,
        (true, false) => 0.7,
        (false, _) => 0.0,
    }
}

/// Where the credential stands in a row without names: after the client, or at once in a vault.
fn place_of<'r>(cells: usize, at: impl Fn(usize) -> &'r str) -> Option<usize> {
    let says = |index: usize| {
        let cell = at(index).trim();
        cell.eq_ignore_ascii_case("yes") || cell.eq_ignore_ascii_case("no")
    };
    [2, 1].into_iter().find(|credential| {
        (8..=9).contains(&(cells.saturating_sub(*credential))) && says(credential + 4)
    })
}

/// Rows of a file with column names.
struct Portal {
    columns: Columns,
    credential: Option<usize>,
    expires: Option<usize>,
}

impl Portal {
    fn new(header: &mut Header) -> Self {
        let credential = column(header, &["credential"]);
        let mut columns = Columns {
            client: column(header, &["clientname", "client"]),
            folder: column(header, &["folderoptional", "folder"]),
            name: column(header, &["description"]),
            username: column(header, &["username"]),
            password: column(header, &["password"]),
            totp: column(header, &["totpsecret", "totp"]),
            url: column(header, &["url"]),
            notes: column(header, &["notes"]),
            fields: Vec::new(),
        };
        let expires = column(header, &["expiresyesno", "expires"]);
        header.ignore(&["passportal id"]);
        let _ = column(header, &["passportalid"]);
        columns.fields = header.rest();
        Self { columns, credential, expires }
    }
}

impl RowReader for Portal {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        item(&self.columns, (self.credential, self.expires), row, out)
    }
}

/// Rows of a file without column names.
struct Nameless;

impl RowReader for Nameless {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let credential = place_of(row.len(), |index| row.at(index)).unwrap_or(2);
        let at = |after: usize| Some(credential + after);
        let columns = Columns {
            client: (credential == 2).then_some(1),
            username: at(1),
            password: at(2),
            name: at(3),
            notes: at(5),
            url: at(6),
            folder: at(7),
            totp: at(8),
            fields: Vec::new(),
        };
        item(&columns, (at(0), at(4)), row, out)
    }
}

/// `Description` is what people call it, `Credential` its type; that names it when nothing else does.
fn item(
    columns: &Columns,
    (credential, expires): (Option<usize>, Option<usize>),
    row: &Row<'_>,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    let mut item = columns.item(row, out);
    let credential = row.cell(credential).trim();
    if item.name.expose() == "--" && !credential.is_empty() {
        item.name = credential.into();
    } else {
        rules_note::add(&mut item, "Credential", credential, FieldKind::Text);
    }
    let expires = row.cell(expires).trim();
    if !expires.eq_ignore_ascii_case("no") {
        rules_note::add(&mut item, "Expires", expires, FieldKind::Text);
    }
    columns.finish(&mut item, row);
    out.item(item)
}
