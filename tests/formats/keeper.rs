//! Keeper's exports.

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FindingCode, ItemKind};

use super::fuzz::survives;
use super::normal::{expected, fixture, read};
use super::sameness::{agree, patched, reading, same};
use super::scratch::export;

const JSON: &str = "keeperjson";
const CSV: &str = "keepercsv";

#[test]
fn a_keeper_json_becomes_what_the_official_client_makes_of_it() {
    let kinds = "keeperjson/sample-kinds.json";
    same(JSON, kinds, "keeperjson/sample-kinds.expected.json");
    same(JSON, "keeperjson/sample-old.json", "keeperjson/sample-old.expected.json");
    let folders = "keeperjson/sample-folders.json";
    same(JSON, folders, "keeperjson/sample-folders.expected.json");
    let shared = reading(JSON, folders, true).normal(true);
    agree(&shared, &expected("keeperjson/sample-folders.expected.org.json"), folders);
}

/// Section 7, points 15 (months), 16 (dates) and 20 (PKCS#1 keys).
#[test]
fn dates_months_and_keys_of_a_keeper_json_are_better() {
    for (organization, expectation) in
        [(false, "keeperjson/expected.json"), (true, "keeperjson/expected.org.json")]
    {
        let ours = reading(JSON, "keeperjson/sample.json", organization);
        assert_eq!(ours.found(FindingCode::Improved).len(), 3);
        let ours = ours.normal(organization);
        let key = ours["items"].as_array().unwrap().iter().find(|item| item["name"] == "SSH RSA");
        let private = key.unwrap()["sshKey"]["privateKey"].as_str().unwrap();
        assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
        agree(&ours, &better(expected(expectation), private), expectation);
    }
}

/// What the official client gave, with our dates and month, and the key, whose public part `ssh-keygen` gave.
fn better(theirs: Value, private: &str) -> Value {
    let fields = |item: &mut Value, dates: &[(&str, &str)]| {
        for (name, date) in dates {
            let fields = item["fields"].as_array_mut().unwrap();
            let field = fields.iter_mut().find(|field| field["name"] == *name).unwrap();
            field["value"] = json!(date);
        }
    };
    let theirs = patched(theirs, "Visa", |item| item["card"]["expMonth"] = json!("6"));
    let passport = [
        ("birthDate", "1990-07-21T22:00:00Z"),
        ("expirationDate", "2033-07-21T22:00:00Z"),
        ("dateIssued", "2023-08-14T22:00:00Z"),
    ];
    let license =
        [("birthDate", "1985-03-14T23:00:00Z"), ("expirationDate", "2028-03-14T23:00:00Z")];
    let key = [("expirationDate", "2025-12-30T23:00:00Z"), ("dateActive", "2024-01-14T23:00:00Z")];
    let theirs = patched(theirs, "Passport", |item| fields(item, &passport));
    let theirs = patched(theirs, "Licence", |item| fields(item, &license));
    let theirs = patched(theirs, "Licence key", |item| fields(item, &key));
    let theirs = patched(theirs, "Note", |item| fields(item, &[("date", "2024-10-14T22:00:00Z")]));
    patched(theirs, "SSH RSA", |item| {
        item["type"] = json!("sshKey");
        item["sshKey"] = json!({
            "privateKey": private,
            "publicKey": std::fs::read_to_string(fixture("keeperjson/ssh-rsa.pub")).unwrap().trim(),
            "keyFingerprint": "SHA256:+tY/KfJUgXnt00Bk/UPduS4yixaFfCGkAT0XJ7cbvDs",
        });
        item["fields"] = json!([
            { "name": "Username", "value": "deploy", "type": "text" },
            { "name": "Hostname", "value": "h.example.com", "type": "text" },
            { "name": "Port", "value": "22", "type": "text" },
        ]);
    })
}

#[test]
fn papers_and_accounts_of_keeper_get_kinds_of_their_own_where_the_server_takes_them() {
    let options = ReadOptions { new_types: true, ..ReadOptions::default() };
    let ours = read(&fixture("keeperjson/sample.json"), &options, false).unwrap().normal(false);
    let theirs = expected("keeperjson/expected.newtypes.json");
    let of = |whole: &Value| -> Vec<Value> {
        let new = ["bankAccount", "driversLicense", "passport"].map(|kind| json!(kind));
        let items = whole["items"].as_array().unwrap().iter();
        items.filter(|item| new.contains(&item["type"])).cloned().collect()
    };
    assert_eq!(of(&ours).len(), 3);
    assert_eq!(of(&ours), of(&theirs));
    let count = |whole: &Value| whole["items"].as_array().unwrap().len();
    assert_eq!(count(&ours), count(&theirs));
}

/// Section 7, point 2.
#[test]
fn a_keeper_csv_becomes_what_the_official_client_makes_of_it_but_for_a_missing_line_break() {
    let semicolon = "keepercsv/sample-semicolon.csv";
    same(CSV, semicolon, "keepercsv/sample-semicolon.expected.json");
    let ours = reading(CSV, "keepercsv/sample.csv", false);
    assert_eq!(ours.rows(FindingCode::DamagedRow), [Some(12)], "five cells are too few");
    assert_eq!(ours.found(FindingCode::Improved).len(), 1);
    let theirs = patched(expected("keepercsv/expected.json"), "Long field", |item| {
        let notes =
            item["notes"].as_str().unwrap().replacen("beforeRecovery", "before\nRecovery", 1);
        item["notes"] = json!(notes);
    });
    agree(&ours.normal(false), &theirs, "keepercsv/sample.csv");
}

#[test]
fn a_keeper_csv_has_papers_and_accounts_too() {
    let options = ReadOptions { new_types: true, ..ReadOptions::default() };
    let ours = read(&fixture("keepercsv/sample.csv"), &options, false).unwrap().normal(false);
    let items = ours["items"].as_array().unwrap();
    let of = |kind: &str| items.iter().find(|item| item["type"] == kind).unwrap();
    let account = of("bankAccount");
    assert_eq!(
        account["bankAccount"],
        json!({
            "nameOnAccount": "Jo Ann Doe", "accountType": "checking", "accountNumber": "123",
            "routingNumber": "456",
        })
    );
    assert_eq!(account["folders"], json!(["深"]));
    let passport = of("passport");
    assert_eq!(
        passport["passport"],
        json!({
            "surname": "Example", "givenName": "Jen Lynn", "dateOfBirth": "1990-07-22",
            "passportNumber": "X1", "issueDate": "2023-08-15", "expirationDate": "2033-07-02",
        })
    );
    let names: Vec<_> =
        passport["fields"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Other", "Username", "Password", "URL"]);
    assert_eq!(
        of("driversLicense")["driversLicense"],
        json!({
            "firstName": "Rob", "lastName": "Example", "dateOfBirth": "1985-03-15",
            "licenseNumber": "D1",
        })
    );
}

/// Section 7, point 17.
#[test]
fn a_row_of_column_names_is_no_item() {
    let text = "Folder,Title,Login,Password,Website Address,Notes,Shared Folder,Custom Fields\n\
        Work\\Sub,Mail,alice,pw,https://mail.example,n,,TFC:Keeper,KEY\n";
    let reading = export(text).read_as(CSV).unwrap();
    assert_eq!(reading.names(), ["Mail"]);
    assert_eq!(reading.summary.folders, ["Work/Sub", "Work"]);
}

#[test]
fn keeper_by_itself_takes_either_file() {
    for (sample, id) in [("keeperjson/sample-old.json", JSON), ("keepercsv/sample.csv", CSV)] {
        let bytes = std::fs::read(fixture(sample)).unwrap();
        let either = export(&bytes).read_as("keeper").unwrap();
        let own = export(&bytes).read_as(id).unwrap();
        assert_eq!(either.normal(true), own.normal(true));
        let found = export(&bytes).detect();
        assert_eq!(found.format.as_deref(), Some(id));
        assert!(found.alternatives.contains(&"keeper".to_owned()));
    }
    let stranger = std::fs::read(fixture("chromecsv/sample.csv")).unwrap();
    for id in ["keeper", CSV, JSON] {
        assert!(matches!(export(&stranger).read_as(id).err(), Some(Error::Malformed { .. })));
    }
}

#[test]
fn a_key_that_is_none_stays_in_a_note_with_everything_beside_it() {
    let record = json!({
        "title": "k", "$type": "sshKeys", "login": "root", "password": "phrase",
        "login_url": "https://h.example",
        "custom_fields": { "$keyPair": { "privateKey": "no key", "publicKey": "" } },
    });
    let reading = export(json!({ "records": [record] }).to_string()).read().unwrap();
    let item = &reading.items[0];
    assert_eq!(item.kind, ItemKind::Note);
    let names: Vec<_> =
        item.fields.iter().map(|field| field.name.as_ref().unwrap().expose()).collect();
    assert_eq!(names, ["Passphrase", "Username", "URL", "Private key"]);
}

#[test]
fn a_damaged_record_spoils_only_itself() {
    let records = json!([
        null, { "title": "a", "custom_fields": 5, "folders": "x", "references": [1] }, "text",
        { "title": "b", "attachments": ["x"], "references": { "$fileRef": ["f1", "f2"] }, "uid": "u" },
    ]);
    let reading = export(json!({ "records": records, "shared_folders": {} }).to_string());
    let reading = reading.read_as(JSON).unwrap();
    assert_eq!(reading.names(), ["a", "b"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(1), Some(3)]);
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(4)]);
    let files = reading.found(FindingCode::AttachmentsLeft);
    assert!(files.len() == 1 && files[0].message.starts_with("2 "));
}

#[test]
fn empty_and_hostile_keeper_files_are_refused() {
    for text in [r#"{"records":[]}"#, r#"{"records":[],"shared_folders":[]}"#] {
        assert!(matches!(export(text).read_as(JSON).err(), Some(Error::Empty)), "{text}");
    }
    let deep =
        format!(r#"{{"records":[{{"title":"a","$type":"login","x":{}"#, "[".repeat(1_000_000));
    assert!(matches!(export(deep).read_as(JSON).err(), Some(Error::Malformed { .. })));
    let whole = std::fs::read(fixture("keeperjson/sample.json")).unwrap();
    for cut in (1..whole.len() - 2).step_by(997) {
        let cut = export(&whole[..cut]).read_as(JSON);
        assert!(matches!(cut.err(), Some(Error::Malformed { .. })));
    }
}

const MARKERS: [&str; 5] = ["CorrectHorse", "alice", "müller", "example.com", "4111"];

#[test]
fn damaged_keeper_exports_never_panic_or_tell() {
    survives("keeperjson/sample-folders.json", JSON, &MARKERS);
    survives("keeperjson/sample-old.json", JSON, &MARKERS);
    survives("keepercsv/sample.csv", CSV, &MARKERS);
}
