//! Enpass: JSON and CSV.

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::model::{FindingCode, ItemKind, Text};

use super::fuzz::survives;
use super::normal::{fixture, read};
use super::samples_more::{equal, equal_but_collections};
use super::scratch::{export, login};

const MARKERS: [&str; 6] = ["CorrectHorse", "müller", "4111", "s3cret", "alice@", "XPEHPK"];

#[test]
fn enpass_csvs_become_what_the_official_client_makes_of_them() {
    equal("enpasscsv", "sample.csv");
    equal("enpasscsv", "sample-old.csv");
}

#[test]
fn enpass_jsons_become_what_the_official_client_makes_of_them() {
    equal_but_collections("enpassjson", "sample-kinds.json");
    equal_but_collections("enpassjson", "sample-nofolders.json");
    equal_but_collections("enpassjson", "sample.json");
}

fn notes(item: &wardroom_core::model::Item) -> &str {
    item.notes.as_ref().map_or("", Text::expose)
}

fn sample(value: &Value) -> super::normal::Reading {
    export(value.to_string()).read().expect("read")
}

fn item(title: &str, fields: Value) -> Value {
    json!({ "title": title, "template_type": "login.default", "fields": fields })
}

/// import-formats.md, section 7, point 1: the official client of 2026.9.0 loses such values.
#[test]
fn long_values_stay_when_a_note_follows() {
    let long = "K".repeat(201);
    let mut one = item("A", json!([{ "type": "text", "label": "Licence", "value": long }]));
    one["note"] = json!("the note  \n");
    let reading = sample(&json!({ "items": [one] }));
    assert_eq!(notes(&reading.items[0]), format!("Licence: {long}\n\nthe note"));
}

/// Section 7, point 2.
#[test]
fn long_values_of_a_csv_start_on_a_line_of_their_own() {
    let text = "A,Username,u,*Codes,\"1\n2\",the note\nB,Username,u,Password,p,\n";
    let reading = export(text).read().expect("read");
    assert_eq!(notes(&reading.items[0]), "the note\nCodes: 1\n2\n");
}

/// Section 7, point 11.
#[test]
fn the_trash_is_left_out_and_the_archive_is_marked() {
    let mut items = [item("T", json!([])), item("A", json!([])), item("L", json!([]))];
    items[0]["trashed"] = json!(1);
    items[1]["archived"] = json!(1);
    items[1]["updated_at"] = json!(1_700_000_000);
    let reading = sample(&json!({ "items": items }));
    assert_eq!(reading.names(), ["A", "L"]);
    assert_eq!(reading.rows(FindingCode::InTrash), [Some(1)]);
    assert_eq!(reading.items[0].archived.as_deref(), Some("2023-11-14T22:13:20.000Z"));
    assert_eq!(reading.items[1].archived, None);
}

/// Section 7, point 10: a person's item is in its first folder, as in the official client, an organization's in all.
#[test]
fn an_item_in_several_folders_is_in_all_collections_of_an_organization() {
    let mut one = item("A", json!([]));
    one["folders"] = json!(["b", "a", "b", "gone"]);
    let folders = json!([
        { "uuid": "a", "parent_uuid": "", "title": "One" },
        { "uuid": "b", "parent_uuid": "a", "title": "Two" },
        { "uuid": "x", "parent_uuid": "y", "title": "Round" },
        { "uuid": "y", "parent_uuid": "x", "title": "And round" },
    ]);
    let file = json!({ "items": [one], "folders": folders });
    let reading = sample(&file);
    assert_eq!(reading.summary.folders, ["One", "One/Two"]);
    assert_eq!(reading.items[0].folders, [1, 0]);
    assert_eq!(reading.found(FindingCode::FormatOddity).len(), 1, "a circle has no path");
    let alone = export(file.to_string())
        .with(|path| read(path, &ReadOptions::default(), false))
        .expect("read");
    assert_eq!(alone.items[0].folders, [1]);
}

#[test]
fn attachments_and_old_values_are_told() {
    let mut one =
        item("A", json!([{ "type": "password", "value": "p", "history": [{ "value": "o" }] }]));
    one["attachments"] = json!([{ "name": "passport.pdf" }, {}]);
    let reading = sample(&json!({ "items": [one] }));
    let told = reading.found(FindingCode::AttachmentsLeft);
    assert!(told[0].message.ends_with(": 2") && told[0].item == Some(0));
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 1);
}

#[test]
fn one_odd_entry_does_not_stop_the_rest() {
    let text = r#"{"items":[null,{"title":5,"template_type":"login.default","favorite":"x","folders":7,
        "fields":[null,{"type":"username","value":{"a":1}},{"type":"password","value":12}]},{bad},
        {"title":"B","template_type":null,"fields":[{"type":"password","label":"P","value":"p","sensitive":1}]}]}"#;
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["5", "B"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(1), Some(3)]);
    assert_eq!(login(&reading.items[0]).username.as_ref().map(Text::expose), Some("{\"a\":1}"));
    assert_eq!(login(&reading.items[0]).password.as_ref().map(Text::expose), Some("12"));
    assert_eq!(reading.items[1].fields.len(), 1, "without a template nothing is lost");
}

#[test]
fn empty_and_cut_files_are_refused() {
    for text in [r#"{"folders":[],"items":[]}"#, r#"{"items":[]}"#] {
        let refused = export(text).read_as("enpassjson");
        assert!(refused.is_err(), "{text}");
    }
    let whole = std::fs::read(fixture("enpassjson/sample.json")).expect("fixture");
    let cut = export(&whole[..whole.len() - 3]).read();
    assert!(matches!(cut.err(), Some(Error::Malformed { .. })));
}

#[test]
fn a_csv_row_of_a_title_alone_is_told_and_an_item_called_title_is_kept() {
    let text = "Title,Field,*\nA,Username,u,Password,p,\nlonely\nTitle,Username,u,Password,q,\n";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.names(), ["A", "Title"]);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(3)]);
    let card = "C,Cardholder,x,Number,4111,Expiry date,soon,CVC,1,\n".repeat(2);
    let reading = export(card).read_as("enpasscsv").expect("read");
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    assert_eq!(card.exp_month, None);
    assert_eq!(reading.items[0].fields.len(), 1, "an expiry that is none stays readable");
}

#[test]
fn enpass_csv_is_not_mistaken_for_others_nor_others_for_it() {
    for other in ["chromecsv/sample.csv", "lastpasscsv/sample.csv", "safaricsv/sample.csv"] {
        let bytes = std::fs::read(fixture(other)).expect("fixture");
        assert_ne!(export(&bytes).detect().format.as_deref(), Some("enpasscsv"), "{other}");
        let refused = export(bytes).read_as("enpasscsv");
        assert!(matches!(refused.err(), Some(Error::Malformed { .. })), "{other}");
    }
}

#[test]
fn damaged_enpass_exports_never_panic_or_tell() {
    survives("enpassjson/sample-kinds.json", "enpassjson", &MARKERS);
    survives("enpasscsv/sample.csv", "enpasscsv", &MARKERS);
}
