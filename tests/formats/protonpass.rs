//! Proton Pass's exports.

use std::io::{Cursor, Write};

use serde_json::json;
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FindingCode, ItemKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::fuzz::survives;
use super::normal::{expected, fixture, read};
use super::sameness::{agree, patched, reading, same, shared};
use super::scratch::{addresses, export, file, login};

const ID: &str = "protonpass";

/// Section 7, point 2 (the missing line break) is the only difference.
#[test]
fn a_proton_pass_export_becomes_what_the_official_client_makes_of_it() {
    let theirs = patched(expected("protonpass/expected.json"), "Notes long", |item| {
        item["notes"] = json!("note\nrec: 1\n2\n");
    });
    let ours = reading(ID, "protonpass/sample.zip", false);
    assert_eq!(ours.found(FindingCode::InTrash).len(), 1);
    agree(&ours.normal(false), &theirs, "sample.zip");
    let ours = reading(ID, "protonpass/sample.zip", true).normal(true);
    agree(&ours, &shared(theirs), "sample.zip");
    same(ID, "protonpass/sample-data.json", "protonpass/sample-data.expected.json");
}

/// Section 7, points 13 and 23.
#[test]
fn what_the_official_client_drops_is_kept_or_told() {
    let ours = reading(ID, "protonpass/sample-better.json", true);
    assert_eq!(ours.names(), ["Wifi", "With passkey", "Tot in section"]);
    let wifi = &ours.items[0];
    assert_eq!(wifi.kind, ItemKind::Note);
    let fields: Vec<_> = wifi
        .fields
        .iter()
        .map(|field| {
            let text = |text: &Option<wardroom_core::model::Text>| {
                text.as_ref().unwrap().expose().to_owned()
            };
            (text(&field.name), text(&field.value), field.kind.number())
        })
        .collect();
    let field = |name: &str, value: &str, kind| (name.to_owned(), value.to_owned(), kind);
    assert_eq!(fields, [field("ssid", "net", 0), field("password", "wpw", 1), field("f", "g", 0)]);
    assert_eq!(ours.found(FindingCode::ValueNotUnderstood).len(), 1, "a passkey is left");
    assert_eq!(ours.found(FindingCode::AttachmentsLeft).len(), 1);
    let theirs = expected("protonpass/sample-better.expected.json");
    assert_eq!(theirs["items"].as_array().unwrap().len(), 2, "the official client drops one");
}

#[test]
fn papers_and_accounts_of_proton_pass_get_kinds_of_their_own_where_the_server_takes_them() {
    let options = ReadOptions { new_types: true, ..ReadOptions::default() };
    let ours = read(&fixture("protonpass/sample.zip"), &options, false).unwrap().normal(false);
    let items = ours["items"].as_array().unwrap();
    let of = |kind: &str, name: &str| {
        let found = items.iter().find(|item| item["type"] == kind && item["name"] == name);
        found.unwrap()[kind].clone()
    };
    assert_eq!(
        of("bankAccount", "Bank"),
        json!({
            "bankName": "B", "nameOnAccount": "H", "accountType": "savings", "accountNumber": "1",
            "routingNumber": "2", "swiftCode": "S", "iban": "I",
        })
    );
    assert_eq!(
        of("passport", "Passport"),
        json!({
            "surname": "C", "givenName": "A B", "dateOfBirth": "1990-01-01", "passportNumber": "P",
            "issuingCountry": "CH", "issuingAuthority": "IA", "expirationDate": "2030-01-01",
        })
    );
    assert_eq!(
        of("driversLicense", "Licence"),
        json!({
            "firstName": "A", "lastName": "C", "dateOfBirth": "1991-01-01", "licenseNumber": "L",
            "issuingState": "ZH", "expirationDate": "2031-01-01", "licenseClass": "B",
        })
    );
    assert_eq!(of("passport", "Full"), json!({ "passportNumber": "P1" }));
    assert_eq!(of("driversLicense", "Full"), json!({ "licenseNumber": "L1" }));
    let person = of("identity", "Full");
    assert!(person.get("passportNumber").is_none() && person.get("licenseNumber").is_none());
}

#[test]
fn the_csv_of_proton_pass_is_read_though_no_official_client_does() {
    let ours = reading("protonpasscsv", "protonpasscsv/sample.csv", true);
    let names = ["Example Mail", "Email only", "Alias", "Note", "Card", "Person", "Wifi"];
    assert_eq!(ours.names(), names);
    let mail = &ours.items[0];
    assert_eq!(addresses(mail), ["https://mail.example.com/login", "https://two.example.com"]);
    assert_eq!(login(mail).username.as_ref().unwrap().expose(), "alice");
    assert_eq!(mail.fields.len(), 1, "the e-mail address beside the user name");
    assert_eq!(login(&ours.items[1]).username.as_ref().unwrap().expose(), "m@example.ch");
    let alias = login(&ours.items[2]).username.as_ref().unwrap().expose();
    assert_eq!(alias, "x.y@passmail.example");
    let ItemKind::Card(card) = &ours.items[4].kind else { panic!("a card") };
    assert_eq!(card.exp_month.as_ref().unwrap().expose(), "6");
    assert_eq!(ours.items[4].notes.as_ref().unwrap().expose(), "cn");
    let ItemKind::Identity(person) = &ours.items[5].kind else { panic!("an identity") };
    assert_eq!(person.middle_name.as_ref().unwrap().expose(), "K");
    assert_eq!(ours.items[6].kind, ItemKind::Note);
    assert_eq!(ours.summary.folders, ["Personal", "Work/Sub", "Work"]);
    assert!(ours.summary.findings.is_empty(), "{:?}", ours.summary.findings);
}

fn zipped(member: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(member, SimpleFileOptions::default()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

/// Section 7, point 7.
#[test]
fn a_sealed_export_is_refused_with_what_to_do() {
    let sealed = [
        export(zipped("Proton Pass/data.pgp", b"-----BEGIN PGP MESSAGE-----")),
        file("proton pass export.pgp", "-----BEGIN PGP MESSAGE-----\n\nx\n"),
        export(r#"{"version":"1","userId":"u","encrypted":true,"vaults":{}}"#),
    ];
    for scratch in sealed {
        let error = scratch.read().err().unwrap();
        assert!(error.to_string().contains("PGP"), "{error}");
    }
}

#[test]
fn a_damaged_item_spoils_only_itself() {
    let data = |name: &str| json!({ "metadata": { "name": name }, "type": "login", "content": {} });
    let items = json!([null, { "data": null }, { "data": data("a") }, 5, { "data": data("b"), "state": 1 }]);
    let whole = json!({ "userId": "u", "version": "1", "vaults": { "v": { "items": items, "name": "V" } } });
    let reading = export(whole.to_string()).read().unwrap();
    assert_eq!(reading.names(), ["a", "b"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(1), Some(2), Some(4)]);
    assert_eq!(reading.summary.folders, ["V"], "the name may stand behind the items");
}

#[test]
fn empty_and_hostile_exports_are_refused() {
    let empty = r#"{"userId":"u","vaults":{"v":{"name":"V","items":[]}}}"#;
    assert!(matches!(export(empty).read().err(), Some(Error::Empty)));
    for content in [&b"{}"[..], b"[]", b"{\"vaults\":[]}", b"\xFF\0"] {
        let error = export(zipped("Proton Pass/data.json", content)).read().err().unwrap();
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
    }
    let bomb = zipped("Proton Pass/data.json", &vec![b' '; 257 * 1024 * 1024]);
    assert!(matches!(export(bomb).read().err(), Some(Error::TooLarge { .. })));
}

const MARKERS: [&str; 4] = ["alice", "example.com", "4242", "otpauth"];

#[test]
fn damaged_proton_pass_exports_never_panic_or_tell() {
    survives("protonpass/sample-data.json", ID, &MARKERS);
    survives("protonpass/sample.zip", ID, &MARKERS);
    survives("protonpasscsv/sample.csv", "protonpasscsv", &MARKERS);
}
