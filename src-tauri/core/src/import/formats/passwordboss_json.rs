//! Password Boss: items with `identifiers`, each in at most one folder.

use std::collections::HashMap;

use super::json_records::{Entry, Walk, add, entries, list, name_at, text, text_at};
use super::json_value::Json;
use super::looked::Looked;
use super::output::{Halt, Output, Place};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{rules_card, rules_guess, rules_note, values};
use crate::import::Error;
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

pub(super) const FORMAT: Format = Format {
    id: "passwordbossjson",
    name: NAME,
    extensions: &["json"],
    needs_password: false,
    rank: 4,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

const NAME: &str = "Password Boss (json)";

/// A hundred times what the server takes.
const MOST_FOLDERS: usize = 200_000;

static SHAPE: Shape = Shape { fits, read };

fn fits(looked: &Looked<'_>) -> f64 {
    let Some(json) = looked.json.as_ref().filter(|json| !json.list) else { return 0.0 };
    if json.has("items[].identifiers") {
        1.0
    } else if json.has("items[].login_url") {
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
    let mut folders = HashMap::new();
    let walk = Walk { name: NAME, wants: |key| key == "folders" };
    walk.over(input, context, out, &mut |entry, out| {
        if let (Some(id), Some(name)) = (text_at(entry.json, "id"), text_at(entry.json, "name")) {
            folders.insert(id.expose().to_owned(), out.folders.exact(name.expose()));
        }
        if folders.len() > MOST_FOLDERS {
            return Err(Error::TooLarge { limit: "200,000 folders" }.into());
        }
        Ok(())
    })?;
    let walk = Walk { name: NAME, wants: |key| key == "items" };
    walk.to_end(input, context, out, &mut |entry, out| item(entry, &folders, out))
}

fn item(
    entry: &Entry<'_>,
    folders: &HashMap<String, u32>,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    let json = entry.json;
    let given = json.get("identifiers");
    if given.is_null() {
        // The official client leaves it out as well, and then puts the next item into its folder (import-formats.md,
        // section 7, point 18).
        let message = "the item has no identifiers; it was left out";
        let place = Place::row(entry.row);
        out.find(FindingCode::DamagedRow, Severity::Warning, place, message);
        return Ok(());
    }
    let folder = text_at(json, "folder");
    let folder = folder.as_ref().and_then(|id| folders.get(id.expose()));
    let notes = text_at(given, "notes")
        .map(|notes| Text::new(notes.expose().replace("\\r\\n", "\n").replace("\\n", "\n")));
    let mut item = Item {
        name: name_at(json, "name"),
        notes,
        folders: folder.copied().into_iter().collect(),
        row: entry.row,
        ..Item::default()
    };
    let url = text_at(json, "login_url");
    if json.get("type").str() == "CreditCard" {
        add(&mut item, "login_url", url.as_ref(), FieldKind::Text);
        item.kind = ItemKind::Card(card(given, &mut item));
    } else {
        item.kind = ItemKind::Login(login(given, url.as_ref().map_or("", Text::expose), &mut item));
    }
    rules_note::note_if_empty(&mut item);
    out.item(item)
}

/// Hands what is there to `take`; what it does not want becomes a field.
fn walk(given: &Json, item: &mut Item, mut take: impl FnMut(&str, &Text) -> bool) {
    for (key, json) in entries(given) {
        match key {
            "notes" | "ignoreItemInSecurityScore" => {}
            "custom_fields" if matches!(json, Json::List(_)) => {
                for field in list(given, key) {
                    let (name, value) = (text_at(field, "name"), text_at(field, "value"));
                    let name = name.as_ref().map_or("", Text::expose);
                    add(item, name, value.as_ref(), FieldKind::Text);
                }
            }
            _ => {
                if let Some(value) = text(json)
                    && !take(key, &value)
                {
                    add(item, key, Some(&value), FieldKind::Text);
                }
            }
        }
    }
}

fn login(given: &Json, url: &str, item: &mut Item) -> Login {
    let mut login = Login { uris: values::uri(url).into_iter().collect(), ..Login::default() };
    walk(given, item, |key, value| {
        match key {
            "username" | "email" if login.username.is_none() => {
                login.username = Some(value.clone());
            }
            "password" => login.password = Some(value.clone()),
            "totp" => login.totp = Some(value.clone()),
            _ if login.uris.is_empty() && rules_guess::is_uri(key) => {
                login.uris = values::uri(value.expose()).into_iter().collect();
            }
            _ => return false,
        }
        true
    });
    login
}

fn card(given: &Json, item: &mut Item) -> Card {
    let mut card = Card::default();
    walk(given, item, |key, value| {
        match key {
            "cardNumber" => {
                card.brand = values::card_brand(value.expose()).map(Text::new);
                card.number = Some(value.clone());
            }
            "nameOnCard" => card.cardholder_name = Some(value.clone()),
            "security_code" => card.code = Some(value.clone()),
            "expires" => {
                let Some((month, year)) = expiry(value.expose()) else { return false };
                card.exp_month = Some(Text::new(month));
                card.exp_year = Some(Text::new(year));
            }
            "cardType" => {}
            _ => return false,
        }
        true
    });
    card
}

/// A moment, whose month is taken in UTC wherever this machine stands, or `MM/YYYY`.
fn expiry(value: &str) -> Option<(String, String)> {
    let Some(moment) = values::moment(value) else { return rules_card::expiry(value) };
    let mut parts = moment.split('-');
    let (year, month) = (parts.next()?, parts.next()?);
    Some((month.trim_start_matches('0').to_owned(), year.to_owned()))
}
