//! Every published vector, rejections included, through `wardroom_core::keys`.
//!
//! `WARDROOM_CRYPTO_VECTORS` names another file of the same schema (`tests/fixtures/crypto/README.md`).

mod exports;
mod items;
mod keyrings;
mod sealed;
mod sends;
mod signatures;
mod unlock;

use std::sync::LazyLock;

use serde_json::Value;
use wardroom_core::keys::raw::{self, Key, PrivateKey};
use wardroom_core::keys::{Error, Kdf, MasterKey, Secret};
use wardroom_core::model::AccountKeys;

static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    let text = match std::env::var_os("WARDROOM_CRYPTO_VECTORS") {
        Some(path) => std::fs::read_to_string(path).expect("WARDROOM_CRYPTO_VECTORS names a file"),
        None => include_str!("../fixtures/crypto/vectors.json").to_owned(),
    };
    let vectors: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    assert_eq!(vectors["schema"], 1, "another schema needs another test");
    vectors
});

/// A list of vectors with the name of each for failure messages. A missing or empty list fails: it
/// would prove nothing.
fn list(name: &'static str) -> Vec<(&'static str, &'static Value)> {
    let items = VECTORS[name].as_array().unwrap_or_else(|| panic!("no list {name}"));
    assert!(!items.is_empty(), "{name} is empty");
    items.iter().map(|item| (item["id"].as_str().unwrap_or(name), item)).collect()
}

/// A text that must be there.
fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {}", item["id"]))
}

fn secret(item: &Value, field: &str) -> Secret {
    Secret::new(text(item, field))
}

fn bytes(item: &Value, field: &str) -> Vec<u8> {
    raw::decode_base64(text(item, field)).expect("base64")
}

fn key(item: &Value, field: &str) -> Key {
    Key::from_base64(text(item, field)).expect("key bytes")
}

fn private_key(item: &Value) -> PrivateKey {
    PrivateKey::from_base64(text(item, "privateKeyPkcs8")).expect("PKCS#8")
}

fn unhex(item: &Value, field: &str) -> Vec<u8> {
    let digits: Vec<u32> = text(item, field).chars().map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

fn kdf(item: &Value) -> Result<Kdf, Error> {
    Kdf::new(
        item["kdfType"].as_i64().unwrap(),
        item["iterations"].as_i64().unwrap(),
        item["memory"].as_i64(),
        item["parallelism"].as_i64(),
    )
}

/// The master key of an account-like item, with the password it names or another.
fn master_key(item: &Value, password: &str, salt: &str) -> MasterKey {
    let kdf = kdf(&item["kdf"]).expect("settings within bounds");
    MasterKey::derive(&Secret::new(password), salt, &kdf).expect("a master key")
}

fn account(id: &str) -> &'static Value {
    let found = list("accounts").into_iter().find(|(name, _)| *name == id);
    found.unwrap_or_else(|| panic!("no account {id}")).1
}

/// What a server would hand out of an account of either kind.
fn account_keys(item: &Value) -> AccountKeys {
    let maybe = |field: &str| item[field].as_str().map(str::to_owned);
    AccountKeys {
        wrapped_private_key: text(item, "wrappedPrivateKey").to_owned(),
        wrapped_signing_key: maybe("wrappedSigningKey"),
        signed_public_key: maybe("signedPublicKey"),
        security_state: maybe("securityState"),
        security_version: None,
    }
}

#[test]
fn no_room_uses_bare_keys() {
    let rust = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = ["core/src", "cli", "shell"].map(|folder| rust.join(folder)).to_vec();
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files += 1;
                let code = std::fs::read_to_string(&path).unwrap();
                let names_it = code.contains("keys::raw") || code.contains("keys::{raw");
                assert!(!names_it, "{} takes keys out of the ring", path.display());
            }
        }
    }
    assert!(files > 20, "the folders have moved");
}
