//! The fields in the sections of a 1Password item: which slot of the vault item each fills.

use jiff::Timestamp;

use super::json_value::Json;
use super::onepassword_item::{self, Draft, Kind};
use super::rules_json::{account_type, add, after_epoch, day, digits, entries, list, number, text};
use super::rules_person::first_middle_last;
use super::values::{self, card_brand, is_blank};
use crate::model::{FieldKind, Text};

/// A section and what its item is.
pub(super) struct Section<'a> {
    pub category: &'a str,
    pub title: &'a str,
    pub json: &'a Json,
}

/// One field with a value.
struct Entry<'a> {
    id: &'a str,
    /// Its own title, not the section's.
    title: &'a str,
    json: &'a Json,
    /// What kind of value it is: the only key of the value.
    kind: &'a str,
    value: &'a Json,
    /// The value as text; none of an object.
    text: Option<Text>,
}

impl<'a> Entry<'a> {
    /// None of a field without a value.
    fn of(json: &'a Json) -> Option<Self> {
        let (kind, value) = entries(json.get("value")).into_iter().next()?;
        if matches!(value, Json::Null) || matches!(value, Json::Text(text) if text.is_empty()) {
            return None;
        }
        let text = match (kind, value) {
            ("date", value) => utc(value).or_else(|| Some(Text::new(value.str()))),
            ("monthYear", Json::Number(number)) => Some(Text::new(digits(number))),
            (_, Json::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (id, title) = (json.get("id").str(), json.get("title").str());
        Some(Self { id, title, json, kind, value, text })
    }

    fn str(&self) -> &str {
        self.text.as_ref().map_or("", Text::expose)
    }

    /// The day of a date, or of a text that is one.
    fn day(&self) -> Option<Text> {
        match self.kind {
            "date" => seconds(self.value).map(day),
            _ => values::moment(self.str())?.parse().ok().map(day),
        }
    }

    /// Puts its text into an empty slot.
    fn fills(&self, slot: &mut Option<Text>) -> bool {
        let free = slot.as_ref().is_none_or(|text| is_blank(text.expose()));
        if free && self.text.is_some() {
            slot.clone_from(&self.text);
        }
        free && self.text.is_some()
    }
}

fn seconds(value: &Json) -> Option<Timestamp> {
    number(value).and_then(|seconds| after_epoch(seconds * 1000.0))
}

/// `Tue, 01 Jan 1980 00:00:00 GMT`, as the official client writes dates.
fn utc(value: &Json) -> Option<Text> {
    let moment = seconds(value)?;
    Some(Text::new(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()))
}

/// Reads the fields of a section.
pub(super) fn read(section: &Section<'_>, draft: &mut Draft) {
    for json in list(section.json.get("fields")) {
        let Some(entry) = Entry::of(json) else { continue };
        if !fill(&entry, section.category, draft) {
            custom(&entry, section.title, draft);
        }
    }
}

/// Puts the value where it belongs; false when it has no place of its own.
fn fill(entry: &Entry<'_>, category: &str, draft: &mut Draft) -> bool {
    match draft.kind {
        Kind::Login => login(entry, category, draft),
        Kind::Card => card(entry, draft) || (category == "101" && owner(entry, draft)),
        Kind::Identity => {
            person(entry, draft) || address(entry, draft) || document(entry, category, draft)
        }
        Kind::SshKey => ssh_key(entry, draft),
        Kind::BankAccount => bank(entry, draft),
        Kind::License => license(entry, draft),
        Kind::Passport => passport(entry, draft),
        Kind::Note => false,
    }
}

/// What has no place of its own becomes a custom field.
fn custom(entry: &Entry<'_>, section: &str, draft: &mut Draft) {
    let name = if is_blank(entry.title) { section } else { entry.title };
    if entry.kind == "email" && entry.text.is_none() {
        add(&mut draft.item, name, entry.value.get("email_address").str(), FieldKind::Text);
        provider(entry, draft);
        return;
    }
    let old = |value: &Text| draft.item.password_history.iter().any(|old| old.password == *value);
    if entry.title == "password" && entry.text.as_ref().is_some_and(old) {
        return;
    }
    draft.item.reprompt |= matches!(entry.json.get("guarded"), Json::Bool(true));
    let kind = if entry.kind == "concealed" { FieldKind::Hidden } else { FieldKind::Text };
    match &entry.text {
        Some(value) => add(&mut draft.item, name, value.expose(), kind),
        None if entry.kind == "file" => draft.files += 1,
        None => draft.lost += 1,
    }
}

fn provider(entry: &Entry<'_>, draft: &mut Draft) {
    add(&mut draft.item, "provider", entry.value.get("provider").str(), FieldKind::Text);
}

fn login(entry: &Entry<'_>, category: &str, draft: &mut Draft) -> bool {
    let login = &mut draft.login;
    match entry.title {
        "username" if entry.fills(&mut login.username) => return true,
        "password" if entry.fills(&mut login.password) => return true,
        _ => {}
    }
    if entry.id.starts_with("TOTP_") && entry.fills(&mut login.totp) {
        return true;
    }
    match (category, entry.id, entry.title) {
        ("112", _, "credential") if entry.fills(&mut login.password) => true,
        ("110", "url", _) | ("112", _, "hostname") if login.uris.is_empty() => {
            login.uris = values::uri(entry.str()).into_iter().collect();
            true
        }
        _ => false,
    }
}

fn card(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    let card = &mut draft.card;
    match entry.id {
        "ccnum" if entry.fills(&mut card.number) => {
            card.brand = card_brand(entry.str()).map(Text::from);
            true
        }
        "cvv" => entry.fills(&mut card.code),
        "cardholder" => entry.fills(&mut card.cardholder_name),
        "expiry" if card.exp_month.is_none() && card.exp_year.is_none() && entry.text.is_some() => {
            // YYYYMM
            let digits = entry.str().trim();
            let year: String = digits.chars().take(4).collect();
            let month: String = digits.chars().skip(4).take(2).collect();
            card.exp_month = text_of(month.strip_prefix('0').unwrap_or(&month));
            card.exp_year = text_of(&year);
            true
        }
        // The brand follows from the number.
        "type" => true,
        _ => false,
    }
}

fn text_of(value: &str) -> Option<Text> {
    (!value.is_empty()).then(|| Text::new(value))
}

/// A bank account as a card has only its owner there.
fn owner(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    entry.id == "owner" && entry.fills(&mut draft.card.cardholder_name)
}

fn bank(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    let bank = &mut draft.bank;
    let slot = match entry.id {
        "bankName" => &mut bank.bank_name,
        "owner" => &mut bank.name_on_account,
        "accountType" => {
            bank.account_type = Some(account_type(entry.str()));
            return true;
        }
        "routingNo" => &mut bank.routing_number,
        "accountNo" => &mut bank.account_number,
        "swift" => &mut bank.swift_code,
        "iban" => &mut bank.iban,
        "telephonePin" => &mut bank.pin,
        "branchPhone" => &mut bank.bank_contact_phone,
        _ => return false,
    };
    if entry.text.is_some() {
        slot.clone_from(&entry.text);
    }
    entry.text.is_some()
}

fn person(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    let person = &mut draft.person;
    if entry.kind == "email" && person.email.is_none() && entry.text.is_none() {
        person.email = text(entry.value.get("email_address"));
        provider(entry, draft);
        return true;
    }
    match entry.id {
        "firstname" => entry.fills(&mut person.first_name),
        "lastname" => entry.fills(&mut person.last_name),
        "initial" => entry.fills(&mut person.middle_name),
        "defphone" => entry.fills(&mut person.phone),
        "company" => entry.fills(&mut person.company),
        "username" => entry.fills(&mut person.username),
        "email" => entry.fills(&mut person.email),
        _ if entry.kind == "email" => entry.fills(&mut person.email),
        _ => false,
    }
}

fn address(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    if entry.kind != "address" {
        return false;
    }
    let (person, part) = (&mut draft.person, |name| text(entry.value.get(name)));
    // A second address takes the place of the first.
    draft.lost += u32::from(person.address1.is_some() || person.city.is_some());
    person.address1 = part("street");
    person.city = part("city");
    person.postal_code = part("zip");
    person.state = part("state");
    if let Some(country) = part("country") {
        person.country = Some(Text::new(country.expose().to_uppercase()));
    }
    true
}

/// Papers that become identities.
fn document(entry: &Entry<'_>, category: &str, draft: &mut Draft) -> bool {
    let person = &mut draft.person;
    match (category, entry.id) {
        ("103" | "106", "fullname") | ("104" | "108", "name") | ("105" | "107", "member_name") => {
            let free = person.first_name.is_none() && entry.text.is_some();
            if free {
                let (first, middle, last) = first_middle_last(entry.str());
                person.first_name = first;
                person.middle_name = middle.or(person.middle_name.take());
                person.last_name = last.or(person.last_name.take());
            }
            free
        }
        ("103", "address") => entry.fills(&mut person.address1),
        ("103" | "104", "country") | ("106", "issuing_country") => entry.fills(&mut person.country),
        ("103" | "104", "state") => entry.fills(&mut person.state),
        ("103", "number") => entry.fills(&mut person.license_number),
        ("105", "org_name") | ("107", "company_name") => entry.fills(&mut person.company),
        ("105", "phone") => entry.fills(&mut person.phone),
        ("106", "number") => entry.fills(&mut person.passport_number),
        ("108", "number") => entry.fills(&mut person.ssn),
        _ => false,
    }
}

fn license(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    let license = &mut draft.license;
    match entry.id {
        "fullname" if license.first_name.is_none() && entry.text.is_some() => {
            (license.first_name, license.middle_name, license.last_name) =
                first_middle_last(entry.str());
            true
        }
        "expiry_date" if license.expiration_date.is_none() => {
            license.expiration_date = last_day(entry.str()).or_else(|| entry.day());
            license.expiration_date.is_some()
        }
        "birthdate" if license.date_of_birth.is_none() => {
            license.date_of_birth = entry.day();
            license.date_of_birth.is_some()
        }
        "country" => entry.fills(&mut license.issuing_country),
        "state" => entry.fills(&mut license.issuing_state),
        "number" => entry.fills(&mut license.license_number),
        "class" => entry.fills(&mut license.license_class),
        _ => false,
    }
}

/// The last day of a month written YYYYMM.
fn last_day(month: &str) -> Option<Text> {
    let plain = (month.len() == 6 && month.bytes().all(|b| b.is_ascii_digit())).then_some(month)?;
    let year = plain.get(..4)?.parse().ok()?;
    let month = plain.get(4..)?.parse().ok()?;
    let day = jiff::civil::Date::new(year, month, 1).ok()?.last_of_month();
    Some(Text::new(day.to_string()))
}

fn passport(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    let passport = &mut draft.passport;
    let date = match entry.id {
        "fullname" if passport.given_name.is_none() && entry.text.is_some() => {
            let (first, middle, last) = first_middle_last(entry.str());
            let given = [first, middle].into_iter().flatten();
            let given: Vec<_> = given.map(|name| name.expose().to_owned()).collect();
            passport.given_name = text_of(&given.join(" "));
            passport.surname = last;
            return true;
        }
        "issuing_country" => return entry.fills(&mut passport.issuing_country),
        "number" => return entry.fills(&mut passport.passport_number),
        "nationality" => return entry.fills(&mut passport.nationality),
        "issuing_authority" => return entry.fills(&mut passport.issuing_authority),
        "birthplace" => return entry.fills(&mut passport.birth_place),
        "type" => return entry.fills(&mut passport.passport_type),
        "birthdate" => &mut passport.date_of_birth,
        "issue_date" => &mut passport.issue_date,
        "expiry_date" => &mut passport.expiration_date,
        _ => return false,
    };
    let day = date.is_none().then(|| entry.day()).flatten();
    let filled = day.is_some();
    *date = day.or_else(|| date.take());
    filled
}

fn ssh_key(entry: &Entry<'_>, draft: &mut Draft) -> bool {
    if entry.kind != "sshKey" {
        return false;
    }
    draft.ssh = onepassword_item::ssh_key(entry.value).unwrap_or_default();
    true
}
