//! GNOME Passwords and Keys (Seahorse): a list of secrets for each keyring.

use super::json_records::{Entry, Walk, add, entries, text, text_at};
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity};

pub(super) const FORMAT: Format = Format {
    id: "gnomejson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "GNOME Passwords and Keys/Seahorse (json)";

/// The official client cuts names here, counted in UTF-16 units.
const LONGEST_NAME: usize = 30;

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let below_a_keyring = |key: &str| {
        let end = format!("[].{key}");
        json.any(|path| path.strip_suffix(end.as_str()).is_some_and(|ring| !ring.contains("[]")))
    };
    match (below_a_keyring("display_name"), below_a_keyring("secret")) {
        (true, true) => 0.95,
        (true, false) => 0.5,
        (false, _) => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    Walk { name: NAME, wants: |_| true }.to_end(input, context, out, &mut secret)
}

fn secret(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    if entry.alone {
        return Ok(());
    }
    let shown = text_at(entry.json, "display_name");
    let Some(shown) = shown.filter(|name| name.expose().starts_with("http")) else {
        let message = "the secret is not of a web site; it was left out";
        let place = Place::row(entry.row);
        out.find(FindingCode::UnknownKind, Severity::Warning, place, message);
        return Ok(());
    };
    let attributes = entry.json.get("attributes");
    let login = Login {
        username: text_at(attributes, "username_value"),
        password: text_at(entry.json, "secret"),
        uris: values::uri(shown.expose()).into_iter().collect(),
        ..Login::default()
    };
    let mut item = Item {
        kind: ItemKind::Login(login),
        name: values::name(&short(shown.expose())),
        folders: out.folders.nested(entry.list).into_iter().collect(),
        row: entry.row,
        ..Item::default()
    };
    for (key, value) in entries(attributes) {
        if !matches!(key, "username_value" | "xdg:schema") {
            add(&mut item, key, text(value).as_ref(), FieldKind::Text);
        }
    }
    rules_note::note_if_empty(&mut item);
    out.item(item)
}

/// The address without its scheme, cut.
fn short(address: &str) -> String {
    let name = address.replacen("http://", "", 1).replacen("https://", "", 1);
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST_NAME
    };
    name.chars().take_while(fits).collect()
}
