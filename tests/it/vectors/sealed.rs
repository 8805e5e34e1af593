//! Sealed texts and bytes, good and bad, in both forms.

use serde_json::Value;
use wardroom_core::keys::raw::{self, Key, PrivateKey};
use wardroom_core::keys::{Error, uri_checksum};

use super::{bytes, key, list, text};

fn plain_bytes(item: &Value) -> Vec<u8> {
    match item["plaintext"].as_str() {
        Some(plain) => plain.as_bytes().to_vec(),
        None => bytes(item, "plaintextB64"),
    }
}

#[test]
fn sealed_texts_open_and_keep_their_form() {
    for (id, item) in list("encStrings") {
        let (key, sealed) = (key(item, "key"), text(item, "encString"));
        let own = match item["plaintext"].as_str() {
            Some(plain) => {
                assert_eq!(key.open_text(sealed).unwrap().expose(), plain, "{id}");
                key.seal_text(plain).unwrap()
            }
            None => key.seal_bytes(&plain_bytes(item)).unwrap(),
        };
        assert_eq!(*key.open_bytes(sealed).unwrap(), plain_bytes(item), "{id}");
        assert_eq!(*key.open_bytes(&own).unwrap(), plain_bytes(item), "{id}: own writing");
        let kind = format!("{}.", item["type"]);
        assert!(sealed.starts_with(&kind) && own.starts_with(&kind), "{id}: same type");
        assert_ne!(own, sealed, "{id}: a fresh IV each time");
        assert_eq!(raw::reprint(sealed).as_deref(), Ok(sealed), "{id}");
        if item["bufferB64"].is_string() {
            let binary = bytes(item, "bufferB64");
            assert_eq!(raw::to_binary(sealed).unwrap(), binary, "{id}");
            assert_eq!(raw::from_binary(&binary).unwrap(), sealed, "{id}");
            assert_eq!(*key.open_binary(&binary).unwrap(), plain_bytes(item), "{id}");
        }
    }
}

#[test]
fn forged_and_misshapen_texts_are_refused_at_their_stage() {
    for (id, item) in list("rejected") {
        match text(item, "target") {
            "symmetric" => refuse_symmetric(id, item),
            "asymmetric" => {
                let private = PrivateKey::from_base64(text(item, "privateKeyPkcs8")).unwrap();
                let opened = private.open_key(text(item, "encString"));
                assert!(opened.is_err(), "{id}: {}", text(item, "why"));
            }
            other => panic!("{id}: unknown target {other}"),
        }
    }
}

fn refuse_symmetric(id: &str, item: &Value) {
    let (sealed, why) = (text(item, "encString"), text(item, "why"));
    let parsed = raw::reprint(sealed);
    // The vectors give a key where one is needed to fail; parsing must not need any.
    let key = item["key"].as_str().map(|key| Key::from_base64(key).unwrap());
    match text(item, "stage") {
        "parse" => {
            assert_eq!(parsed, Err(Error::Malformed), "{id}: {why}");
            if let Some(key) = key {
                assert_eq!(key.open_bytes(sealed).err(), Some(Error::Malformed), "{id}: {why}");
            }
        }
        "decrypt" => {
            assert!(parsed.is_ok(), "{id} parses");
            let key = key.expect("a key to fail with");
            assert_eq!(key.open_bytes(sealed).err(), Some(Error::Unopened), "{id}: {why}");
            assert_eq!(key.open_text(sealed).err(), Some(Error::Unopened), "{id}: {why}");
            assert!(key.open_key(sealed).is_err(), "{id}: {why}");
        }
        "decrypt-text" => {
            let opened = key.expect("a key").open_text(sealed);
            assert_eq!(opened.err(), Some(Error::Unopened), "{id}: {why}");
        }
        other => panic!("{id}: unknown stage {other}"),
    }
}

/// Reading these is optional, but whoever reads must read them right and write them properly.
#[test]
fn sloppy_texts_are_read_right_or_refused() {
    for (id, item) in list("lenient") {
        let sealed = text(item, "encString");
        match key(item, "key").open_text(sealed) {
            Ok(plain) => {
                assert_eq!(plain.expose(), text(item, "plaintext"), "{id}");
                let reprinted = raw::reprint(sealed).unwrap();
                assert_ne!(reprinted, sealed, "{id}: written in the proper form");
            }
            Err(error) => assert_eq!(error, Error::Malformed, "{id}"),
        }
    }
}

#[test]
fn files_open_in_the_binary_form_and_damaged_ones_do_not() {
    for (id, item) in list("encArrayBuffers") {
        let (key, sealed) = (key(item, "key"), bytes(item, "bufferB64"));
        assert_eq!(*key.open_binary(&sealed).unwrap(), bytes(item, "plaintextB64"), "{id}");
    }
    for (id, item) in list("encArrayBuffersRejected") {
        let opened = key(item, "key").open_binary(&bytes(item, "bufferB64"));
        assert!(matches!(opened, Err(Error::Malformed | Error::Unopened)), "{id}");
    }
}

#[test]
fn address_checksums_are_the_known_ones() {
    for (id, item) in list("uriChecksums") {
        assert_eq!(uri_checksum(text(item, "uri")), text(item, "checksum"), "{id}");
    }
}
