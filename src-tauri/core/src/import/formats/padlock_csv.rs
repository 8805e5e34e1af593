//! Padlock: name, tags, then columns whose names tell what they hold; an organization gets every tag.

use super::columns;
use super::output::{Halt, Output, Target};
use super::registry::{Format, Reader};
use super::rows::Row;
use super::table::{Header, Layout, RowReader};
use super::{rules_guess, rules_note, values};
use crate::model::{FieldKind, Item, ItemKind, Login};

pub(super) const FORMAT: Format = Format {
    id: "padlockcsv",
    name: "Padlock (csv)",
    extensions: &["csv"],
    needs_password: false,
    rank: 5,
    reader: Reader::Table(&LAYOUT),
    hint: "",
};

static LAYOUT: Layout = Layout { name: "Padlock", fits, reader: |header| Box::new(reader(header)) };

/// Names of the second column.
const TAGS: [&str; 3] = ["tags", "category", "categories"];

fn fits(header: &Header) -> f64 {
    match header.names() {
        [name, tags, ..] if name == "name" && TAGS.contains(&tags.as_str()) => 0.9,
        _ => 0.0,
    }
}

struct Records(Vec<(usize, String)>);

fn reader(header: &mut Header) -> Records {
    Records(header.rest().into_iter().skip(2).collect())
}

impl RowReader for Records {
    fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
        let mut tags = row.at(1).split(',').map(str::trim);
        let folders = if out.target == Target::Individual {
            out.folders.nested(tags.next().unwrap_or("")).into_iter().collect()
        } else {
            tags.filter(|tag| !tag.is_empty()).map(|tag| out.folders.exact(tag)).collect()
        };
        let mut item = Item {
            kind: ItemKind::Login(Login::default()),
            name: values::name(row.at(0)),
            folders,
            row: row.line,
            ..Item::default()
        };
        for (index, name) in &self.0 {
            let value = row.at(*index);
            if !values::is_blank(value) && !values::is_blank(name) {
                add(&mut item, name, value);
            }
        }
        out.item(item)
    }
}

/// Of several user names, passwords or addresses the last one counts, as in the official client; what it would
/// lose becomes a field.
fn add(item: &mut Item, name: &str, value: &str) {
    let ItemKind::Login(login) = &mut item.kind else { return };
    let plain = name.trim();
    if rules_guess::is_username(plain) {
        if let Some(before) = login.username.replace(value.into()) {
            rules_note::add(item, "Username", before.expose(), FieldKind::Text);
        }
    } else if rules_guess::is_password(plain) {
        if let Some(before) = login.password.replace(value.into()) {
            columns::hide(item, "Password", before.expose());
        }
    } else if rules_guess::is_uri(plain) {
        login.uris.extend(values::uri(value));
        let last = login.uris.len().saturating_sub(1);
        login.uris.rotate_left(last);
    } else {
        rules_note::add(item, name, value, FieldKind::Text);
    }
}
