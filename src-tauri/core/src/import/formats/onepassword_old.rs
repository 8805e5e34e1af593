//! One item of a 1pif, of a Mac or of a Windows vault.

use std::collections::HashMap;
use std::hash::BuildHasher;

use super::json_value::Json;
use super::onepassword_item::{Draft, Kind, history};
use super::output::{Halt, Output, Place, Target};
use super::rules_json::{
    account_type, add, after_epoch, day, digits, is_truthy, lines, list, number, text, uris,
    written,
};
use super::rules_person::first_middle_last;
use super::values::{self, card_brand, is_blank};
use crate::model::{FieldKind, FindingCode, Severity, Text};

/// A line that is a folder, not an item.
pub(super) fn is_folder(item: &Json) -> bool {
    item.get("typeName").str() == "system.folder.Regular"
}

/// Hands the item over.
pub(super) fn read<S: BuildHasher>(
    json: &Json,
    (row, new_types): (u32, bool),
    folders: &HashMap<String, String, S>,
    out: &mut Output<'_>,
) -> Result<(), Halt> {
    if matches!(json.get("trashed"), Json::Bool(true)) {
        let message = "the item was in the trash; it was left out";
        out.find(FindingCode::InTrash, Severity::Info, Place::row(row), message);
        return Ok(());
    }
    let shared = out.target != Target::Individual;
    if shared && is_folder(json) {
        out.folders.nested(json.get("title").str());
        return Ok(());
    }
    let mut draft = Draft::new(Kind::Login, row);
    if is_blank(json.get("hmac").str()) {
        standard(json, new_types, &mut draft);
    } else {
        windows(json, &mut draft);
    }
    let place = Place { row: Some(row), item: Some(out.next_item()), field: None };
    if draft.lost > 0 {
        let message = format!("{} values have no place in the item and were left out", draft.lost);
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, &message);
    }
    let mut item = draft.into_item();
    item.notes = item.notes.filter(|notes| !is_blank(notes.expose()));
    if shared {
        let tags = list(json.get("openContents").get("tags")).iter().map(Json::str);
        let folder = folders.get(json.get("folderUuid").str()).map(String::as_str);
        for path in folder.into_iter().chain(tags) {
            let folder = out.folders.nested(path);
            item.folders.extend(folder.filter(|folder| !item.folders.contains(folder)));
        }
    }
    out.item(item)
}

fn standard(json: &Json, new_types: bool, draft: &mut Draft) {
    draft.item.favorite = is_truthy(json.get("openContents").get("faveIndex"));
    draft.item.name = values::name(json.get("title").str());
    draft.kind = match (json.get("typeName").str(), new_types) {
        ("securenotes.SecureNote", _) => Kind::Note,
        ("wallet.financial.CreditCard", _) => Kind::Card,
        ("identities.Identity", _) => Kind::Identity,
        ("wallet.government.Passport", true) => Kind::Passport,
        ("wallet.government.DriversLicense", true) => Kind::License,
        ("wallet.financial.BankAccountUS", true) => Kind::BankAccount,
        _ => {
            draft.login.uris = uris(json.get("location"));
            Kind::Login
        }
    };
    let secure = json.get("secureContents");
    draft.item.password_history = history(secure.get("passwordHistory"));
    draft.item.notes = notes(secure);
    if draft.kind == Kind::Login {
        draft.login.password = text(secure.get("password"));
        let addresses = list(secure.get("URLs")).iter();
        let given: Vec<_> = addresses.flat_map(|address| uris(address.get("url"))).collect();
        if !given.is_empty() {
            draft.login.uris = given;
        }
    }
    if draft.kind == Kind::BankAccount {
        draft.bank.account_type = Some(account_type(""));
    }
    contents(secure, draft);
}

/// What the database of 1Password for Windows holds.
fn windows(json: &Json, draft: &mut Draft) {
    let overview = json.get("overview");
    draft.item.name = values::name(overview.get("title").str());
    let addresses = list(overview.get("URLs")).iter();
    draft.login.uris = addresses.flat_map(|address| uris(address.get("u"))).collect();
    let details = json.get("details");
    let has = |key: &str| text(details.get(key)).is_some();
    draft.item.password_history = history(details.get("passwordHistory"));
    if has("ccnum") || has("cvv") {
        draft.kind = Kind::Card;
    } else if has("firstname") || has("address1") {
        draft.kind = Kind::Identity;
    } else {
        draft.login.password = text(details.get("password"));
    }
    draft.item.notes = notes(details);
    contents(details, draft);
}

fn notes(contents: &Json) -> Option<Text> {
    text(contents.get("notesPlain")).map(|notes| Text::new(format!("{}\n", lines(notes.expose()))))
}

/// The fields of the web form, then those of the sections.
fn contents(contents: &Json, draft: &mut Draft) {
    for field in list(contents.get("fields")) {
        read_field(&Field::of(field, ["designation", "value", "name"]), draft);
    }
    for section in list(contents.get("sections")) {
        for field in list(section.get("fields")) {
            read_field(&Field::of(field, ["n", "v", "t"]), draft);
        }
    }
}

/// A field, whichever way its parts are called.
struct Field<'a> {
    designation: String,
    value: &'a Json,
    name: &'a str,
    kind: &'a str,
    text: Text,
}

impl<'a> Field<'a> {
    fn of(json: &'a Json, [designation, value, name]: [&str; 3]) -> Self {
        let (value, kind) = (json.get(value), json.get("k").str());
        let text = match (kind, value) {
            (_, Json::Null) => Text::default(),
            ("date", value) => utc(value).unwrap_or_else(|| as_text(value)),
            (_, value) => as_text(value),
        };
        let designation = as_text(json.get(designation)).expose().to_owned();
        Self { designation, value, name: json.get(name).str(), kind, text }
    }

    fn fills(&self, slot: &mut Option<Text>) -> bool {
        let free = slot.as_ref().is_none_or(|text| is_blank(text.expose()));
        if free {
            *slot = Some(self.text.clone());
        }
        free
    }

    fn day(&self) -> Option<Text> {
        number(self.value).and_then(|seconds| after_epoch(seconds * 1000.0)).map(day)
    }
}

fn as_text(value: &Json) -> Text {
    match value {
        Json::Null => Text::default(),
        Json::Number(number) => Text::new(digits(number)),
        other => written(other),
    }
}

/// `Tue, 01 Jan 1980 00:00:00 GMT`
fn utc(value: &Json) -> Option<Text> {
    let moment = after_epoch(number(value)? * 1000.0)?;
    Some(Text::new(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
}

fn read_field(field: &Field<'_>, draft: &mut Draft) {
    if is_blank(field.text.expose()) || fill(field, draft) {
        return;
    }
    let name = if is_blank(field.name) { "no_name" } else { field.name };
    let old = draft.item.password_history.iter().any(|old| old.password == field.text);
    if name == "password" && old {
        return;
    }
    let kind = if field.kind == "concealed" { FieldKind::Hidden } else { FieldKind::Text };
    add(&mut draft.item, name, field.text.expose(), kind);
}

/// Puts the value where it belongs; false when it has no place of its own.
fn fill(field: &Field<'_>, draft: &mut Draft) -> bool {
    let designation = field.designation.as_str();
    match draft.kind {
        Kind::Login => match designation {
            "username" => field.fills(&mut draft.login.username),
            "password" => field.fills(&mut draft.login.password),
            _ => designation.starts_with("TOTP_") && field.fills(&mut draft.login.totp),
        },
        Kind::Card => card(field, draft),
        Kind::Identity => person(field, draft),
        Kind::BankAccount => bank(field, draft),
        Kind::License => license(field, draft),
        Kind::Passport => passport(field, draft),
        Kind::Note | Kind::SshKey => false,
    }
}

fn card(field: &Field<'_>, draft: &mut Draft) -> bool {
    let card = &mut draft.card;
    match field.designation.as_str() {
        "ccnum" if field.fills(&mut card.number) => {
            card.brand = card_brand(field.text.expose()).map(Text::from);
            true
        }
        "cvv" => field.fills(&mut card.code),
        "cardholder" => field.fills(&mut card.cardholder_name),
        "expiry" if card.exp_month.is_none() && card.exp_year.is_none() => {
            // YYYYMM
            let value = field.text.expose();
            let (Some(year), Some(month)) = (value.get(..4), value.get(4..)) else { return false };
            let known = value.encode_utf16().count() == 6;
            if known {
                card.exp_month = Some(Text::new(month.strip_prefix('0').unwrap_or(month)));
                card.exp_year = Some(Text::new(year));
            }
            known
        }
        // The brand follows from the number.
        "type" => true,
        _ => false,
    }
}

fn person(field: &Field<'_>, draft: &mut Draft) -> bool {
    let person = &mut draft.person;
    match field.designation.as_str() {
        "firstname" => field.fills(&mut person.first_name),
        "lastname" => field.fills(&mut person.last_name),
        "initial" => field.fills(&mut person.middle_name),
        "defphone" => field.fills(&mut person.phone),
        "company" => field.fills(&mut person.company),
        "email" => field.fills(&mut person.email),
        "username" => field.fills(&mut person.username),
        "address" if matches!(field.value, Json::Object(_)) => {
            let part = |name: &str| text(field.value.get(name));
            // The official client has no place for it.
            draft.lost += u32::from(part("state").is_some());
            person.address1 = part("street");
            person.city = part("city");
            person.postal_code = part("zip");
            if let Some(country) = part("country") {
                person.country = Some(Text::new(country.expose().to_uppercase()));
            }
            true
        }
        _ => false,
    }
}

fn bank(field: &Field<'_>, draft: &mut Draft) -> bool {
    let bank = &mut draft.bank;
    let slot = match field.designation.as_str() {
        "bankName" => &mut bank.bank_name,
        "owner" => &mut bank.name_on_account,
        "routingNo" => &mut bank.routing_number,
        "accountNo" => &mut bank.account_number,
        "swift" => &mut bank.swift_code,
        "iban" => &mut bank.iban,
        "telephonePin" => &mut bank.pin,
        "branchPhone" => &mut bank.bank_contact_phone,
        "accountType" => {
            bank.account_type = Some(account_type(field.text.expose()));
            return true;
        }
        _ => return false,
    };
    *slot = Some(field.text.clone());
    true
}

fn license(field: &Field<'_>, draft: &mut Draft) -> bool {
    let license = &mut draft.license;
    let slot = match field.designation.as_str() {
        "fullname" => {
            (license.first_name, license.middle_name, license.last_name) =
                first_middle_last(field.text.expose());
            return true;
        }
        "birthdate" => {
            license.date_of_birth = field.day();
            return license.date_of_birth.is_some();
        }
        "expiry_date" => {
            license.expiration_date = super::onepassword_field::last_day(field.text.expose());
            return license.expiration_date.is_some();
        }
        "number" => &mut license.license_number,
        "class" => &mut license.license_class,
        "state" => &mut license.issuing_state,
        "country" => &mut license.issuing_country,
        _ => return false,
    };
    *slot = Some(field.text.clone());
    true
}

fn passport(field: &Field<'_>, draft: &mut Draft) -> bool {
    let passport = &mut draft.passport;
    let (slot, value) = match field.designation.as_str() {
        "fullname" => {
            let (first, middle, last) = first_middle_last(field.text.expose());
            let given: Vec<_> = [&first, &middle].into_iter().flatten().collect();
            let given: Vec<_> = given.into_iter().map(Text::expose).collect();
            passport.given_name = values::text(&given.join(" "));
            passport.surname = last;
            return true;
        }
        "birthdate" => (&mut passport.date_of_birth, field.day()),
        "issue_date" => (&mut passport.issue_date, field.day()),
        "expiry_date" => (&mut passport.expiration_date, field.day()),
        "issuing_country" => (&mut passport.issuing_country, Some(field.text.clone())),
        "number" => (&mut passport.passport_number, Some(field.text.clone())),
        "nationality" => (&mut passport.nationality, Some(field.text.clone())),
        "issuing_authority" => (&mut passport.issuing_authority, Some(field.text.clone())),
        "birthplace" => (&mut passport.birth_place, Some(field.text.clone())),
        "type" => (&mut passport.passport_type, Some(field.text.clone())),
        _ => return false,
    };
    let known = value.is_some();
    *slot = value;
    known
}
