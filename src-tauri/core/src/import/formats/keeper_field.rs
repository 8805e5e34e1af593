//! The custom fields of Keeper's records, whose names say what they hold: `$type:label:n`.

use jiff::Timestamp;

use super::json_value::Json;
use super::keeper_record::{Draft, several};
use super::rules_json::{
    account_type, after_epoch, day, digits, entries, is_truthy, number, written,
};
use super::values;
use crate::model::{
    BankAccount, Card, DriversLicense, FieldKind, Identity, Item, ItemKind, Passport, Text, Uri,
};

/// The custom fields not yet used.
pub(super) struct Fields<'a>(Vec<(&'a str, &'a Json)>);

impl<'a> Fields<'a> {
    pub(super) fn of(custom: &'a Json) -> Self {
        Self(entries(custom))
    }

    fn find(&self, name: &str) -> Option<&'a Json> {
        self.0.iter().find(|(key, _)| without_number(key) == name).map(|(_, value)| *value)
    }

    /// The text at a path such as `$name/first`; empty when there is none.
    pub(super) fn text(&self, path: &str) -> String {
        let mut parts = path.split('/');
        let root = parts.next().and_then(|name| self.find(name));
        let found = parts.try_fold(root, |value, name| {
            let inner = Fields(entries(value?));
            Some(inner.find(name))
        });
        found.flatten().map(as_string).unwrap_or_default()
    }

    /// Takes away the first field of this name.
    pub(super) fn remove(&mut self, name: &str) {
        if let Some(at) = self.0.iter().position(|(key, _)| without_number(key) == name) {
            self.0.remove(at);
        }
    }

    fn optional(&self, path: &str) -> Option<Text> {
        Some(self.text(path)).filter(|text| !text.is_empty()).map(Text::new)
    }

    /// A day given in milliseconds; used up when it is one.
    fn day(&mut self, name: &str) -> Option<Text> {
        let day = after_epoch(self.text(name).trim().parse().ok()?).map(day)?;
        self.remove(name);
        Some(day)
    }
}

/// `$paymentCard::1` and `$text:owner:2` without what tells several of a name apart.
fn without_number(key: &str) -> &str {
    let mut chars = key.chars();
    let digit = chars.next_back().is_some_and(|c| c.is_ascii_digit());
    match chars.as_str().strip_suffix(':') {
        Some(name) if digit => name.strip_suffix(':').unwrap_or(name),
        _ => key,
    }
}

/// As JavaScript makes a text of a value.
fn as_string(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::List(list) => list.iter().map(as_string).collect::<Vec<_>>().join(","),
        Json::Number(number) => digits(number),
        other => written(other).expose().to_owned(),
    }
}

/// Type and label of a field's name.
pub(super) fn parse_key(key: &str) -> (String, String) {
    let (kind, label) = match key.strip_prefix('$') {
        Some(rest) => rest.split_once(':').unwrap_or((rest, "")),
        None if values::is_blank(key) => ("", ""),
        None => return (String::new(), without_colon(key).to_owned()),
    };
    (kind.trim().to_owned(), without_colon(label.trim()).to_owned())
}

/// A label without `:n`.
fn without_colon(label: &str) -> &str {
    let mut chars = label.chars();
    let digit = chars.next_back().is_some_and(|c| c.is_ascii_digit());
    chars.as_str().strip_suffix(':').filter(|_| digit).unwrap_or(label)
}

pub(super) fn card(fields: &mut Fields<'_>, draft: &mut Draft) {
    let number = fields.optional("$paymentCard/cardNumber");
    let mut card = Card {
        cardholder_name: fields.optional("$text:cardholderName"),
        brand: number.as_ref().and_then(|it| values::card_brand(it.expose())).map(Text::from),
        code: fields.optional("$paymentCard/cardSecurityCode"),
        number,
        ..Card::default()
    };
    let expiry = fields.text("$paymentCard/cardExpirationDate");
    let parts: Vec<_> = expiry.split('/').collect();
    if let [month, year] = parts.as_slice() {
        // Every other format has months without a leading zero (section 7, point 15).
        let plain = month.strip_prefix('0').filter(|rest| !rest.is_empty());
        draft.tally.months |= plain.is_some();
        card.exp_month = Some(Text::new(plain.unwrap_or(month)));
        card.exp_year = Some(Text::new(*year));
    } else {
        draft.push("Expiration date", Some(Text::new(expiry)), FieldKind::Text);
    }
    draft.item.kind = ItemKind::Card(card);
    draft.push("PIN", fields.optional("$pinCode"), FieldKind::Hidden);
    draft.login_into_fields();
    for name in ["$paymentCard", "$text:cardholderName", "$pinCode"] {
        fields.remove(name);
    }
}

/// Papers as identities.
pub(super) fn person(kind: &str, fields: &mut Fields<'_>, draft: &mut Draft) {
    let mut person = Identity::default();
    let (number, slot) = match kind {
        "ssnCard" => ("$accountNumber:identityNumber", &mut person.ssn),
        "passport" => ("$accountNumber:passportNumber", &mut person.passport_number),
        _ => ("$accountNumber:dlNumber", &mut person.license_number),
    };
    *slot = fields.optional(number);
    (person.first_name, person.middle_name, person.last_name) = name(fields);
    draft.item.kind = ItemKind::Identity(Box::new(person));
    draft.login_into_fields();
    fields.remove(number);
}

fn name(fields: &mut Fields<'_>) -> (Option<Text>, Option<Text>, Option<Text>) {
    let parts = ["$name/first", "$name/middle", "$name/last"].map(|path| fields.optional(path));
    fields.remove("$name");
    let [first, middle, last] = parts;
    (first, middle, last)
}

fn joined(parts: &[Option<Text>; 3]) -> Option<Text> {
    let parts: Vec<_> = parts.iter().flatten().map(Text::expose).collect();
    (!parts.is_empty()).then(|| Text::new(parts.join(" ")))
}

pub(super) fn license(fields: &mut Fields<'_>, draft: &mut Draft) {
    let license_number = fields.optional("$accountNumber:dlNumber");
    let (first_name, middle_name, last_name) = name(fields);
    draft.item.kind = ItemKind::DriversLicense(Box::new(DriversLicense {
        first_name,
        middle_name,
        last_name,
        license_number,
        date_of_birth: fields.day("$birthDate"),
        expiration_date: fields.day("$expirationDate"),
        ..DriversLicense::default()
    }));
    draft.login_into_fields();
    fields.remove("$accountNumber:dlNumber");
}

pub(super) fn passport(fields: &mut Fields<'_>, draft: &mut Draft) {
    let passport_number = fields.optional("$accountNumber:passportNumber");
    let (first, middle, surname) = name(fields);
    draft.item.kind = ItemKind::Passport(Box::new(Passport {
        given_name: joined(&[first, middle, None]),
        surname,
        passport_number,
        date_of_birth: fields.day("$birthDate"),
        expiration_date: fields.day("$expirationDate"),
        issue_date: fields.day("$date:dateIssued"),
        ..Passport::default()
    }));
    draft.login_into_fields();
    fields.remove("$accountNumber:passportNumber");
}

/// The bank account that stands beside the login of a bank account's record.
pub(super) fn account(fields: &mut Fields<'_>, item: &Item) -> Item {
    let kind = fields.text("$bankAccount/accountType");
    let mut account = BankAccount {
        account_number: fields.optional("$bankAccount/accountNumber"),
        routing_number: fields.optional("$bankAccount/routingNumber"),
        account_type: Some(account_type(&kind)),
        ..BankAccount::default()
    };
    fields.remove("$bankAccount");
    let (first, middle, last) = name(fields);
    account.name_on_account = joined(&[first, middle, last]);
    let kind = ItemKind::BankAccount(Box::new(account));
    Item { kind, name: item.name.clone(), row: item.row, ..Item::default() }
}

/// What no kind of item has a place for.
pub(super) fn rest(fields: &Fields<'_>, draft: &mut Draft) {
    for (key, value) in &fields.0 {
        let (kind, label) = parse_key(key);
        let name = [label.as_str(), kind.as_str(), key].into_iter().find(|name| !name.is_empty());
        match kind.as_str() {
            "oneTimeCode" => codes(value, draft),
            "url" => addresses(value, draft),
            _ => {
                for value in several(value) {
                    field(&kind, name.unwrap_or(""), value, draft);
                }
            }
        }
    }
}

fn codes(value: &Json, draft: &mut Draft) {
    let mut codes = several(value).iter();
    if matches!(draft.item.kind, ItemKind::Login(_))
        && let Some(first) = codes.next()
    {
        draft.login.totp = Some(written(first)).filter(|code| !code.is_empty());
    }
    for code in codes.filter(|code| is_truthy(code)) {
        draft.push("TOTP", Some(written(code)), FieldKind::Hidden);
    }
}

fn addresses(value: &Json, draft: &mut Draft) {
    let uris = several(value).iter().filter_map(|uri| values::uri(uri.str()));
    if matches!(draft.item.kind, ItemKind::Login(_)) {
        draft.login.uris.extend(uris);
    } else {
        let uris: Vec<Uri> = uris.collect();
        for uri in uris {
            draft.push("URL", Some(uri.uri), FieldKind::Text);
        }
    }
}

fn field(kind: &str, name: &str, value: &Json, draft: &mut Draft) {
    let part = |name: &str| truthy(value.get(name));
    match (kind, value) {
        ("host", Json::Object(_)) => {
            draft.push("Hostname", part("hostName"), FieldKind::Text);
            draft.push("Port", part("port"), FieldKind::Text);
        }
        ("keyPair", Json::Object(_)) => {
            draft.push("Public key", part("publicKey"), FieldKind::Text);
            draft.push("Private key", part("privateKey"), FieldKind::Hidden);
        }
        ("securityQuestion", Json::Object(_)) => {
            draft.push("Security question", part("question"), FieldKind::Text);
            draft.push("Security question answer", part("answer"), FieldKind::Hidden);
        }
        // How Keeper fills in forms.
        ("appFiller", _) => {}
        ("date" | "birthDate" | "expirationDate", _) => {
            let date = date(value);
            draft.tally.dates |= date.is_some();
            draft.push(name, date.or_else(|| truthy(value)), FieldKind::Text);
        }
        ("name" | "address" | "phone" | "bankAccount", Json::Object(_)) => {
            draft.push(name, Some(Text::new(composed(kind, value))), FieldKind::Text);
        }
        ("pinCode" | "secret", _) => {
            draft.push(name, truthy(value), FieldKind::Hidden);
        }
        _ => draft.push(name, truthy_or_written(value), FieldKind::Text),
    }
}

/// The value as text, none where JavaScript takes it for false.
fn truthy(value: &Json) -> Option<Text> {
    is_truthy(value).then(|| written(value))
}

/// Numbers and truth values count even when they are zero or false; nothing does not.
fn truthy_or_written(value: &Json) -> Option<Text> {
    (!value.is_null()).then(|| written(value))
}

/// A moment in ISO 8601, UTC; only the day when it is midnight there.
fn date(value: &Json) -> Option<Text> {
    let moment: Timestamp = match value {
        Json::Number(_) => after_epoch(number(value)?)?,
        other => values::moment(other.str())?.parse().ok()?,
    };
    if moment.as_second() % 86_400 == 0 {
        return Some(day(moment));
    }
    Some(Text::new(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// Several parts in one line.
fn composed(kind: &str, value: &Json) -> String {
    let part = |name: &str| truthy(value.get(name)).map(|text| text.expose().to_owned());
    let all = |names: &[&str]| names.iter().copied().filter_map(part).collect::<Vec<_>>();
    let line = match kind {
        "name" => all(&["first", "middle", "last"]).join(" "),
        "address" => all(&["street1", "street2", "city", "state", "zip", "country"]).join(", "),
        "phone" => {
            let parts = [
                part("region").map(|region| format!("({region})")),
                part("number"),
                part("ext").map(|ext| format!("ext. {ext}")),
                part("type").map(|kind| format!("({kind})")),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        _ => {
            let parts = [
                part("otherType").or_else(|| part("accountType")).map(|it| format!("Type: {it}")),
                part("accountNumber").map(|number| format!("Account Number: {number}")),
                part("routingNumber").map(|number| format!("Routing Number: {number}")),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    };
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_tell_type_and_label() {
        for (key, kind, label) in [
            ("$text:company", "text", "company"),
            ("$text:company:2", "text", "company"),
            ("$paymentCard::1", "paymentCard", ""),
            ("$oneTimeCode", "oneTimeCode", ""),
            ("Custom:1", "", "Custom"),
            ("$ text : a b ", "text", "a b"),
            (" ", "", ""),
            ("plain", "", "plain"),
        ] {
            assert_eq!(parse_key(key), (kind.to_owned(), label.to_owned()), "{key}");
        }
        assert_eq!(without_number("$paymentCard::1"), "$paymentCard");
        assert_eq!(without_number("$text:a:1"), "$text:a");
        assert_eq!(without_number("$text:a1"), "$text:a1");
    }
}
