//! F-Secure KEY: entries by key, logins and cards.

use super::json_records::{Entry, Walk, add, list, name_at, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_card, rules_note, values};
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "fsecurefsk",
    name: NAME,
    extensions: &["fsk"],
    needs_password: false,
    rank: 5,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "F-Secure KEY (fsk)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let entry = |key: &str| {
        json.any(|path| path.starts_with("data.") && path.ends_with(&format!(".{key}")))
    };
    match (entry("service"), entry("creditNumber") || entry("passwordList")) {
        (true, true) => 1.0,
        (true, false) => 0.6,
        (false, _) => 0.0,
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let walk = Walk { name: NAME, wants: |key| key == "data" };
    walk.to_end(input, context, out, &mut record)
}

fn record(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    let json = entry.json;
    let mut item = Item {
        name: name_at(json, "service"),
        notes: text_at(json, "notes"),
        favorite: json.get("favorite").integer().is_some_and(|at| at > 0),
        row: entry.row,
        ..Item::default()
    };
    match json.get("type").integer() {
        Some(1) => {
            let url = text_at(json, "url");
            item.kind = ItemKind::Login(Login {
                username: text_at(json, "username"),
                password: text_at(json, "password"),
                uris: values::uri(url.as_ref().map_or("", Text::expose)).into_iter().collect(),
                ..Login::default()
            });
        }
        Some(2) => item.kind = ItemKind::Card(card(json, &mut item)),
        _ => {
            let message = "this kind of entry is not known here; it was left out";
            let place = Place::row(entry.row);
            out.find(FindingCode::UnknownKind, Severity::Warning, place, message);
            return Ok(());
        }
    }
    if !list(json, "passwordList").is_empty() {
        let place = Place { row: Some(entry.row), item: Some(out.next_item()), field: None };
        let message = "earlier passwords were left out";
        out.find(FindingCode::ValueNotUnderstood, Severity::Info, place, message);
    }
    rules_note::note_if_empty(&mut item);
    out.item(item)
}

fn card(json: &Json, item: &mut Item) -> Card {
    let number = text_at(json, "creditNumber");
    let until = text_at(json, "creditExpiry");
    let expiry = rules_card::expiry(until.as_ref().map_or("", Text::expose));
    if expiry.is_none() {
        add(item, "Expiration", until.as_ref(), FieldKind::Text);
    }
    add(item, "PIN", text_at(json, "password").as_ref(), FieldKind::Text);
    let brand = number.as_ref().and_then(|number| values::card_brand(number.expose()));
    let (exp_month, exp_year) = expiry.unzip();
    Card {
        cardholder_name: text_at(json, "username"),
        brand: brand.map(Text::new),
        exp_month: exp_month.map(Text::new),
        exp_year: exp_year.map(Text::new),
        code: text_at(json, "creditCvv"),
        number,
    }
}
