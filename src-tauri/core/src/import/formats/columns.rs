//! What the plain tables have in common: each part of a login has a column of its own.

use std::collections::HashMap;

use super::output::{Halt, Output, Place};
use super::rows::Row;
use super::table::{Header, RowReader};
use super::{rules_host, rules_note, values};
use crate::model::{Field, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

/// How sure a header is when every column of `required` is there and no other than `known` (which need not
/// repeat the required ones): `sure`. With up to three strangers it is offered only.
pub(super) fn fits(header: &Header, required: &[&str], known: &[&str], sure: f64) -> f64 {
    if !required.iter().all(|name| header.has(name)) {
        return 0.0;
    }
    let all: Vec<&str> = required.iter().chain(known).copied().collect();
    match header.unknown(&all) {
        0 => sure,
        1..=3 => sure * 0.5,
        _ => 0.0,
    }
}

/// The same, where a stranger among the columns is one too many.
pub(super) fn fits_alone(header: &Header, required: &[&str], known: &[&str], sure: f64) -> f64 {
    let fits = fits(header, required, known, sure);
    if fits < sure { 0.0 } else { fits }
}

/// Where the parts of a login stand.
#[derive(Default)]
pub(super) struct Columns {
    pub name: Option<usize>,
    pub username: Option<usize>,
    pub password: Option<usize>,
    pub totp: Option<usize>,
    pub url: Option<usize>,
    pub notes: Option<usize>,
    pub folder: Option<usize>,
    /// Items are called after the host in their address.
    pub host_names: bool,
    /// A login that holds nothing becomes a note.
    pub note_if_empty: bool,
}

impl Columns {
    /// The cells of a row as a login in its folder.
    pub(super) fn item(&self, row: &Row<'_>, out: &mut Output<'_>) -> Item {
        let name = if self.host_names {
            let host = rules_host::name_from(row.cell(self.url));
            values::name(host.as_deref().unwrap_or(""))
        } else {
            values::name(row.cell(self.name))
        };
        Item {
            kind: ItemKind::Login(Login {
                username: row.value(self.username),
                password: row.value(self.password),
                totp: row.value(self.totp),
                uris: values::uri(row.cell(self.url)).into_iter().collect(),
                ..Login::default()
            }),
            name,
            notes: row.value(self.notes),
            folders: out.folders.nested(row.cell(self.folder)).into_iter().collect(),
            row: row.line,
            ..Item::default()
        }
    }
}

impl RowReader for Columns {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut item = self.item(row, out);
        if self.note_if_empty {
            rules_note::note_if_empty(&mut item);
        }
        out.item(item)
    }
}

/// A custom field nobody should see over a shoulder, however long its value is.
pub(super) fn hide(item: &mut Item, name: &str, value: &str) {
    if let Some(value) = values::text(value) {
        let name = values::text(name);
        item.fields.push(Field { name, value: Some(value), kind: FieldKind::Hidden });
    }
}

/// The names further columns get as fields, told apart as the official client's parser tells them: the second
/// `a` is `a_1`.
pub(super) fn distinct(names: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let number = |(index, name): (usize, String)| {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        (index, if *count == 1 { name } else { format!("{name}_{}", *count - 1) })
    };
    names.into_iter().map(number).collect()
}

/// Adds the cells of further columns by the key/value rule.
pub(super) fn add_rest(item: &mut Item, row: &Row<'_>, rest: &[(usize, String)]) {
    for (index, name) in rest {
        rules_note::add(item, name, row.at(*index), FieldKind::Text);
    }
}

/// The number a text begins with, as the official client reads it.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    text.get(..digits)?.parse().ok()
}

/// A month without its leading zero; whatever else stands there is kept.
pub(super) fn month(text: &str) -> Option<Text> {
    let plain = text.trim();
    let month = plain.parse::<u8>().ok().filter(|month| (1..=12).contains(month));
    month.map_or_else(|| values::text(text), |month| Some(Text::new(month.to_string())))
}

/// The brand by the number without what separates its groups (import-formats.md, section 7, point 15).
pub(super) fn brand(number: &str) -> Option<Text> {
    let plain: String = number.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let plain = Text::new(plain);
    values::card_brand(plain.expose()).map(Text::new)
}

/// Says that a row holds cells its kind of entry has no use for.
pub(super) fn tell_left_out(row: &Row<'_>, columns: &[Option<usize>], out: &mut Output<'_>) {
    if columns.iter().any(|column| !values::is_blank(row.cell(*column))) {
        let message = "cells that this kind of entry has no place for were left out";
        let place = Place { row: Some(row.line), item: Some(out.next_item()), field: None };
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }
}

/// Says that a value was not understood.
pub(super) fn tell_not_understood(row: &Row<'_>, field: &str, out: &mut Output<'_>) {
    let message = "the value was not understood and is left out";
    let place = Place::value(row.line, out.next_item(), field);
    out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
}
