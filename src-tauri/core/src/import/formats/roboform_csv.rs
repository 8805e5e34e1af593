//! RoboForm: `Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2`, the fields going on beyond the header; older ones
//! have `Rf_fields`.
//! An apostrophe guards cells that a spreadsheet would take for a formula; the official client keeps it, cuts values
//! at a comma and knows TOTP keys only in the newer layout (import-formats.md, section 7, points 12 and 19).

use super::columns;
use super::output::{Halt, Output, Place};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "roboformcsv",
    name: "RoboForm (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 3,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout =
    Layout { name: "RoboForm", fits, reader: |header| Box::new(reader(header)) };

const TOTP: &str = "TOTP KEY$";
const USER: &str = "User ID$";
const PASSWORD: &str = "Password$";

fn fits(header: &Header) -> f64 {
    let password = header.has("pwd") || header.has("password");
    if !password || !["name", "login"].iter().all(|name| header.has(name)) {
        return 0.0;
    }
    if ["rffieldsv2", "rf_fields", "matchurl"].iter().any(|name| header.has(name)) {
        return 1.0;
    }
    columns::fits(header, &["name", "url", "login", "pwd", "note", "folder"], &[], 0.9)
}

struct Logins {
    name: Option<usize>,
    urls: [Option<usize>; 1],
    login: Option<usize>,
    passwords: [Option<usize>; 2],
    note: Option<usize>,
    folder: Option<usize>,
    old_fields: Option<usize>,
    new_fields: Option<usize>,
    columns: usize,
    unguarded: bool,
}

fn reader(header: &mut Header) -> Logins {
    // The address a login was saved for; the official client reads only where it leads.
    header.ignore(&["matchurl"]);
    Logins {
        name: header.column("name"),
        urls: [header.column("url")],
        login: header.column("login"),
        passwords: ["pwd", "password"].map(|name| header.column(name)),
        note: header.column("note"),
        folder: header.column("folder"),
        old_fields: header.column("rf_fields"),
        new_fields: header.column("rffieldsv2"),
        columns: header.len(),
        unguarded: false,
    }
}

impl RowReader for Logins {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        self.unguarded |= row.cells().any(|cell| unguarded(cell) != cell);
        let cell = |column| unguarded(row.cell(column));
        let password = self.passwords.iter().find_map(|column| values::text(cell(*column)));
        let folder = cell(self.folder);
        let mut item = Item {
            kind: ItemKind::Login(Login {
                username: values::text(cell(self.login)),
                password,
                uris: self
                    .urls
                    .iter()
                    .find_map(|url| values::uri(cell(*url)))
                    .into_iter()
                    .collect(),
                ..Login::default()
            }),
            name: values::name(cell(self.name)),
            notes: values::text(cell(self.note)),
            folders: out
                .folders
                .nested(folder.strip_prefix('/').unwrap_or(folder))
                .into_iter()
                .collect(),
            row: row.line,
            ..Item::default()
        };
        let more = (self.columns..row.len()).map(|index| row.at(index));
        if values::is_blank(row.cell(self.old_fields)) {
            let mut alternates = [0, 0];
            let first = row.cell(self.new_fields);
            for field in std::iter::once(first).chain(more) {
                add_new(&mut item, unguarded(field), &mut alternates);
            }
        } else {
            for field in std::iter::once(row.cell(self.old_fields)).chain(more) {
                add_old(&mut item, unguarded(field));
            }
        }
        rules_note::note_if_empty(&mut item);
        out.item(item)
    }

    /// Fields go on beyond the header.
    fn explains(&self, row: &Row<'_>) -> bool {
        row.len() > self.columns && (self.old_fields.is_some() || self.new_fields.is_some())
    }

    fn end(&mut self, out: &mut Output<'_>) {
        if self.unguarded {
            let message = "apostrophes that guard cells from spreadsheets were taken off";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

/// Without the apostrophe before what a spreadsheet would calculate.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

/// `name,?,?,type,value`
fn add_new(item: &mut Item, field: &str, alternates: &mut [u32; 2]) {
    let mut parts = field.splitn(5, ',');
    let key = parts.next().unwrap_or("");
    let (Some(kind), Some(value)) = (parts.nth(2), parts.next()) else { return };
    let value = unguarded(value);
    let kind = if kind == "pwd" { FieldKind::Hidden } else { FieldKind::Text };
    let ItemKind::Login(login) = &mut item.kind else { return };
    let known = |own: &Option<Text>| own.as_ref().is_some_and(|own| own.expose() == value);
    match key {
        TOTP => set_totp(item, value),
        USER if known(&login.username) => {}
        PASSWORD if known(&login.password) => {}
        USER => {
            alternates[0] += 1;
            rules_note::add(item, &format!("Alternate User ID {}", alternates[0]), value, kind);
        }
        PASSWORD => {
            alternates[1] += 1;
            rules_note::add(item, &format!("Alternate Password {}", alternates[1]), value, kind);
        }
        _ => rules_note::add(item, named(key), value, kind),
    }
}

/// `name:type:value`, or `name:value:rck:…` for a box that is ticked
fn add_old(item: &mut Item, field: &str) {
    let parts: Vec<&str> = field.splitn(4, ':').collect();
    let [key, second, third, ..] = parts[..] else { return };
    let ticked = parts.len() == 4 && third == "rck";
    let rest = field.splitn(3, ':').nth(2).unwrap_or(third);
    let value = unguarded(if ticked { second } else { rest });
    match key {
        TOTP => set_totp(item, value),
        PASSWORD => rules_note::add(item, key, value, FieldKind::Hidden),
        _ => rules_note::add(item, named(key), value, FieldKind::Text),
    }
}

fn named(key: &str) -> &str {
    if key == "-no-name-" { "" } else { key }
}

fn set_totp(item: &mut Item, value: &str) {
    if let ItemKind::Login(login) = &mut item.kind
        && let Some(before) = std::mem::replace(&mut login.totp, values::text(value))
    {
        columns::hide(item, TOTP, before.expose());
    }
}
