//! 1Password's exports, of version 6 to 8.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FindingCode, ItemKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::fuzz::survives;
use super::normal::{Reading, expected, fixture, read};
use super::sameness::{agree, patched, reading, same, shared};
use super::scratch::{addresses, export, file, login};

const PUX: &str = "1password1pux";
const PIF: &str = "1password1pif";

#[test]
fn a_1pux_becomes_what_the_official_client_makes_of_it() {
    same(PUX, "1password1pux/sample.1pux", "1password1pux/expected.json");
    let inner = "1password1pux/sample-exportdata.json";
    same(PUX, inner, "1password1pux/sample-exportdata.expected.json");
    let kinds = "1password1pux/sample-kinds.1pux";
    same(PUX, kinds, "1password1pux/sample-kinds.expected.json");
}

/// Section 7, point 10: the official client keeps the first tag only, and no vault.
#[test]
fn every_tag_and_vault_of_a_1pux_becomes_a_collection() {
    let ours = reading(PUX, "1password1pux/sample.1pux", true);
    let find = |name: &str| ours.items.iter().find(|item| item.name.expose() == name).unwrap();
    let paths = |name: &str| -> Vec<&str> {
        let path = |index: &u32| ours.summary.folders[*index as usize].as_str();
        find(name).folders.iter().map(path).collect()
    };
    assert_eq!(paths("Example Mail"), ["Work", "Second", "Personal"]);
    assert_eq!(paths("Server"), ["Shared Ops"], "an item without tags is in its vault");
    assert_eq!(paths("🔐 Crypto Wallet 👩‍💻"), ["Personal", "Second"], "a tag called like the vault");
    assert_eq!(ours.found(FindingCode::Improved).len(), 1);
    let theirs = expected("1password1pux/expected.org.json");
    let ours = ours.normal(true);
    for (item, theirs) in bare(&ours).iter().zip(&bare(&theirs)) {
        assert_eq!(item, theirs, "nothing but the collections differs");
    }
}

/// Items without their collections.
fn bare(whole: &Value) -> Vec<Value> {
    let mut items = whole["items"].as_array().unwrap().clone();
    for item in &mut items {
        item.as_object_mut().unwrap().remove("collections");
    }
    items.sort_by_key(Value::to_string);
    items
}

#[test]
fn the_only_vault_of_a_1pux_is_no_collection() {
    let ours = reading(PUX, "1password1pux/sample-kinds.1pux", true);
    assert!(!ours.summary.folders.contains(&"Private".to_owned()));
}

/// An `export.data` with these items in one vault.
fn data(items: &Value) -> Value {
    json!({ "accounts": [{ "attrs": {}, "vaults": [{ "attrs": { "name": "V" }, "items": items }] }] })
}

fn item(title: &str, details: &Value) -> Value {
    json!({
        "uuid": "1", "favIndex": 0, "updatedAt": 1_710_000_000, "state": "active",
        "categoryUuid": "001", "details": details, "overview": { "title": title },
    })
}

fn text_of(items: &Value) -> String {
    data(items).to_string()
}

/// Section 7, point 1.
#[test]
fn values_too_long_for_a_field_stay_beside_the_note() {
    let fields = json!([
        { "title": "codes", "id": "1", "value": { "concealed": "one\ntwo" } },
        { "title": "key", "id": "2", "value": { "string": "x".repeat(201) } },
    ]);
    let details = json!({ "notesPlain": "the note\n", "sections": [{ "fields": fields }] });
    let reading = export(text_of(&json!([item("a", &details)]))).read().unwrap();
    let notes = reading.items[0].notes.as_ref().unwrap().expose();
    assert_eq!(notes, format!("the note\ncodes: one\ntwo\nkey: {}\n", "x".repeat(201)));
    assert_eq!(reading.found(FindingCode::Improved).len(), 1);
}

/// Section 7, point 11: the official client writes the time of the import.
#[test]
fn an_archived_item_was_archived_when_it_was_changed_last() {
    let mut archived = item("a", &json!({ "notesPlain": "n" }));
    archived["state"] = json!("archived");
    let reading = export(text_of(&json!([archived]))).read().unwrap();
    assert_eq!(reading.items[0].archived.as_deref(), Some("2024-03-09T16:00:00.000Z"));
}

/// Section 7, point 6.
#[test]
fn a_damaged_item_of_a_1pux_spoils_only_itself() {
    let broken_key = json!({ "sections": [{ "fields": [
        { "title": "key", "id": "k", "value": { "sshKey": { "metadata": { "privateKey": "no" } } } },
    ] }] });
    let mut key = item("key", &broken_key);
    key["categoryUuid"] = json!("114");
    let odd = json!({ "loginFields": 7, "sections": [{ "fields": [
        { "title": "no value" }, { "title": "v", "id": "v", "value": {} }, 5,
    ] }], "passwordHistory": {}, "notesPlain": "kept" });
    let items =
        json!([item("a", &json!({})), null, 7, item("b", &json!(null)), key, item("c", &odd)]);
    let reading = export(text_of(&items)).read().unwrap();
    assert_eq!(reading.names(), ["a", "c"]);
    let damaged = [Some(2), Some(3), Some(4), Some(5)];
    assert_eq!(reading.rows(FindingCode::DamagedRow), damaged);
    assert_eq!(reading.items[1].notes.as_ref().unwrap().expose(), "kept");
}

#[test]
fn what_hangs_on_an_item_is_told_by_number_only() {
    let details = json!({
        "documentAttributes": { "fileName": "secret-plan.pdf" },
        "sections": [{ "fields": [
            { "title": "f", "id": "f", "value": { "file": { "fileName": "secret-plan.pdf" } } },
            { "title": "w", "id": "w", "value": { "ssoLogin": { "x": 1 } } },
        ] }],
    });
    let reading = export(text_of(&json!([item("a", &details)]))).read().unwrap();
    let files = reading.found(FindingCode::AttachmentsLeft);
    assert!(files.len() == 1 && files[0].message.starts_with("2 attached files"));
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 1);
    assert!(!format!("{:?}", reading.summary.findings).contains("secret-plan"));
}

fn with_new_types(path: &std::path::Path) -> Reading {
    let options = ReadOptions { new_types: true, ..ReadOptions::default() };
    read(path, &options, false).unwrap()
}

/// A part of the only item of this kind.
fn part<'v>(whole: &'v Value, kind: &str) -> &'v Value {
    let items = whole["items"].as_array().unwrap();
    let mut of_kind = items.iter().filter(|item| item["type"] == kind);
    let found = of_kind.next().unwrap();
    assert!(of_kind.next().is_none(), "more than one {kind}");
    &found[kind]
}

#[test]
fn papers_and_accounts_get_kinds_of_their_own_where_the_server_takes_them() {
    let whole = with_new_types(&fixture("1password1pux/sample-kinds.1pux")).normal(false);
    assert_eq!(
        part(&whole, "bankAccount"),
        &json!({
            "bankName": "First", "nameOnAccount": "Own Er", "accountType": "savings",
            "routingNumber": "111", "accountNumber": "222", "swiftCode": "SW", "iban": "CH1",
            "pin": "55", "bankContactPhone": "9",
        })
    );
    assert_eq!(
        part(&whole, "driversLicense"),
        &json!({
            "firstName": "Jan", "middleName": "Peter", "lastName": "van Dijk",
            "dateOfBirth": "1990-01-01", "licenseNumber": "N1", "issuingCountry": "United States",
            "issuingState": "CA", "expirationDate": "2028-12-31", "licenseClass": "C",
        })
    );
    assert_eq!(
        part(&whole, "passport"),
        &json!({
            "surname": "Bandit", "givenName": "Cash", "dateOfBirth": "1981-01-28",
            "nationality": "American", "passportNumber": "76436847", "passportType": "P",
            "issuingCountry": "US", "issuingAuthority": "Gov", "birthPlace": "Town",
            "issueDate": "2018-01-19", "expirationDate": "2023-01-19",
        })
    );
    let whole = with_new_types(&fixture("1password1pif/sample.1pif")).normal(false);
    assert_eq!(
        part(&whole, "passport"),
        &json!({
            "surname": "C", "givenName": "A B", "dateOfBirth": "1990-01-01", "passportNumber": "X1",
            "passportType": "P", "issuingCountry": "CH", "expirationDate": "2030-03-17",
        })
    );
    assert_eq!(part(&whole, "driversLicense")["expirationDate"], json!("2030-01-31"));
    assert_eq!(part(&whole, "bankAccount")["accountType"], json!("savings"));
}

#[test]
fn a_csv_of_1password_6_and_7_becomes_what_the_official_client_makes_of_it() {
    let windows = "1passwordwincsv";
    same(windows, "1passwordwincsv/sample.csv", "1passwordwincsv/expected.json");
    let mac = "1passwordmaccsv";
    same(mac, "1passwordmaccsv/sample.csv", "1passwordmaccsv/expected.json");
    same(mac, "1passwordmaccsv/sample-types.csv", "1passwordmaccsv/sample-types.expected.json");
    // Section 7, point 19: the column URL.
    let more = reading(windows, "1passwordwincsv/sample-more.csv", false).normal(false);
    let theirs = expected("1passwordwincsv/sample-more.expected.json");
    let theirs = patched(theirs, "URL only", |item| {
        item["login"]["uris"] = json!([{ "uri": "https://only.example" }]);
    });
    agree(&more, &theirs, "sample-more.csv");
}

/// Section 7, point 10.
#[test]
fn tags_of_the_older_csvs_become_collections() {
    let ours = reading("1passwordwincsv", "1passwordwincsv/sample-more.csv", true);
    assert_eq!(ours.summary.folders, ["t1", "alpha", "beta gamma"]);
    assert!(!ours.found(FindingCode::Improved).is_empty());
}

#[test]
fn an_expiry_without_a_day_does_not_end_the_import() {
    let text = "\"UUID\",\"TITLE\",\"1: NUMBER\",\"2: EXPIRY DATE\"\n\
        \"1\",\"short\",\"4111\",\"06/2029\"\n\"2\",\"odd\",\"4111\",\"soon\"\n";
    let reading = export(text).read_as("1passwordwincsv").unwrap();
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    assert_eq!(card.exp_month.as_ref().unwrap().expose(), "6");
    assert_eq!(card.exp_year.as_ref().unwrap().expose(), "2029");
    assert_eq!(reading.items[1].fields.len(), 1, "what is no date is kept as it is");
}

#[test]
fn a_1pif_becomes_what_the_official_client_makes_of_it() {
    same(PIF, "1password1pif/sample.1pif", "1password1pif/expected.json");
    let folders = "1password1pif/sample-folders.1pif";
    same(PIF, folders, "1password1pif/sample-folders.expected.json");
}

/// Section 7, point 10.
#[test]
fn tags_and_folders_of_a_1pif_become_collections() {
    let ours = reading(PIF, "1password1pif/sample-folders.1pif", true);
    assert_eq!(ours.names(), ["In folder"], "a folder is no note");
    assert_eq!(ours.summary.folders, ["Customer A", "Tag1", "Tag2"]);
    assert_eq!(ours.items[0].folders, [0, 1, 2]);
}

#[test]
fn a_damaged_line_of_a_1pif_spoils_only_itself() {
    let whole = std::fs::read_to_string(fixture("1password1pif/sample.1pif")).unwrap();
    let count = export(&whole).read().unwrap().items.len();
    let damaged = format!("{{\"uuid\": oops\n{whole}{{\"uuid\":\"cut");
    let reading = export(damaged).read().unwrap();
    assert_eq!(reading.items.len(), count);
    assert_eq!(reading.rows(FindingCode::DamagedRow)[0], Some(1));
    assert_eq!(reading.found(FindingCode::DamagedRow).len(), 2);
    assert_eq!(reading.found(FindingCode::InTrash).len(), 1);
}

#[test]
fn the_csv_of_1password_8_is_read_though_no_official_client_does() {
    let ours = reading("1password8csv", "1password8csv/sample.csv", true);
    assert_eq!(ours.names(), ["Example Mail", "Zürich Bänk", "Only a note", "--"]);
    let mail = &ours.items[0];
    assert!(mail.favorite && mail.archived.is_none());
    assert_eq!(login(mail).password.as_ref().unwrap().expose(), "p,w\"x");
    assert!(login(mail).totp.as_ref().unwrap().expose().starts_with("otpauth://"));
    assert_eq!(mail.notes.as_ref().unwrap().expose(), "line 1\nline 2");
    assert_eq!(ours.summary.folders, ["Work", "Clients/Contoso", "Clients", "Notes"]);
    assert_eq!(mail.folders, [0, 1]);
    assert!(ours.items[1].archived.is_some());
    assert_eq!(addresses(&ours.items[1]), ["http://bank.example.ch"]);
    assert_eq!(ours.items[2].kind.name(), "note");
}

#[test]
fn the_encoding_of_an_export_does_not_matter() {
    let text = text_of(&json!([item("Zürich", &json!({ "notesPlain": "ß" }))]));
    let bom = export(format!("\u{FEFF}{text}")).read().unwrap();
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf16 = export(utf16).read().unwrap();
    assert_eq!(bom.names(), ["Zürich"]);
    assert_eq!(utf16.names(), ["Zürich"]);
    assert!(!utf16.found(FindingCode::Improved).is_empty());
}

fn zipped(member: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(member, SimpleFileOptions::default()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

/// Section 7, point 7: the official client ends with an error nobody understands.
#[test]
fn archives_that_are_not_what_they_seem_are_refused_by_name() {
    let whole = std::fs::read(fixture("1password1pux/sample.1pux")).unwrap();
    for cut in [5, whole.len() / 2, whole.len() - 3] {
        let error = file("cut.1pux", &whole[..cut]).read().err().unwrap();
        assert!(matches!(error, Error::Malformed { .. }), "cut at {cut}: {error}");
    }
    let other = export(zipped("other.txt", b"x")).read_as(PUX).err().unwrap();
    assert!(matches!(other, Error::Malformed { .. }), "{other}");
    for content in
        [&b""[..], b"{}", b"[]", b"{\"accounts\":[]}", b"{\"accounts\":{}}", b"\0\x01\x02"]
    {
        let error = export(zipped("export.data", content)).read().err().unwrap();
        assert!(matches!(error, Error::Malformed { .. } | Error::Empty), "{error}");
    }
    let deep = format!("{{\"accounts\":[{{\"vaults\":[{}", "[".repeat(100_000));
    assert!(matches!(export(deep).read().err(), Some(Error::Malformed { .. })));
}

#[test]
fn an_archive_that_unpacks_without_end_is_refused() {
    let bomb = zipped("export.data", &vec![b' '; 257 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024, "small outside");
    assert!(matches!(export(bomb).read().err(), Some(Error::TooLarge { .. })));
}

#[test]
fn in_an_organization_an_export_is_the_same_but_for_what_belongs_to_a_person() {
    let ours = reading("1passwordmaccsv", "1passwordmaccsv/sample-types.csv", true).normal(true);
    let theirs = shared(expected("1passwordmaccsv/sample-types.expected.json"));
    agree(&ours, &theirs, "sample-types.csv");
}

const MARKERS: [&str; 4] = ["CorrectHorse", "alice", "example.com", "4111"];

#[test]
fn damaged_1password_exports_never_panic_or_tell() {
    survives("1password1pux/sample-exportdata.json", PUX, &MARKERS);
    survives("1password1pif/sample.1pif", PIF, &MARKERS);
    survives("1passwordmaccsv/sample.csv", "1passwordmaccsv", &MARKERS);
    survives("1password8csv/sample.csv", "1password8csv", &MARKERS);
}

#[test]
fn damaged_1pux_archives_never_panic_or_tell() {
    survives("1password1pux/sample.1pux", PUX, &MARKERS);
}
