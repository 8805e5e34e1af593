//! Avast Passwords: logins, notes and cards.

use super::json_records::{Entry, Walk, name_at, text, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::values;
use crate::model::{Card, Item, ItemKind, Login, Text};

pub(super) const FORMAT: Format = Format {
    id: "avastjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Avast Passwords (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    let own = ["logins[].loginName", "logins[].custName", "cards[].holderName", "notes[].label"];
    if own.iter().any(|path| json.has(path)) {
        1.0
    } else if ["logins", "cards", "notes"].iter().all(|key| json.has(key)) {
        0.9
    } else {
        0.0
    }
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let walk = Walk { name: NAME, wants: |key| matches!(key, "logins" | "notes" | "cards") };
    walk.to_end(input, context, out, &mut record)
}

fn record(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    if entry.alone {
        return Ok(());
    }
    let json = entry.json;
    let (name, notes, kind) = match entry.list {
        "logins" => ("custName", "note", ItemKind::Login(login(json))),
        "cards" => ("custName", "note", ItemKind::Card(card(json))),
        _ => ("label", "text", ItemKind::Note),
    };
    out.item(Item {
        kind,
        name: name_at(json, name),
        notes: text_at(json, notes),
        row: entry.row,
        ..Item::default()
    })
}

fn login(json: &Json) -> Login {
    let url = text_at(json, "url");
    Login {
        username: text_at(json, "loginName"),
        password: text_at(json, "pwd"),
        uris: values::uri(url.as_ref().map_or("", Text::expose)).into_iter().collect(),
        ..Login::default()
    }
}

fn card(json: &Json) -> Card {
    let number = text_at(json, "cardNumber");
    let brand = number.as_ref().and_then(|number| values::card_brand(number.expose()));
    let until = json.get("expirationDate");
    Card {
        cardholder_name: text_at(json, "holderName"),
        brand: brand.map(Text::new),
        exp_month: text(until.get("month")),
        exp_year: text(until.get("year")),
        code: text_at(json, "cvv"),
        number,
    }
}
