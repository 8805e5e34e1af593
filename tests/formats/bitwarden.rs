//! Corners of Bitwarden's own formats.

use serde_json::json;
use wardroom_core::model::{FieldKind, FindingCode, ItemKind, Text};

use super::scratch::{addresses, export, login, password};

#[test]
fn folders_may_stand_after_the_items_that_name_them() {
    let text = r#"{"items":[{"type":2,"name":"A","folderId":"f1"},{"type":2,"name":"B","folderId":"f9"}],
        "folders":[{"id":"f1","name":"W"},{"id":null,"name":"none"},null],"encrypted":false}"#;
    let reading = export(text).read().expect("read");
    assert_eq!(reading.summary.folders, ["W"]);
    assert_eq!(reading.items[0].folders, [0]);
    assert!(reading.items[1].folders.is_empty());
    let odd = reading.found(FindingCode::FormatOddity);
    assert_eq!((odd.len(), odd[0].row), (1, Some(2)), "a folder that is not there is told");
}

#[test]
fn an_item_in_several_collections_is_in_each_once() {
    let text = json!({
        "encrypted": false,
        "collections": [{ "id": "1", "name": "A" }, { "id": "2", "name": "B" }],
        "items": [{ "type": 2, "name": "N", "collectionIds": ["2", "1", "2", null, 5] }],
    });
    let reading = export(text.to_string()).read().expect("read");
    assert_eq!(reading.items[0].folders, [1, 0]);
}

#[test]
fn numbers_and_truth_values_are_taken_as_texts_where_a_text_belongs() {
    let text = json!({ "encrypted": false, "items": [
        { "type": 3, "name": 5, "card": { "expMonth": 6, "expYear": 2029, "number": { "x": 1 } } },
    ]});
    let reading = export(text.to_string()).read().expect("read");
    assert_eq!(reading.names(), ["5"]);
    let ItemKind::Card(card) = &reading.items[0].kind else { panic!("a card") };
    assert_eq!(card.exp_month.as_ref().map(Text::expose), Some("6"));
    assert_eq!(card.number, None);
    assert_eq!(
        reading.found(FindingCode::ValueNotUnderstood)[0].field.as_deref(),
        Some("card.number")
    );
}

#[test]
fn a_key_given_twice_counts_as_javascript_counts_it() {
    let text = r#"{"encrypted":false,"items":[{"type":1,"name":"A","name":"B","login":{"password":"1","password":"2"}}]}"#;
    let reading = export(text).read().expect("read");
    assert_eq!((reading.names(), password(&reading.items[0])), (vec!["B"], "2"));
}

#[test]
fn only_five_old_passwords_are_kept_and_bad_dates_are_told() {
    let old = |n: u32| json!({ "password": n.to_string(), "lastUsedDate": "2024-07-01T00:00:00Z" });
    let mut history: Vec<_> = (0..7).map(old).collect();
    history[1]["lastUsedDate"] = json!("yesterday");
    let text = json!({ "encrypted": false, "items": [
        { "type": 1, "name": "A", "login": {}, "passwordHistory": history },
    ]});
    let reading = export(text.to_string()).read().expect("read");
    let kept: Vec<_> =
        reading.items[0].password_history.iter().map(|old| old.password.expose()).collect();
    assert_eq!(kept, ["0", "1", "2", "3", "4"]);
    assert_eq!(reading.items[0].password_history[0].last_used, "2024-07-01T00:00:00.000Z");
    let odd = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!(odd[0].field.as_deref(), Some("passwordHistory[1].lastUsedDate"));
}

#[test]
fn match_rules_and_field_kinds_beyond_the_known_are_told() {
    let text = json!({ "encrypted": false, "items": [{
        "type": 1, "name": "A",
        "fields": [{ "name": "f", "value": "v", "type": 9 }],
        "login": { "uris": [{ "uri": "a.example", "match": 9 }, { "uri": "b.example", "match": 2 }] },
    }]});
    let reading = export(text.to_string()).read().expect("read");
    assert_eq!(reading.items[0].fields[0].kind, FieldKind::Hidden, "it may hold a secret");
    let rules: Vec<_> = login(&reading.items[0]).uris.iter().map(|uri| uri.matching).collect();
    assert_eq!(rules, [None, Some(2)]);
    assert_eq!(addresses(&reading.items[0])[0], "a.example", "no scheme is put in front here");
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood).len(), 2);
}

#[test]
fn a_list_by_hand_with_a_few_columns_is_read() {
    let text = "name,login_uri,login_username,login_password\nA,a.example,u,p\n";
    let scratch = export(text);
    assert_eq!(scratch.detect().format.as_deref(), Some("bitwardencsv"));
    assert_eq!(password(&scratch.read().expect("read").items[0]), "p");
    let short =
        "folder,favorite,type,name,notes,fields,uri,username,password,totp\n,1,NOTE,A,n,,x,,,\n";
    let reading = export(short).read().expect("read");
    assert_eq!(reading.items[0].kind, ItemKind::Note);
    assert!(reading.items[0].favorite);
}

#[test]
fn a_kind_the_format_does_not_have_is_read_as_a_login_and_told() {
    let text =
        "folder,type,name,notes,fields,login_uri,login_username,login_password\n,card,A,,,,u,p\n";
    let reading = export(text).read().expect("read");
    assert_eq!(password(&reading.items[0]), "p");
    assert_eq!(reading.found(FindingCode::ValueNotUnderstood)[0].field.as_deref(), Some("type"));
}

#[test]
fn the_kind_of_vault_decides_which_column_counts_and_says_so() {
    let text = "folder,favorite,type,name,login_uri,login_username,login_password\nW,1,login,A,a.example,u,p\n";
    let reading = export(text).read().expect("read");
    assert!(reading.summary.folders.is_empty(), "as in the official client");
    assert_eq!(reading.found(FindingCode::FormatOddity).len(), 1);
    let told = export(text).inspect();
    assert_eq!(told.folders, ["W"], "a look at the file shows what it has");
}

#[test]
fn archive_dates_of_a_csv_are_kept() {
    let text = "folder,type,name,archivedDate,login_uri,login_username,login_password\n\
        ,login,A,2025-01-01T00:00:00.000Z,,u,p\n,login,B,soon,,u,p\n";
    let reading = export(text).read().expect("read");
    assert_eq!(reading.items[0].archived.as_deref(), Some("2025-01-01T00:00:00.000Z"));
    assert_eq!(reading.items[1].archived, None);
    assert_eq!(reading.rows(FindingCode::ValueNotUnderstood), [Some(3)]);
}
