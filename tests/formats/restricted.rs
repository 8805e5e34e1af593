//! Bitwarden exports that only the account or organization that made them can read.

use serde_json::{Value, json};
use wardroom_core::import::Error;
use wardroom_core::import::formats::ReadOptions;
use wardroom_core::keys::raw::{self, Key};
use wardroom_core::keys::{KeyRing, UserKey};
use wardroom_core::model::{AccountKeys, FindingCode, OrganizationId};

use super::normal::{Reading, fixture, read};
use super::scratch::export;

fn vectors() -> Value {
    let text = std::fs::read_to_string(fixture("../crypto/vectors.json")).expect("vectors");
    serde_json::from_str(&text).expect("JSON")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().expect("text")
}

/// The user key as an unlock would give it.
fn user_key(key: &Key) -> UserKey {
    let master = raw::connector_key(&raw::encode_base64(&[7; 32])).expect("32 bytes");
    let wrapped = raw::seal_user_key(&master, key).expect("sealed");
    master.open_user_key(&wrapped).expect("opened")
}

/// An unlocked account of the vectors, and its user key.
fn account(at: usize) -> (KeyRing, Key) {
    let vectors = vectors();
    let account = &vectors["accounts"][at];
    let key = Key::from_base64(text(account, "userKey")).expect("user key");
    let keys = AccountKeys::v1(text(account, "wrappedPrivateKey"));
    (KeyRing::open(user_key(&key), &keys).expect("ring"), key)
}

fn opened_by(ring: Option<&KeyRing>, file: &str, organization: bool) -> Result<Reading, Error> {
    let opener = ring.map(KeyRing::export_opener);
    let options = ReadOptions { opener, ..ReadOptions::default() };
    export(file).with(|path| read(path, &options, organization))
}

/// Seals every text of a plain export as `libs/common/src/models/export` does.
fn seal(value: &mut Value, key: &Key) {
    const OPEN: [&str; 8] = [
        "id",
        "organizationId",
        "folderId",
        "collectionIds",
        "creationDate",
        "revisionDate",
        "lastUsedDate",
        "archivedDate",
    ];
    match value {
        Value::String(text) => *text = key.seal_text(text).expect("sealed"),
        Value::Array(list) => list.iter_mut().for_each(|one| seal(one, key)),
        Value::Object(entries) => {
            let sealed = |(name, _): &(&String, &mut Value)| !OPEN.contains(&name.as_str());
            entries.iter_mut().filter(sealed).for_each(|(_, value)| seal(value, key));
        }
        _ => {}
    }
}

/// The plain sample under `key`, every second item under a key of its own.
fn restricted(sample: &str, key: &Key) -> Value {
    let plain = std::fs::read_to_string(fixture(sample)).expect("fixture");
    let mut whole: Value = serde_json::from_str(&plain).expect("JSON");
    let item_key = Key::from_base64(&raw::encode_base64(&[9; 64])).expect("64 bytes");
    for part in ["folders", "collections"] {
        seal(&mut whole[part], key);
    }
    for (at, item) in whole["items"].as_array_mut().expect("items").iter_mut().enumerate() {
        let own = at % 2 == 1;
        seal(item, if own { &item_key } else { key });
        if own {
            item["key"] = json!(key.seal_key(&item_key).expect("sealed"));
        }
    }
    whole["encrypted"] = json!(true);
    whole["encKeyValidation_DO_NOT_EDIT"] = json!(key.seal_text("a GUID").expect("sealed"));
    whole
}

#[test]
fn the_account_that_made_an_export_reads_it_like_a_plain_one() {
    let (ring, key) = account(0);
    let sealed = restricted("bitwardenjson/sample.json", &key).to_string();
    for organization in [false, true] {
        let ours = opened_by(Some(&ring), &sealed, organization).expect("read");
        let plain =
            read(&fixture("bitwardenjson/sample.json"), &ReadOptions::default(), organization);
        assert_eq!(ours.normal(organization), plain.expect("plain").normal(organization));
    }
}

#[test]
fn nobody_else_reads_it_and_the_reason_is_named() {
    let (_, key) = account(0);
    let (stranger, _) = account(1);
    let sealed = restricted("bitwardenjson/sample.json", &key).to_string();
    for ring in [None, Some(&stranger)] {
        let refused = opened_by(ring, &sealed, true);
        assert!(matches!(refused.err(), Some(Error::AccountRestricted)));
    }
    let (ring, _) = account(0);
    ring.wipe();
    let refused = opened_by(Some(&ring), &sealed, true);
    assert!(matches!(refused.err(), Some(Error::AccountRestricted)), "locked meanwhile");
}

#[test]
fn an_organizations_export_opens_with_its_key() {
    let vectors = vectors();
    let organization = &vectors["organizations"][0];
    let id = OrganizationId(text(organization, "organizationId").parse().expect("id"));
    let (ring, _) = account(0);
    let file = text(&vectors["orgEncryptedExports"][0], "file");
    let refused = opened_by(Some(&ring), file, true);
    assert!(matches!(refused.err(), Some(Error::AccountRestricted)), "its key is not there yet");
    let wrapped = organization["keyForMember"]["admin"].as_str().expect("shared key");
    ring.add_membership(id, wrapped).expect("added");
    let reading = opened_by(Some(&ring), file, true).expect("read");
    assert_eq!(reading.names(), ["Firewall Grüße, 世界! 🔐 naïve café"]);
    assert_eq!(reading.summary.folders, ["Server/Linux"]);
    assert!(reading.summary.findings.is_empty(), "{:?}", reading.summary.findings);
    let mut anonymous: Value = serde_json::from_str(file).expect("JSON");
    anonymous["collections"] = json!([]);
    let reading = opened_by(Some(&ring), &anonymous.to_string(), true).expect("read");
    assert_eq!(reading.items.len(), 1, "without collections every key is tried");
}

#[test]
fn a_text_or_an_item_that_does_not_open_spoils_only_itself() {
    let (ring, key) = account(0);
    let mut whole = restricted("bitwardenjson/sample.json", &key);
    let count = whole["items"].as_array().expect("items").len();
    whole["items"][1]["key"] = json!("2.AAAA|AAAA|AAAA");
    whole["items"][0]["notes"] = json!("never sealed");
    let reading = opened_by(Some(&ring), &whole.to_string(), true).expect("read");
    let plain = read(&fixture("bitwardenjson/sample.json"), &ReadOptions::default(), true);
    assert_eq!(reading.items.len() + 1, plain.expect("plain").items.len());
    assert!(count > 2);
    assert_eq!(reading.rows(FindingCode::DamagedRow), [Some(2)]);
    let told = reading.found(FindingCode::ValueNotUnderstood);
    assert_eq!((told[0].row, told[0].field.as_deref()), (Some(1), Some("notes")));
    assert!(!format!("{:?}", reading.summary.findings).contains("never sealed"));
}

#[test]
fn an_export_whose_mark_is_missing_or_damaged_is_refused() {
    let (ring, key) = account(0);
    for mark in [json!(null), json!(7), json!("2.AAAA|AAAA|AAAA"), json!("text")] {
        let mut whole = restricted("bitwardenjson/sample.json", &key);
        whole["encKeyValidation_DO_NOT_EDIT"] = mark;
        let refused = opened_by(Some(&ring), &whole.to_string(), true);
        assert!(matches!(refused.err(), Some(Error::AccountRestricted)));
    }
}
