//! Enpass: items with typed fields, folders in a tree.

use std::collections::HashMap;

use super::enpass_folders::Folders;
use super::json_records::{self, Entry, Walk, list, name_at, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place, Target};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_card, rules_note, values};
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "enpassjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 3,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Enpass (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let folders = json.has("folders[].parent_uuid") && json.has("items");
    match (json.has("items[].template_type"), folders) {
        (true, _) => 1.0,
        (false, true) => 0.9,
        (false, false) => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let mut folders = Folders::default();
    let walk = Walk { name: NAME, wants: |key| key == "folders" };
    walk.over(input, context, out, &mut |entry, _| folders.take(entry.json))?;
    let folders = folders.place(out);
    let walk = Walk { name: NAME, wants: |key| key == "items" };
    walk.to_end(input, context, out, &mut |entry, out| item(entry, &folders, out))
}

/// A field of an item that holds something.
struct Given<'j> {
    kind: &'j str,
    label: Text,
    value: Text,
    sensitive: bool,
}

fn item(
    entry: &Entry<'_>,
    folders: &HashMap<String, u32>,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    let json = entry.json;
    if is_set(json, "trashed") {
        let message = "the item was in the trash and was left out";
        out.find(FindingCode::InTrash, Severity::Info, Place::row(entry.row), message);
        return Ok(());
    }
    tell(entry, out);
    let mut item = Item {
        name: name_at(json, "title"),
        favorite: is_set(json, "favorite"),
        archived: is_set(json, "archived").then(|| changed(json)),
        folders: placed(json, folders, out.target),
        row: entry.row,
        ..Item::default()
    };
    let given: Vec<_> = list(json, "fields").iter().filter_map(given).collect();
    let template = json.get("template_type").str();
    let has_password = given.iter().any(|field| field.kind == "password");
    if template.starts_with("login.") || template.starts_with("password.") {
        item.kind = ItemKind::Login(login(&mut item, given));
    } else if template.starts_with("creditcard.") {
        item.kind = ItemKind::Card(card(&mut item, given));
    } else if !template.is_empty() && !template.contains("identity.") && has_password {
        item.kind = ItemKind::Login(login(&mut item, given));
    } else {
        given.iter().for_each(|field| add(&mut item, field));
    }
    add_note(&mut item, text_at(json, "note").as_ref().map_or("", Text::expose));
    rules_note::note_if_empty(&mut item);
    out.item(item)
}

fn is_set(json: &Json, key: &str) -> bool {
    matches!(json.get(key), Json::Bool(true)) || json.get(key).integer().is_some_and(|n| n > 0)
}

/// When it was changed last, for want of the time when it was archived.
fn changed(json: &Json) -> String {
    let seconds = json.get("updated_at").integer().unwrap_or(0);
    let at = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    format!("{at:.3}")
}

/// The official client takes the first folder only; an organization's item may be in all of them.
fn placed(json: &Json, folders: &HashMap<String, u32>, target: Target) -> Vec<u32> {
    let most = if target == Target::Individual { 1 } else { usize::MAX };
    let known = list(json, "folders").iter().take(most).filter_map(|id| folders.get(id.str()));
    let mut all = Vec::new();
    for index in known {
        if !all.contains(index) {
            all.push(*index);
        }
    }
    all
}

/// What cannot come along.
fn tell(entry: &Entry<'_>, out: &mut Output<'_>) {
    let place = Place { row: Some(entry.row), item: Some(out.next_item()), field: None };
    let attached = list(entry.json, "attachments").len();
    if attached > 0 {
        let message = format!("attachments must be moved by hand: {attached}");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place.clone(), &message);
    }
    let fields = list(entry.json, "fields");
    let old: usize = fields.iter().map(|field| list(field, "history").len()).sum();
    if old > 0 {
        let message = "earlier values of its fields were left out";
        out.find(FindingCode::ValueNotUnderstood, Severity::Info, place, message);
    }
}

fn given(field: &Json) -> Option<Given<'_>> {
    let kind = field.get("type").str();
    let value = text_at(field, "value").filter(|_| kind != "section")?;
    let label = json_records::text_at(field, "label").unwrap_or_default();
    Some(Given { kind, label, value, sensitive: is_set(field, "sensitive") })
}

fn add(item: &mut Item, field: &Given<'_>) {
    let kind = if field.sensitive { FieldKind::Hidden } else { FieldKind::Text };
    json_records::add(item, field.label.expose(), Some(&field.value), kind);
}

fn login(item: &mut Item, given: Vec<Given<'_>>) -> Login {
    let mut login = Login::default();
    for field in given {
        match field.kind {
            "username" | "email" if login.username.is_none() => {
                login.username = Some(field.value);
            }
            "password" if login.password.is_none() => login.password = Some(field.value),
            "totp" if login.totp.is_none() => login.totp = Some(field.value),
            "url" => login.uris.extend(values::uri(field.value.expose())),
            ".Android#" => login.uris.extend(values::uri(&android(field.value.expose()))),
            _ => add(item, &field),
        }
    }
    login
}

/// The package of an app, without the hash of who signed it.
fn android(value: &str) -> String {
    const SCHEME: &str = "androidapp://";
    let value = value.strip_prefix(SCHEME).unwrap_or(value);
    let whole = format!("{SCHEME}{value}").replacen("android://", "", 1);
    match whole.rsplit_once("==@") {
        Some((_, package)) if whole.starts_with(SCHEME) => format!("{SCHEME}{package}"),
        _ => whole,
    }
}

fn card(item: &mut Item, given: Vec<Given<'_>>) -> Card {
    let mut card = Card::default();
    for field in given {
        match field.kind {
            "ccType" => {}
            "ccName" if card.cardholder_name.is_none() => card.cardholder_name = Some(field.value),
            "ccNumber" if card.number.is_none() => {
                card.brand = values::card_brand(field.value.expose()).map(Text::new);
                card.number = Some(field.value);
            }
            "ccCvc" if card.code.is_none() => card.code = Some(field.value),
            "ccExpiry" if card.exp_year.is_none() => {
                match rules_card::expiry(field.value.expose()) {
                    Some((month, year)) => {
                        card.exp_month = Some(Text::new(month));
                        card.exp_year = Some(Text::new(year));
                    }
                    None => add(item, &field),
                }
            }
            _ => add(item, &field),
        }
    }
    card
}

/// The official client of 2026.9.0 puts the note in the place of what the fields left there (import-formats.md,
/// section 7, point 1); the one after it keeps both, with an empty line between, as here.
fn add_note(item: &mut Item, note: &str) {
    let note = note.trim_end();
    if note.is_empty() {
        return;
    }
    item.notes = Some(match &item.notes {
        Some(before) => Text::new(format!("{}\n{note}", before.expose())),
        None => Text::new(note),
    });
}
