//! Vault items and attachments: every sealed leaf.

use serde_json::Value;
use wardroom_core::keys::raw::Key;

use super::{bytes, key, list, text};

/// Names whose values travel in clear (`tests/fixtures/crypto/README.md`). Dates of documents, such as
/// `issueDate`, are sealed.
const PLAIN: [&str; 17] = [
    "type",
    "match",
    "linkedId",
    "reprompt",
    "favorite",
    "autofillOnPageLoad",
    "passwordRevisionDate",
    "lastUsedDate",
    "creationDate",
    "deletedDate",
    "revisionDate",
    "id",
    "organizationId",
    "folderId",
    "key",
    "encryptedFor",
    "encryptedByKeyId",
];

#[test]
fn every_leaf_of_an_item_opens_to_its_plain_text() {
    for (id, item) in list("ciphers") {
        let organization = key(item, "orgKey");
        let item_key = match item["request"]["key"].as_str() {
            Some(wrapped) => {
                let opened = organization.open_key(wrapped).unwrap();
                assert_eq!(opened, key(item, "cipherKey"), "{id}");
                opened
            }
            None => organization,
        };
        let leaves = compare(id, &item_key, &item["plain"], &item["request"]);
        assert!(leaves > 0, "{id} seals nothing");
    }
}

/// Compares two trees; gives the number of leaves opened.
fn compare(path: &str, key: &Key, plain: &Value, sealed: &Value) -> usize {
    match (plain, sealed) {
        (Value::Object(plain), Value::Object(sealed)) => {
            for name in plain.keys() {
                assert!(sealed.contains_key(name), "{path}.{name} was not sent");
            }
            let inner = sealed.iter().map(|(name, sealed)| {
                let path = format!("{path}.{name}");
                let plain = plain.get(name).unwrap_or(&Value::Null);
                compare_named(&path, name, key, (plain, sealed))
            });
            inner.sum()
        }
        (Value::Array(plain), Value::Array(sealed)) => {
            assert_eq!(plain.len(), sealed.len(), "{path}");
            plain.iter().zip(sealed).map(|(plain, sealed)| compare(path, key, plain, sealed)).sum()
        }
        (Value::Null, Value::Null) => 0,
        (Value::String(plain), Value::String(sealed)) => {
            let opened = key.open_text(sealed);
            assert_eq!(opened.expect(path).expose(), plain, "{path}");
            1
        }
        _ => panic!("{path}: a leaf of another kind than its plain form"),
    }
}

fn compare_named(path: &str, name: &str, key: &Key, trees: (&Value, &Value)) -> usize {
    let (plain, sealed) = trees;
    if !PLAIN.contains(&name) {
        return compare(path, key, plain, sealed);
    }
    if !plain.is_null() {
        assert_eq!(plain, sealed, "{path} travels in clear");
    }
    0
}

#[test]
fn attachments_open_with_the_next_key_up_when_they_have_none() {
    for (id, item) in list("attachments") {
        let organization = key(item, "orgKey");
        let unwrapped = |wrapped: &str, plain: &str, under: &Key| match item[wrapped].as_str() {
            Some(text) => {
                let opened = under.open_key(text).unwrap();
                assert_eq!(opened, key(item, plain), "{id}");
                opened
            }
            None => under.clone(),
        };
        let item_key = unwrapped("cipherKeyWrapped", "cipherKey", &organization);
        let file_key = unwrapped("attachmentKeyWrapped", "attachmentKey", &item_key);
        let name = item_key.open_text(text(item, "encFileName")).unwrap();
        assert_eq!(name.expose(), text(item, "fileName"), "{id}");
        let content = file_key.open_binary(&bytes(item, "encContentB64")).unwrap();
        assert_eq!(*content, bytes(item, "contentB64"), "{id}");
    }
}
