//! Passman (Nextcloud): a list of credentials.

use super::json_records::{Entry, Walk, add, list, name_at, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_note, values};
use crate::model::{FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "passmanjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Passman (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| json.list) else { return 0.0 };
    let all = |keys: &[&str]| keys.iter().all(|key| json.has(&format!("[].{key}")));
    if all(&["label", "username", "password"]) {
        1.0
    } else if all(&["label"]) {
        0.6
    } else {
        0.0
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    Walk { name: NAME, wants: |_| false }.to_end(input, context, out, &mut credential)
}

fn credential(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    let json = entry.json;
    let tag = list(json, "tags").first().and_then(|tag| text_at(tag, "text"));
    let (username, email) = (text_at(json, "username"), text_at(json, "email"));
    let about = text_at(json, "description");
    let about = about.as_ref().map_or("", Text::expose);
    let notes = match &email {
        Some(email) if username.is_some() => format!("Email: {}\n{about}", email.expose()),
        _ => about.to_owned(),
    };
    let url = text_at(json, "url");
    let login = Login {
        username: username.or(email),
        password: text_at(json, "password"),
        totp: text_at(json.get("otp"), "secret"),
        uris: values::uri(url.as_ref().map_or("", Text::expose)).into_iter().collect(),
        ..Login::default()
    };
    let mut item = Item {
        kind: ItemKind::Login(login),
        name: name_at(json, "label"),
        notes: values::text(&notes),
        row: entry.row,
        ..Item::default()
    };
    item.folders.extend(tag.and_then(|tag| out.folders.nested(tag.expose())));
    fields(json, &mut item, out);
    rules_note::note_if_empty(&mut item);
    out.item(item)
}

/// Those of the kind `password` are hidden, which the official client does not do (import-formats.md, section 7, point
/// 14).
fn fields(json: &Json, item: &mut Item, out: &mut Output<'_>) {
    let mut files = list(json, "files").len();
    for field in list(json, "custom_fields") {
        let kind = match field.get("field_type").str() {
            "text" => FieldKind::Text,
            "file" => {
                files += 1;
                continue;
            }
            _ => FieldKind::Hidden,
        };
        let (label, value) = (text_at(field, "label"), text_at(field, "value"));
        let label = label.as_ref().map_or("", Text::expose);
        add(item, label, value.as_ref(), kind);
    }
    if files > 0 {
        let place = Place { row: Some(item.row), item: Some(out.next_item()), field: None };
        let message = format!("attachments must be moved by hand: {files}");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place, &message);
    }
}
