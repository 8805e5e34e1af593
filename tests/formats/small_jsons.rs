//! Psono, Password Boss, Passman, Passky, GNOME, F-Secure KEY, Avast and the old Dashlane.

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::model::{Field, FieldKind, FindingCode, Item, ItemKind, Text};

use super::fuzz::survives;
use super::normal::{Reading, fixture, read};
use super::samples_more::{equal, equal_but_collections, equal_but_line_break};
use super::scratch::{export, login};

#[test]
fn psono_exports_become_what_the_official_client_makes_of_them() {
    equal_but_line_break("psonojson", "sample.json", "en", "L: ");
    equal("psonojson", "sample-kinds.json");
}

#[test]
fn password_boss_exports_become_what_the_official_client_makes_of_them() {
    equal_but_collections("passwordbossjson", "sample.json");
    equal_but_collections("passwordbossjson", "sample-kinds.json");
}

#[test]
fn passman_exports_become_what_the_official_client_makes_of_them() {
    equal("passmanjson", "sample.json");
}

#[test]
fn passky_exports_become_what_the_official_client_makes_of_them() {
    equal("passkyjson", "sample.json");
    equal("passkyjson", "sample-kinds.json");
}

#[test]
fn gnome_exports_become_what_the_official_client_makes_of_them() {
    equal("gnomejson", "sample.json");
}

#[test]
fn f_secure_exports_become_what_the_official_client_makes_of_them() {
    equal("fsecurefsk", "sample.fsk");
    equal("fsecurefsk", "sample-kinds.fsk");
}

#[test]
fn avast_exports_become_what_the_official_client_makes_of_them() {
    equal("avastjson", "sample.json");
    equal("avastjson", "sample-kinds.json");
    equal("avastcsv", "sample.csv");
}

#[test]
fn old_dashlane_exports_become_what_the_official_client_makes_of_them() {
    equal("dashlanejson", "sample.json");
}

fn reading(file: &Value) -> Reading {
    export(file.to_string()).read().expect("read")
}

fn shown(text: Option<&Text>) -> &str {
    text.map_or("", Text::expose)
}

fn field<'i>(item: &'i Item, name: &str) -> (&'i str, FieldKind) {
    let named = |field: &&Field| shown(field.name.as_ref()) == name;
    let field = item.fields.iter().find(named).expect(name);
    (shown(field.value.as_ref()), field.kind)
}

/// import-formats.md, section 7, point 23.
#[test]
fn psono_entries_of_unknown_types_are_notes_that_keep_everything() {
    let reading = reading(&json!({ "folders": [{ "name": "Keys", "items": [{
        "id": "1", "type": "mail_gpg_own_key", "name": "My key", "mail_gpg_own_key_title": "GPG",
        "mail_gpg_own_key_name": "Ana", "mail_gpg_own_key_email": "ana@example.com",
        "mail_gpg_own_key_public": "-----BEGIN PGP PUBLIC-----\nx", "mail_gpg_own_key_private": "-----BEGIN PGP PRIVATE-----",
    }]}]}));
    let item = &reading.items[0];
    assert_eq!((item.kind.name(), item.name.expose()), ("note", "GPG"));
    assert_eq!(field(item, "mail_gpg_own_key_private").1, FieldKind::Hidden);
    assert_eq!(field(item, "mail_gpg_own_key_email"), ("ana@example.com", FieldKind::Text));
    assert!(shown(item.notes.as_ref()).starts_with("mail_gpg_own_key_public: -----BEGIN"));
    assert_eq!(reading.rows(FindingCode::UnknownKind), [Some(1)]);
}

#[test]
fn psono_cards_and_totp_keys_find_their_places() {
    let reading = reading(&json!({ "items": [
        { "type": "credit_card", "name": "C", "credit_card_title": "Visa", "credit_card_number": "4111111111111111",
          "credit_card_name": "Ana", "credit_card_cvc": "123", "credit_card_valid_through": "0629", "credit_card_pin": "0042" },
        { "type": "website_password", "website_password_title": "W", "website_password_totp_code": "JBSWY3DP",
          "website_password_totp_period": 30, "create_date": null },
    ]}));
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    let card: Vec<_> = card.texts().iter().map(|(_, text)| shown(*text)).collect();
    assert_eq!(card, ["Ana", "Visa", "4111111111111111", "6", "2029", "123"]);
    assert_eq!(field(&reading.items[0], "credit_card_pin"), ("0042", FieldKind::Hidden));
    assert_eq!(shown(login(&reading.items[1]).totp.as_ref()), "JBSWY3DP");
}

/// Section 7, points 10 and 18.
#[test]
fn a_password_boss_item_without_identifiers_does_not_move_the_next_one() {
    let reading = reading(
        &json!({ "folders": [{ "id": "f", "name": "F" }, { "id": "g", "name": "G" }], "items": [
            { "name": "Empty", "type": "Website", "folder": "f", "identifiers": null },
            { "name": "Next", "type": "Website", "folder": "g", "identifiers": { "username": "u" } },
        ]}),
    );
    assert_eq!(reading.names(), ["Next"]);
    assert_eq!(reading.summary.folders[reading.items[0].folders[0] as usize], "G");
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(1)]);
}

#[test]
fn the_month_of_a_password_boss_card_is_that_of_utc_and_an_odd_expiry_stays() {
    let card = |expires: &str| {
        let reading = reading(&json!({ "items": [{ "type": "CreditCard", "name": "C",
            "identifiers": { "cardNumber": "4111", "expires": expires } }] }));
        let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
        let read = (card.exp_month.clone(), card.exp_year.clone());
        (shown(read.0.as_ref()).to_owned(), shown(read.1.as_ref()).to_owned(), reading)
    };
    let (month, year, _) = card("2029-06-30T23:30:00.000Z");
    assert_eq!((&*month, &*year), ("6", "2029"), "section 7, point 16");
    let (month, year, _) = card("10/2030");
    assert_eq!((&*month, &*year), ("10", "2030"));
    let (month, _, reading) = card("soon");
    assert_eq!((&*month, field(&reading.items[0], "expires").0), ("", "soon"));
}

/// Section 7, point 14.
#[test]
fn passwords_among_the_fields_of_passman_are_hidden_and_files_are_told() {
    let reading =
        reading(&json!([{ "label": "A", "username": "u", "password": "p", "files": [{}, {}],
        "custom_fields": [
            { "label": "PIN", "value": "0042", "field_type": "password" },
            { "label": "Scan", "value": { "filename": "x" }, "field_type": "file" },
        ] }]));
    assert_eq!(field(&reading.items[0], "PIN"), ("0042", FieldKind::Hidden));
    assert!(reading.found(FindingCode::AttachmentsLeft)[0].message.ends_with(": 3"));
}

#[test]
fn an_encrypted_passky_backup_is_refused_wherever_it_says_so() {
    for text in [
        r#"{"encrypted":true,"passwords":[{"website":"x"}]}"#,
        r#"{"passwords":[{"website":"x"}],"encrypted":true}"#,
    ] {
        let Err(Error::Malformed { problem, .. }) = export(text).read() else { panic!("refused") };
        assert!(problem.contains("encrypted"));
    }
}

#[test]
fn secrets_and_records_without_a_place_are_told() {
    let gnome = reading(&json!({ "Login": [
        { "display_name": "Wi-Fi", "secret": "s" },
        { "display_name": "https://a.example", "secret": "s" },
    ]}));
    assert_eq!((gnome.items.len(), gnome.rows(FindingCode::UnknownKind)), (1, vec![Some(1)]));
    let dashlane = reading(
        &json!({ "PAYMENTMEAN_PAYPAL": [{ "login": "x" }], "AUTHENTIFIANT": [{ "title": "A", "login": "u" }],
        "PAYMENTMEANS_CREDITCARD": [{ "bank": "B", "securityCode": "1" }] }),
    );
    assert_eq!(dashlane.rows(FindingCode::UnknownKind), [Some(3)]);
    assert_eq!(dashlane.rows(FindingCode::ValueNotUnderstood), [Some(2)]);
    let fsk = reading(&json!({ "data": {
        "a": { "service": "A", "type": 3, "creditNumber": "" },
        "b": { "service": "B", "type": 1, "username": "u", "creditNumber": "", "passwordList": [{ "password": "o" }] },
    }}));
    assert_eq!((fsk.names(), fsk.rows(FindingCode::UnknownKind)), (vec!["B"], vec![Some(1)]));
    assert_eq!(fsk.found(FindingCode::ValueNotUnderstood).len(), 1);
}

#[test]
fn one_odd_record_does_not_stop_the_rest() {
    for (id, text) in [
        (
            "psonojson",
            r#"{"items":[null,5,{"type":"note","note_title":"A"},{x},{"type":"note","note_title":["B"]}]}"#,
        ),
        (
            "passwordbossjson",
            r#"{"folders":[null,{"id":1}],"items":[[],{"name":"A","identifiers":{"username":"u","custom_fields":"x"}},{y:1},{"name":"B","identifiers":[]}]}"#,
        ),
        (
            "passmanjson",
            r#"[null,{"label":"A","username":1,"password":null,"tags":[null],"custom_fields":[null,7]},{:},{"label":"B","otp":5}]"#,
        ),
        (
            "passkyjson",
            r#"{"passwords":["x",{"website":"A","username":"u"},{"a":},{"website":"B","message":{}}]}"#,
        ),
        (
            "gnomejson",
            r#"{"K":[{"display_name":"https://A","secret":"s","attributes":[]},7,{,},{"display_name":"https://B","secret":{"a":1}}]}"#,
        ),
        (
            "fsecurefsk",
            r#"{"data":{"a":null,"b":{"service":"A","type":1,"creditNumber":null},"c":{!},"d":{"service":"B","type":2}}}"#,
        ),
        (
            "avastjson",
            r#"{"logins":[7,{"custName":"A","loginName":[1,2]},{?},{"custName":"B"}],"notes":"x","cards":{}}"#,
        ),
        (
            "dashlanejson",
            r#"{"AUTHENTIFIANT":[null,{"title":"A","login":"u"},{#},{"title":"B","domain":7}],"X":5}"#,
        ),
    ] {
        let scratch = export(text);
        assert_eq!(scratch.detect().format.as_deref(), Some(id), "{text}");
        let reading = scratch.read().expect(id);
        let names: Vec<_> = reading.items.iter().map(|item| item.name.expose()).collect();
        let all = names.iter().filter(|name| ["A", "B"].contains(*name)).count();
        assert_eq!(all, 2, "{id}: {names:?}");
        assert!(!reading.found(FindingCode::DamagedRow).is_empty(), "{id}");
    }
}

#[test]
fn empty_cut_and_deep_files_are_refused() {
    for (id, empty) in [
        ("psonojson", r#"{"folders":[],"items":[],"note_title":1}"#),
        ("passwordbossjson", r#"{"folders":[],"items":[]}"#),
        ("passmanjson", "[]"),
        ("passkyjson", r#"{"encrypted":false,"passwords":[]}"#),
        ("gnomejson", "{}"),
        ("fsecurefsk", r#"{"data":{}}"#),
        ("avastjson", r#"{"logins":[],"cards":[],"notes":[]}"#),
        ("dashlanejson", r#"{"AUTHENTIFIANT":[]}"#),
    ] {
        assert!(export(empty).read_as(id).is_err(), "{id}");
        let deep = format!(r#"{{"items":[],"x":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(export(deep).read_as(id).is_err(), "{id}");
    }
    for sample in SAMPLES {
        let whole = std::fs::read(fixture(sample.1)).expect("fixture");
        let cut = export(&whole[..whole.len() - 3]).read();
        assert!(matches!(cut.err(), Some(Error::Malformed { .. })), "{}", sample.1);
    }
}

const SAMPLES: [(&str, &str); 8] = [
    ("psonojson", "psonojson/sample-kinds.json"),
    ("passwordbossjson", "passwordbossjson/sample-kinds.json"),
    ("passmanjson", "passmanjson/sample.json"),
    ("passkyjson", "passkyjson/sample-kinds.json"),
    ("gnomejson", "gnomejson/sample.json"),
    ("fsecurefsk", "fsecurefsk/sample-kinds.fsk"),
    ("avastjson", "avastjson/sample-kinds.json"),
    ("dashlanejson", "dashlanejson/sample.json"),
];

#[test]
fn none_of_them_is_mistaken_for_another_nor_readable_as_one() {
    for (id, sample) in SAMPLES {
        let path = fixture(sample);
        let found = formats::detect(&path).expect("readable");
        assert!(found.confidence >= 0.9 && !found.needs_password, "{sample}");
        for (other, _) in SAMPLES.iter().filter(|(other, _)| *other != id) {
            let options =
                ReadOptions { format: Some((*other).to_owned()), ..ReadOptions::default() };
            let refused = read(&path, &options, true);
            assert!(matches!(refused.err(), Some(Error::Malformed { .. })), "{sample} as {other}");
        }
    }
}

#[test]
fn texts_in_other_encodings_are_read() {
    let text = r#"{"encrypted":false,"passwords":[{"website":"zürich.example","username":"müller","password":"p"}]}"#;
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat();
    let crlf = text.replace(',', ",\r\n");
    for bytes in [utf16, marked, crlf.into_bytes()] {
        let reading = export(bytes).read().expect("read");
        assert_eq!(reading.names(), ["zürich.example"]);
    }
}

#[test]
fn damaged_exports_never_panic_or_tell() {
    let markers = ["CorrectHorse", "müller", "4111", "s3cret", "JBSWY3DP", "0042"];
    for (id, sample) in SAMPLES {
        survives(sample, id, &markers);
    }
    survives("avastcsv/sample.csv", "avastcsv", &markers);
}
