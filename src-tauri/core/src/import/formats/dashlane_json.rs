//! The old Dashlane desktop program: a list for each kind of record.

use super::json_records::{Entry, Walk, add, entries, name_at, text, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_note, values};
use crate::model::{Card, FieldKind, FindingCode, Identity, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "dashlanejson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Dashlane (json)";

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    const OWN: [&str; 7] = [
        "AUTHENTIFIANT",
        "PAYMENTMEANS_CREDITCARD",
        "BANKSTATEMENT",
        "SECURENOTE",
        "IDCARD",
        "PAYMENTMEAN_PAYPAL",
        "SOCIALSECURITYSTATEMENT",
    ];
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    if OWN.iter().any(|key| json.has(key)) {
        1.0
    } else if json.has("IDENTITY") || json.has("ADDRESS") {
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
    Walk { name: NAME, wants: |_| true }.to_end(input, context, out, &mut record)
}

fn record(entry: &Entry<'_>, out: &mut Output<'_>) -> Result<(), Halt> {
    if entry.alone {
        return Ok(());
    }
    let json = entry.json;
    let mut item = Item { row: entry.row, kind: ItemKind::Note, ..Item::default() };
    match entry.list {
        "AUTHENTIFIANT" => credential(json, &mut item),
        "ADDRESS" => address(json, &mut item),
        "IDENTITY" => identity(json, &mut item),
        "PAYMENTMEANS_CREDITCARD" => {
            card(json, &mut item);
            tell_card(json, entry.row, out);
        }
        "BANKSTATEMENT" => note(json, "BankAccountName", &mut item),
        "IDCARD" => note(json, "Fullname", &mut item),
        "EMAIL" | "PAYMENTMEAN_PAYPAL" => {
            let message = "e-mail addresses and PayPal accounts have no place; it was left out";
            let place = Place::row(entry.row);
            out.find(FindingCode::UnknownKind, Severity::Warning, place, message);
            return Ok(());
        }
        _ => {
            note(json, "", &mut item);
            item.name = Text::new("Generic Note");
        }
    }
    out.item(item)
}

fn credential(json: &Json, item: &mut Item) {
    let text = |key| text_at(json, key);
    let (login, email) = (text("login").or_else(|| text("secondaryLogin")), text("email"));
    let note = text("note");
    let note = note.as_ref().map_or("", Text::expose);
    let notes = match &email {
        Some(email) if login.is_some() => format!("Email: {}\n{note}", email.expose()),
        _ => note.to_owned(),
    };
    let domain = text("domain");
    item.name = name_at(json, "title");
    item.notes = values::text(&notes);
    item.kind = ItemKind::Login(Login {
        username: login.or(email),
        password: text("password"),
        uris: values::uri(domain.as_ref().map_or("", Text::expose)).into_iter().collect(),
        ..Login::default()
    });
    rules_note::note_if_empty(item);
}

fn address(json: &Json, item: &mut Item) {
    item.name = name_at(json, "addressName");
    let country = text_at(json, "country");
    item.kind = ItemKind::Identity(Box::new(Identity {
        address1: text_at(json, "addressFull"),
        city: text_at(json, "city"),
        state: text_at(json, "state"),
        postal_code: text_at(json, "zipcode"),
        country: country.map(|country| Text::new(country.expose().to_uppercase())),
        ..Identity::default()
    }));
}

/// Of a name of more than three words the official client keeps the first in the identity; the item has it all.
fn identity(json: &Json, item: &mut Item) {
    let full = text_at(json, "fullName");
    let words: Vec<_> = full.as_ref().map_or("", Text::expose).split(' ').collect();
    let (middle, last) = match words[..] {
        [_, last] => ("", last),
        [_, middle, last] => (middle, last),
        _ => ("", ""),
    };
    item.name = name_at(json, "fullName");
    item.kind = ItemKind::Identity(Box::new(Identity {
        first_name: words.first().copied().and_then(values::text),
        middle_name: values::text(middle),
        last_name: values::text(last),
        username: text_at(json, "pseudo"),
        ..Identity::default()
    }));
}

fn card(json: &Json, item: &mut Item) {
    let number = text_at(json, "cardNumber");
    let brand = number.as_ref().and_then(|number| values::card_brand(number.expose()));
    item.name = match (text_at(json, "bank"), brand) {
        (Some(bank), Some(brand)) => Text::new(format!("{} - {brand}", bank.expose())),
        (Some(bank), None) => bank,
        (None, brand) => values::name(brand.unwrap_or("")),
    };
    item.kind = ItemKind::Card(Card {
        cardholder_name: text_at(json, "owner"),
        brand: brand.map(Text::new),
        number,
        ..Card::default()
    });
}

/// The official client reads number, owner and bank of a card, and nothing else.
fn tell_card(json: &Json, row: u32, out: &mut Output<'_>) {
    let lost = ["securityCode", "expireMonth", "expireYear", "cCNote", "name"];
    if lost.iter().any(|key| text_at(json, key).is_some()) {
        let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
        let message = "expiry, code and notes of the card were left out; copy them by hand";
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }
}

fn note(json: &Json, name: &str, item: &mut Item) {
    item.name = name_at(json, name);
    for (key, value) in entries(json) {
        if key != name {
            add(item, key, text(value).as_ref(), FieldKind::Text);
        }
    }
}
