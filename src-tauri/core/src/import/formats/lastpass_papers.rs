//! LastPass's notes about bank accounts, passports and driver's licences, for servers that have kinds of item for them.

use super::lastpass_note::{lines, month_number};
use super::output::{Output, Place};
use super::{rules_note, rules_person};
use crate::model::{
    BankAccount, DriversLicense, FieldKind, FindingCode, Item, ItemKind, Passport, Severity, Text,
};

pub(super) fn bank_account(extra: &str, item: &mut Item, out: &mut Output<'_>) {
    let mut account = BankAccount::default();
    lines(extra, item, |key, value| {
        let slot = match key {
            "Bank Name" => &mut account.bank_name,
            "Account Type" => &mut account.account_type,
            "Routing Number" => &mut account.routing_number,
            "Account Number" => &mut account.account_number,
            "SWIFT Code" => &mut account.swift_code,
            "IBAN Number" => &mut account.iban,
            "Pin" => &mut account.pin,
            "Branch Phone" => &mut account.bank_contact_phone,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    let given = account.account_type.take();
    let known = account_type(given.as_ref().map_or("", Text::expose));
    if given.is_some() && known.is_none() {
        let place = Place::value(item.row, out.next_item(), "bankAccount.accountType");
        let message = "this type of account is not known to the server; it is \"other\" now";
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
    }
    account.account_type = Some(Text::new(known.unwrap_or("other")));
    item.kind = ItemKind::BankAccount(Box::new(account));
}

/// The types of account an item may have (`libs/common/src/vault/enums/bank-account-type.ts`), whatever the case.
fn account_type(given: &str) -> Option<&'static str> {
    const TYPES: [&str; 7] = [
        "checking",
        "savings",
        "certificateOfDeposit",
        "lineOfCredit",
        "investmentBrokerage",
        "moneyMarket",
        "other",
    ];
    TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(given))
}

pub(super) fn passport(extra: &str, item: &mut Item, out: &mut Output<'_>) {
    let mut passport = Passport::default();
    lines(extra, item, |key, value| {
        let slot = match key {
            "Type" => &mut passport.passport_type,
            "Name" => &mut passport.given_name,
            "Country" => &mut passport.issuing_country,
            "Number" => &mut passport.passport_number,
            "Nationality" => &mut passport.nationality,
            "Issuing Authority" => &mut passport.issuing_authority,
            "Date of Birth" => &mut passport.date_of_birth,
            "Issued Date" => &mut passport.issue_date,
            "Expiration Date" => &mut passport.expiration_date,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    let whole = passport.given_name.take();
    let (first, middle, last) =
        rules_person::first_middle_last(whole.as_ref().map_or("", Text::expose));
    passport.given_name = match (first, middle) {
        (Some(first), Some(middle)) => {
            Some(Text::new(format!("{} {}", first.expose(), middle.expose())))
        }
        (first, middle) => first.or(middle),
    };
    passport.surname = last;
    for (label, slot) in [
        ("Date of Birth", &mut passport.date_of_birth),
        ("Issued Date", &mut passport.issue_date),
        ("Expiration Date", &mut passport.expiration_date),
    ] {
        understand(label, slot, item, out);
    }
    item.kind = ItemKind::Passport(Box::new(passport));
}

pub(super) fn license(extra: &str, item: &mut Item, out: &mut Output<'_>) {
    let mut license = DriversLicense::default();
    lines(extra, item, |key, value| {
        let slot = match key {
            "Number" => &mut license.license_number,
            "Expiration Date" => &mut license.expiration_date,
            "License Class" => &mut license.license_class,
            "Name" => &mut license.first_name,
            "State" => &mut license.issuing_state,
            "Country" => &mut license.issuing_country,
            "Date of Birth" => &mut license.date_of_birth,
            _ => return false,
        };
        *slot = Some(Text::new(value));
        true
    });
    let whole = license.first_name.take();
    (license.first_name, license.middle_name, license.last_name) =
        rules_person::first_middle_last(whole.as_ref().map_or("", Text::expose));
    for (label, slot) in [
        ("Expiration Date", &mut license.expiration_date),
        ("Date of Birth", &mut license.date_of_birth),
    ] {
        understand(label, slot, item, out);
    }
    item.kind = ItemKind::DriversLicense(Box::new(license));
}

/// Turns `June,20,2029` into a day; what is no day stays readable in a field.
fn understand(label: &str, slot: &mut Option<Text>, item: &mut Item, out: &mut Output<'_>) {
    let Some(given) = slot.take() else { return };
    *slot = day(given.expose()).map(Text::new);
    if slot.is_none() && given.expose().chars().any(|c| c != ',' && !c.is_whitespace()) {
        let place = Place::value(item.row, out.next_item(), "fields");
        let message = "a date was not understood; it is a custom field now";
        out.find(FindingCode::ValueNotUnderstood, Severity::Warning, place, message);
        rules_note::add(item, label, given.expose(), FieldKind::Text);
    }
}

/// The 31st of a month of 30 days is the first of the next one, as in JavaScript.
fn day(date: &str) -> Option<String> {
    let mut parts = date.split(',').map(str::trim);
    let month: i8 = month_number(parts.next()?)?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: i16 = parts.next()?.parse().ok().filter(|year| *year > 99)?;
    let first = jiff::civil::Date::new(year, month, 1).ok()?;
    let date = first.checked_add(jiff::Span::new().days(day - 1)).ok()?;
    Some(date.to_string())
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_understood_as_the_official_client_does() {
        for (given, wanted) in [
            ("June,20,2029", Some("2029-06-20")),
            ("February,31,2024", Some("2024-03-02")),
            ("3, 1,0999", Some("0999-03-01")),
            ("June,,2029", None),
            (",,", None),
            ("June,20", None),
            ("June,32,2029", None),
            ("2029-06-20", None),
        ] {
            assert_eq!(day(given).as_deref(), wanted, "{given}");
        }
    }
}
