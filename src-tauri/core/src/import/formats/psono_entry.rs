//! One entry of Psono's export.

use super::json_records::{add as add_value, entries, list, text, text_at};
use super::json_value::Json;
use super::output::{Halt, Output, Place};
use super::psono_json::part;
use super::{rules_note, values};
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, Text};

/// Reads one entry; `row` is the position of the outermost folder it is in.
pub(super) fn read(
    json: &Json,
    row: u32,
    folders: Vec<u32>,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    if !matches!(json, Json::Object(_)) {
        let message = "this entry is not an item; it was left out";
        out.find(FindingCode::DamagedRow, Severity::Warning, Place::row(row), message);
        return Ok(());
    }
    let kind = json.get("type").str();
    let name = part(json, kind, "title").unwrap_or_else(|| values::name(""));
    let notes = part(json, kind, "notes");
    let mut item = Item { name, notes, folders, row, ..Item::default() };
    match kind {
        "website_password" => website(json, &mut item),
        "application_password" => {
            item.kind = ItemKind::Login(sign_in(json, kind));
            rest(json, kind, &["title", "notes", "username", "password"], &mut item);
        }
        "bookmark" => {
            let uris = address(json, kind);
            item.kind = ItemKind::Login(Login { uris, ..Login::default() });
            rest(json, kind, &["title", "notes", "url"], &mut item);
        }
        "totp" => {
            let totp = part(json, kind, "code");
            item.kind = ItemKind::Login(Login { totp, ..Login::default() });
            rest(json, kind, &["title", "notes", "code"], &mut item);
        }
        "note" => {
            item.kind = ItemKind::Note;
            rest(json, kind, &["title", "notes"], &mut item);
        }
        "environment_variables" => {
            item.kind = ItemKind::Note;
            for pair in list(json, "environment_variables_variables") {
                let (key, value) = (text_at(pair, "key"), text_at(pair, "value"));
                let key = key.as_ref().map_or("", Text::expose);
                add_value(&mut item, key, value.as_ref(), FieldKind::Text);
            }
            rest(json, kind, &["title", "notes", "variables"], &mut item);
        }
        _ => other(json, kind, &mut item, out),
    }
    out.item(item)
}

fn sign_in(json: &Json, kind: &str) -> Login {
    Login {
        username: part(json, kind, "username"),
        password: part(json, kind, "password"),
        ..Login::default()
    }
}

fn address(json: &Json, kind: &str) -> Vec<crate::model::Uri> {
    let url = part(json, kind, "url");
    values::uri(url.as_ref().map_or("", Text::expose)).into_iter().collect()
}

fn website(json: &Json, item: &mut Item) {
    const KIND: &str = "website_password";
    let uris = address(json, KIND);
    // Written since Psono keeps TOTP with the password; the official client shows the key in a field.
    let totp = part(json, KIND, "totp_code");
    item.kind = ItemKind::Login(Login { uris, totp, ..sign_in(json, KIND) });
    for (key, kind) in [("auto_submit", FieldKind::Boolean), ("url_filter", FieldKind::Text)] {
        let value = part(json, KIND, key);
        add_value(item, &format!("{KIND}_{key}"), value.as_ref(), kind);
    }
    let taken =
        ["title", "notes", "username", "password", "url", "auto_submit", "url_filter", "totp_code"];
    for (key, value) in entries(json) {
        if !matches!(key, "autosubmit" | "urlfilter") {
            add(key, value, KIND, &taken, FieldKind::Text, item);
        }
    }
}

/// Every key that has no place of its own becomes a field.
fn rest(json: &Json, kind: &str, taken: &[&str], item: &mut Item) {
    for (key, value) in entries(json) {
        add(key, value, kind, taken, FieldKind::Text, item);
    }
}

fn add(key: &str, value: &Json, kind: &str, taken: &[&str], shown: FieldKind, item: &mut Item) {
    let own = key.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
    if matches!(key, "type" | "name") || own.is_some_and(|part| taken.contains(&part)) {
        return;
    }
    add_value(item, key, text(value).as_ref(), shown);
}

/// Types the official client makes empty logins of (import-formats.md, section 7, point 23): everything is kept, and
/// hidden where it may be a secret.
fn other(json: &Json, kind: &str, item: &mut Item, out: &mut Output<'_>) {
    const OPEN: [&str; 9] =
        ["name", "email", "title", "notes", "public", "url", "username", "filename", "id"];
    if values::is_blank(item.name.expose()) || item.name.expose() == "--" {
        item.name = text_at(json, "name").unwrap_or_else(|| values::name(""));
    }
    let mut taken = vec!["title", "notes"];
    item.kind = if kind == "credit_card" {
        taken.extend(["number", "name", "cvc", "valid_through"]);
        ItemKind::Card(card(json, item))
    } else {
        let place = Place::value(item.row, out.next_item(), "type");
        let message = "this kind of entry is not known here; it is a secure note now";
        out.find(FindingCode::UnknownKind, Severity::Warning, place, message);
        ItemKind::Note
    };
    for (key, value) in entries(json) {
        let own = key.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
        let shown = own.is_none_or(|part| OPEN.contains(&part));
        let shown = if shown { FieldKind::Text } else { FieldKind::Hidden };
        add(key, value, kind, &taken, shown, item);
    }
}

/// `credit_card_valid_through` is `MMYY`.
fn card(json: &Json, item: &mut Item) -> Card {
    const KIND: &str = "credit_card";
    let number = part(json, KIND, "number");
    let until = part(json, KIND, "valid_through");
    let until = until.as_ref().map_or("", Text::expose);
    let (month, year) = until.split_at_checked(2).unwrap_or(("", ""));
    let expiry = super::rules_card::expiry(&format!("{month}/{}", year.trim_start_matches('/')));
    if expiry.is_none() {
        rules_note::add(item, "credit_card_valid_through", until, FieldKind::Text);
    }
    let brand = number.as_ref().and_then(|number| values::card_brand(number.expose()));
    let (exp_month, exp_year) = expiry.unzip();
    Card {
        cardholder_name: part(json, KIND, "name"),
        brand: brand.map(Text::new),
        exp_month: exp_month.map(Text::new),
        exp_year: exp_year.map(Text::new),
        code: part(json, KIND, "cvc"),
        number,
    }
}
