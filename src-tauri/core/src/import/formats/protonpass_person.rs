//! Identities of a Proton Pass export, and the papers that are items of their own where the server takes such.

use super::json_value::Json;
use super::protonpass_item::{extra_field, extra_fields, extra_value, sections};
use super::rules_json::{account_type, add, entries, list, text};
use super::rules_person::first_middle_last;
use super::values;
use crate::model::{
    BankAccount, DriversLicense, FieldKind, Identity, Item, ItemKind, Passport, Text,
};

/// Keys that have a place in an identity.
const MAPPED: [&str; 18] = [
    "fullName",
    "firstName",
    "middleName",
    "lastName",
    "email",
    "phoneNumber",
    "company",
    "socialSecurityNumber",
    "passportNumber",
    "licenseNumber",
    "organization",
    "streetAddress",
    "floor",
    "county",
    "city",
    "stateOrProvince",
    "zipOrPostalCode",
    "countryOrRegion",
];

/// Makes `item` an identity; answers the papers that stand beside it.
pub(super) fn read(content: &Json, new_types: bool, item: &mut Item) -> Vec<Item> {
    let part = |name: &str| text(content.get(name));
    let mut person = Identity {
        first_name: part("firstName"),
        middle_name: part("middleName"),
        last_name: part("lastName"),
        email: part("email"),
        phone: part("phoneNumber"),
        company: part("company"),
        ssn: part("socialSecurityNumber"),
        address1: part("organization"),
        address2: part("streetAddress"),
        address3: address3(content),
        city: part("city"),
        state: part("stateOrProvince"),
        postal_code: part("zipOrPostalCode"),
        country: part("countryOrRegion"),
        ..Identity::default()
    };
    if let Some(name) = part("fullName") {
        split(name.expose(), &mut person);
    }
    let (license, passport) = (part("licenseNumber"), part("passportNumber"));
    let mut beside = Vec::new();
    if new_types {
        let like = |kind| Item { kind, name: item.name.clone(), row: item.row, ..Item::default() };
        if license.is_some() {
            let license = DriversLicense { license_number: license, ..DriversLicense::default() };
            beside.push(like(ItemKind::DriversLicense(Box::new(license))));
        }
        if passport.is_some() {
            let passport = Passport { passport_number: passport, ..Passport::default() };
            beside.push(like(ItemKind::Passport(Box::new(passport))));
        }
    } else {
        person.license_number = license;
        person.passport_number = passport;
    }
    item.kind = ItemKind::Identity(Box::new(person));
    rest(content, item);
    beside
}

/// The last word is the last name, everything between it and the first the middle name. What the words do not
/// tell, the single parts do.
fn split(name: &str, person: &mut Identity) {
    let words: Vec<_> = name.split_whitespace().collect();
    if let [first, between @ .., last] = words.as_slice() {
        person.last_name = Some(Text::new(*last));
        if !between.is_empty() {
            person.middle_name = Some(Text::new(between.join(" ")));
        }
        person.first_name = Some(Text::new(*first));
    } else if let [only] = words.as_slice() {
        person.first_name = Some(Text::new(*only));
    }
}

fn address3(content: &Json) -> Option<Text> {
    let (floor, county) = (content.get("floor").str(), content.get("county").str());
    values::text(format!("{floor} {county}").trim())
}

/// What an identity has no place for.
fn rest(content: &Json, item: &mut Item) {
    for (key, value) in entries(content) {
        match key {
            "extraPersonalDetails"
            | "extraAddressDetails"
            | "extraContactDetails"
            | "extraWorkDetails" => extra_fields(value, item),
            "extraSections" => sections(value, item),
            _ if MAPPED.contains(&key) => {}
            _ => add(item, key, value.str(), FieldKind::Text),
        }
    }
}

/// Puts fields where `slot` has a place for them; others become custom fields.
fn fill(fields: &Json, item: &mut Item, mut slot: impl FnMut(&str, &str) -> bool) {
    for field in list(fields) {
        let value = extra_value(field).str();
        if values::is_blank(value) || !slot(field.get("fieldName").str(), value) {
            extra_field(field, item);
        }
    }
}

pub(super) fn bank_account(fields: &Json, item: &mut Item) {
    let mut account = BankAccount::default();
    fill(fields, item, |name, value| {
        let slot = match name {
            "Bank Name" => &mut account.bank_name,
            "Account Number" => &mut account.account_number,
            "Routing Number" => &mut account.routing_number,
            "Account Type" => {
                account.account_type = Some(account_type(value));
                return true;
            }
            "IBAN" => &mut account.iban,
            "SWIFT/BIC" => &mut account.swift_code,
            "Holder Name" => &mut account.name_on_account,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    item.kind = ItemKind::BankAccount(Box::new(account));
}

pub(super) fn license(fields: &Json, item: &mut Item) {
    let mut license = DriversLicense::default();
    fill(fields, item, |name, value| {
        let slot = match name {
            "Full Name" => {
                (license.first_name, license.middle_name, license.last_name) =
                    first_middle_last(value);
                return true;
            }
            "License Number" => &mut license.license_number,
            "Issuing State/Country" => &mut license.issuing_state,
            "Expiry Date" => &mut license.expiration_date,
            "Date of Birth" => &mut license.date_of_birth,
            "Class" => &mut license.license_class,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    item.kind = ItemKind::DriversLicense(Box::new(license));
}

pub(super) fn passport(fields: &Json, item: &mut Item) {
    let mut passport = Passport::default();
    fill(fields, item, |name, value| {
        let slot = match name {
            "Full Name" => {
                let (first, middle, last) = first_middle_last(value);
                let given: Vec<_> = [&first, &middle].into_iter().flatten().collect();
                let given: Vec<_> = given.into_iter().map(Text::expose).collect();
                passport.given_name = values::text(&given.join(" "));
                passport.surname = last;
                return true;
            }
            "Passport Number" => &mut passport.passport_number,
            "Country" => &mut passport.issuing_country,
            "Expiry Date" => &mut passport.expiration_date,
            "Date of Birth" => &mut passport.date_of_birth,
            "Issuing Authority" => &mut passport.issuing_authority,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    item.kind = ItemKind::Passport(Box::new(passport));
}
