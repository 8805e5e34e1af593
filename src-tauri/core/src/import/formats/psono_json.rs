//! Psono: entries of a type, in folders that hold folders.

use super::json_records::{Entry, Walk, list, text, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{psono_entry, values};
use crate::model::Text;

pub(super) const FORMAT: Format = Format {
    id: "psonojson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Psono (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    const MARKS: [&str; 9] = [
        "website_password_title",
        "website_password_password",
        "application_password_title",
        "bookmark_title",
        "note_title",
        "totp_title",
        "environment_variables_title",
        "mail_gpg_own_key_title",
        "credit_card_title",
    ];
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let known = |path: &str| {
        let key = path.rsplit_once("items[].").map_or("", |(_, key)| key);
        MARKS.contains(&key)
    };
    if json.any(known) {
        1.0
    } else if json.has("folders[].items") {
        0.2
    } else {
        0.0
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let walk = Walk { name: NAME, wants: |key| matches!(key, "folders" | "items") };
    walk.to_end(input, context, out, &mut |entry, out| match entry.list {
        "items" => psono_entry::read(entry.json, entry.row, Vec::new(), out),
        _ => folder(entry, entry.json, "", out),
    })
}

/// One folder with what is in it. Nesting is bounded where the JSON is scanned.
fn folder(entry: &Entry<'_>, json: &Json, above: &str, out: &mut Output<'_>) -> Result<(), Halt> {
    let (items, folders) = (list(json, "items"), list(json, "folders"));
    if items.is_empty() && folders.is_empty() {
        return Ok(());
    }
    let name = text_at(json, "name");
    let name = name.as_ref().map_or("", Text::expose);
    let path = if values::is_blank(above) { name.to_owned() } else { format!("{above}/{name}") };
    for inner in folders {
        folder(entry, inner, &path, out)?;
    }
    let index = out.folders.nested(&path);
    for item in items {
        psono_entry::read(item, entry.row, index.into_iter().collect(), out)?;
    }
    Ok(())
}

/// The text under `{kind}_{part}`, which is how Psono names what belongs to a type.
pub(super) fn part(json: &Json, kind: &str, part: &str) -> Option<Text> {
    text(json.get(&format!("{kind}_{part}")))
}
