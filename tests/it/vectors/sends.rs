//! Sends: key from seed, contents, password proof, address.

use serde_json::Value;
use wardroom_core::keys::raw::{Key, encode_base64_url, send_password_hash};

use super::{bytes, key, list, secret, text, unhex};

#[test]
fn sends_open_with_the_key_from_their_seed() {
    for (id, item) in list("send") {
        let (request, seed) = (&item["request"], unhex(item, "seedHex"));
        let opened = key(item, "userKey").open_bytes(text(request, "key")).unwrap();
        assert_eq!(*opened, seed, "{id}");
        let from_seed = Key::shareable(&seed, "send", Some("send")).unwrap();
        assert_eq!(from_seed, key(item, "sendKey"), "{id}");
        check_contents(id, item, &from_seed);
        assert_eq!(encode_base64_url(&seed), text(item, "urlFragmentKey"), "{id}");
        if item["password"].is_string() {
            let hash = send_password_hash(&secret(item, "password"), &seed);
            assert_eq!(hash, text(item, "passwordHash"), "{id}");
        }
        check_address(id, item);
    }
}

fn check_contents(id: &str, item: &Value, send: &Key) {
    let (plain, request) = (&item["plain"], &item["request"]);
    let sealed = [
        (&plain["name"], &request["name"]),
        (&plain["notes"], &request["notes"]),
        (&plain["text"], &request["text"]["text"]),
        (&plain["fileName"], &request["file"]["fileName"]),
    ];
    for (plain, sealed) in sealed {
        match sealed.as_str() {
            Some(sealed) => {
                let opened = send.open_text(sealed).unwrap();
                assert_eq!(Some(opened.expose()), plain.as_str(), "{id}");
            }
            None => assert!(plain.is_null(), "{id}: not sent"),
        }
    }
    if item["encryptedFileB64"].is_string() {
        let file = bytes(item, "encryptedFileB64");
        assert_eq!(Some(file.len() as u64), request["fileLength"].as_u64(), "{id}");
        assert_eq!(*send.open_binary(&file).unwrap(), bytes(plain, "fileB64"), "{id}");
    }
}

/// The address is no cipher work, but a wrong byte order shows only here.
fn check_address(id: &str, item: &Value) {
    let Some(send_id) = item["sendId"].as_str() else { return };
    let send_id: uuid::Uuid = send_id.parse().unwrap();
    let access = encode_base64_url(&send_id.to_bytes_le());
    assert_eq!(access, text(item, "accessId"), "{id}");
    for (_, url) in item["urls"].as_object().unwrap() {
        let end = format!("{access}/{}", text(item, "urlFragmentKey"));
        assert!(url.as_str().unwrap().ends_with(&end), "{id}");
    }
}
