//! One item of a Proton Pass export.

use super::json_value::Json;
use super::output::{Halt, Output, Place};
use super::protonpass_person as person;
use super::rules_json::{add, entries, is_truthy, list, text, uris};
use super::{rules_ssh, values};
use crate::keys;
use crate::model::{Card, FieldKind, FindingCode, Item, ItemKind, Login, Severity, SshKey, Text};

/// Where an item stands.
pub(super) struct Origin<'a> {
    /// Position in the file, from 1.
    pub row: u32,
    /// The name of its vault.
    pub vault: &'a str,
    /// The server takes driver's licences, passports and bank accounts.
    pub new_types: bool,
}

/// What is said once for the whole file.
#[derive(Default)]
pub(super) struct Tally {
    unknown: bool,
}

impl Tally {
    pub(super) fn tell(&self, out: &mut Output<'_>) {
        if self.unknown {
            let message =
                "items of kinds vaults do not have, such as wireless networks, became secure notes";
            out.find(FindingCode::Improved, Severity::Info, Place::FILE, message);
        }
    }
}

/// Hands the item over.
pub(super) fn read(
    json: &Json,
    origin: &Origin<'_>,
    tally: &mut Tally,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    let data = json.get("data");
    if !matches!(data, Json::Object(_)) {
        let message = "the item has no data; it was left out";
        out.find(FindingCode::DamagedRow, Severity::Error, Place::row(origin.row), message);
        return Ok(());
    }
    let state = json.get("state");
    if state.integer() == Some(2) || state.str() == "2" {
        let message = "the item was in the trash; it was left out";
        out.find(FindingCode::InTrash, Severity::Info, Place::row(origin.row), message);
        return Ok(());
    }
    let meta = data.get("metadata");
    let mut item = Item {
        name: values::name(meta.get("name").str()),
        notes: text(meta.get("note")),
        favorite: is_truthy(json.get("pinned")),
        row: origin.row,
        ..Item::default()
    };
    let content = data.get("content");
    let mut beside = Vec::new();
    match data.get("type").str() {
        "login" => login(content, &mut item),
        "note" => item.kind = ItemKind::Note,
        "creditCard" => card(content, &mut item),
        "identity" => beside = person::read(content, origin.new_types, &mut item),
        "alias" => {
            let username = text(json.get("aliasEmail"));
            item.kind = ItemKind::Login(Login { username, ..Login::default() });
        }
        "sshKey" => ssh_key(content, &mut item),
        "custom" => custom(data, origin.new_types, &mut item),
        _ => {
            tally.unknown = true;
            unknown(content, &mut item);
        }
    }
    if !matches!(data.get("type").str(), "custom") {
        extra_fields(data.get("extraFields"), &mut item);
        if !matches!(data.get("type").str(), "identity") {
            sections(content.get("sections"), &mut item);
        }
    }
    tell(json, origin.row, out);
    let folders: Vec<u32> = out.folders.nested(origin.vault).into_iter().collect();
    for item in beside.into_iter().chain([item]) {
        out.item(Item { folders: folders.clone(), ..item })?;
    }
    Ok(())
}

pub(super) fn login(content: &Json, item: &mut Item) {
    let email = content.get("itemEmail");
    let username = text(content.get("itemUsername"));
    if username.is_some() {
        add(item, "email", email.str(), FieldKind::Text);
    }
    item.kind = ItemKind::Login(Login {
        username: username.or_else(|| text(email)),
        password: text(content.get("password")),
        totp: text(content.get("totpUri")),
        uris: uris(content.get("urls")),
        ..Login::default()
    });
}

pub(super) fn card(content: &Json, item: &mut Item) {
    let number = text(content.get("number"));
    let expiry = text(content.get("expirationDate"));
    let (month, year) = expiry.as_ref().map_or(("", ""), |expiry| parts(expiry.expose()));
    item.kind = ItemKind::Card(Card {
        cardholder_name: text(content.get("cardholderName")),
        brand: number.as_ref().and_then(|it| values::card_brand(it.expose())).map(Text::from),
        number,
        code: text(content.get("verificationNumber")),
        exp_month: values::text(month.trim_start_matches('0')),
        exp_year: values::text(year),
    });
    add(item, "PIN", content.get("pin").str(), FieldKind::Hidden);
}

/// Month and year of `YYYY-MM`, or of `MMYYYY` as the first versions wrote it.
fn parts(expiry: &str) -> (&str, &str) {
    let old = expiry.len() == 6 && expiry.bytes().all(|byte| byte.is_ascii_digit());
    let (month, year) = if old { (0..2, 2..6) } else { (5..7, 0..4) };
    let part = |range: std::ops::Range<usize>| {
        expiry.get(range.clone()).or_else(|| expiry.get(range.start..)).unwrap_or("")
    };
    (part(month), part(year))
}

/// The key as it is when it says everything itself; what is missing is derived, and other writings converted.
pub(super) fn ssh_key(content: &Json, item: &mut Item) {
    let part = |name: &str| text(content.get(name));
    let private = part("privateKey").unwrap_or_default();
    let (public, print) = (part("publicKey"), part("fingerprint"));
    let key = match (public, print) {
        (Some(public_key), Some(fingerprint)) => {
            Some(SshKey { private_key: private.clone(), public_key, fingerprint })
        }
        (public, _) => {
            let public = public.as_ref().map(Text::expose);
            let derived = keys::ssh_public_part(private.expose(), public);
            let derived = derived.map(|(public_key, fingerprint)| SshKey {
                private_key: private.clone(),
                public_key,
                fingerprint,
            });
            derived.or_else(|| rules_ssh::key(private.expose(), None))
        }
    };
    if let Some(key) = key {
        item.kind = ItemKind::SshKey(key);
        return;
    }
    // A vault holds no SSH key without its public part.
    add(item, "Private key", private.expose(), FieldKind::Hidden);
    for (name, key) in [("Public key", "publicKey"), ("Fingerprint", "fingerprint")] {
        add(item, name, content.get(key).str(), FieldKind::Text);
    }
    item.kind = ItemKind::Note;
}

/// An item of the person's own making: a note, or what its fields' names tell.
fn custom(data: &Json, new_types: bool, item: &mut Item) {
    let fields = data.get("extraFields");
    let has = |name: &str| list(fields).iter().any(|field| field.get("fieldName").str() == name);
    if new_types && has("Bank Name") && has("Account Number") {
        person::bank_account(fields, item);
    } else if new_types && has("Passport Number") {
        person::passport(fields, item);
    } else if new_types && has("License Number") {
        person::license(fields, item);
    } else {
        item.kind = ItemKind::Note;
        extra_fields(fields, item);
    }
    sections(data.get("content").get("sections"), item);
}

/// Kinds the official client drops without a word (section 7, point 23).
pub(super) fn unknown(content: &Json, item: &mut Item) {
    item.kind = ItemKind::Note;
    for (key, value) in entries(content) {
        let kind = if key.to_lowercase().contains("password") || key == "privateKey" {
            FieldKind::Hidden
        } else {
            FieldKind::Text
        };
        add(item, key, value.str(), kind);
    }
}

/// Fields the person added.
pub(super) fn extra_fields(fields: &Json, item: &mut Item) {
    for field in list(fields) {
        extra_field(field, item);
    }
}

pub(super) fn extra_field(field: &Json, item: &mut Item) {
    add(item, field.get("fieldName").str(), extra_value(field).str(), extra_kind(field));
}

/// What an added field holds.
pub(super) fn extra_value(field: &Json) -> &Json {
    let data = field.get("data");
    match field.get("type").str() {
        "totp" => data.get("totpUri"),
        "timestamp" => data.get("timestamp"),
        _ => data.get("content"),
    }
}

fn extra_kind(field: &Json) -> FieldKind {
    match field.get("type").str() {
        "totp" | "hidden" => FieldKind::Hidden,
        _ => FieldKind::Text,
    }
}

/// Fields in groups.
pub(super) fn sections(sections: &Json, item: &mut Item) {
    for section in list(sections) {
        extra_fields(section.get("sectionFields"), item);
    }
}

fn tell(json: &Json, row: u32, out: &mut Output<'_>) {
    let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
    let files = list(json.get("files")).len();
    if files > 0 {
        let message = format!("{files} attached files must be moved by hand");
        out.find(FindingCode::AttachmentsLeft, Severity::Warning, place.clone(), &message);
    }
    let passkeys = list(json.get("data").get("content").get("passkeys")).len();
    if passkeys > 0 {
        let message =
            format!("{passkeys} passkeys cannot be moved; set them up anew on their sites");
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, &message);
    }
}
