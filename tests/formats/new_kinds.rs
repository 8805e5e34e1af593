//! Bank accounts, driver's licences and passports, where the server takes them and where it does not.

use serde_json::json;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FieldKind, FindingCode, ItemKind, Text};

use super::normal::{Reading, read};
use super::samples_more::equal;
use super::scratch::export;

fn with_new_types(text: &str) -> Reading {
    let options = ReadOptions { new_types: true, ..ReadOptions::default() };
    export(text).with(|path| read(path, &options, true)).expect("read")
}

#[test]
fn lastpass_notes_become_papers_only_where_the_server_takes_them() {
    equal("lastpasscsv", "sample.csv");
    equal("lastpasscsv", "sample-papers.csv");
}

#[test]
fn a_date_of_a_lastpass_paper_that_is_none_stays_readable() {
    let text = "url,username,password,totp,extra,name,grouping,fav\n\
        http://sn,,,,\"NoteType:Passport\nDate of Birth:once upon a time\nNumber:1\",P,W,0\n";
    let reading = with_new_types(text);
    let ItemKind::Passport(passport) = &reading.items[0].kind else { panic!("a passport") };
    assert_eq!(passport.date_of_birth, None);
    let field = &reading.items[0].fields[0];
    assert_eq!(field.value.as_ref().map(Text::expose), Some("once upon a time"));
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(2)]);
}

fn papers() -> String {
    json!({ "encrypted": false, "items": [
        { "type": 6, "name": "B", "notes": "n", "bankAccount": {
            "bankName": "Contoso", "nameOnAccount": "Ana", "accountType": "checking",
            "accountNumber": "0001", "routingNumber": "021", "branchNumber": "7", "pin": "42",
            "swiftCode": "CONT", "iban": "CH93", "bankContactPhone": "555", "new": "?" } },
        { "type": 7, "name": "D", "driversLicense": { "firstName": "Ana", "licenseNumber": "D1",
            "issueDate": "2020-01-02", "licenseClass": null } },
        { "type": 8, "name": "P", "passport": { "surname": "Example", "passportNumber": "X1",
            "nationalIdentificationNumber": "N" } },
        { "type": 9, "name": "Q", "other": { "secret": "s" } },
    ]})
    .to_string()
}

#[test]
fn the_papers_of_a_bitwarden_export_keep_every_value() {
    let reading = with_new_types(&papers());
    let kinds: Vec<_> = reading.items.iter().map(|item| item.kind.name()).collect();
    assert_eq!(kinds, ["bankAccount", "driversLicense", "passport", "note"]);
    let ItemKind::BankAccount(account) = &reading.items[0].kind else { panic!("an account") };
    assert!(account.texts().iter().all(|(_, text)| text.is_some()));
    let ItemKind::Passport(passport) = &reading.items[2].kind else { panic!("a passport") };
    let number = passport.national_identification_number.as_ref();
    assert_eq!(number.map(Text::expose), Some("N"));
    assert_eq!(reading.rows(FindingCode::UnknownKind), [Some(4)], "what comes after them is told");
}

#[test]
fn without_the_new_kinds_the_papers_are_notes_that_hide_what_they_hold() {
    let reading = export(papers()).read().expect("read");
    assert!(reading.items.iter().all(|item| item.kind == ItemKind::Note));
    let fields = &reading.items[1].fields;
    assert!(fields.len() == 3 && fields.iter().all(|field| field.kind == FieldKind::Hidden));
    assert_eq!(reading.found(FindingCode::UnknownKind).len(), 4);
}
