//! V2 signatures: security state and signed public keys.

use serde_json::Value;
use wardroom_core::keys::raw;

use super::{bytes, key, list, text};

/// 1 is a signed public key, 2 a security state.
fn verify(item: &Value, verifying_key: &str) -> Result<Value, wardroom_core::keys::Error> {
    let object = text(item, "object");
    match item["namespace"].as_i64() {
        Some(1) => raw::verify_public_key(object, verifying_key).map(Value::from),
        Some(2) => raw::verify_security_state(object, verifying_key).map(Value::from),
        other => panic!("unknown namespace {other:?}"),
    }
}

#[test]
fn signatures_hold_or_are_refused() {
    for (id, item) in list("signatures") {
        let verified = verify(item, text(item, "verifyingKey"));
        if item["valid"] != true {
            assert!(verified.is_err(), "{id}");
            continue;
        }
        let known = if item["namespace"] == 1 { &item["publicKey"] } else { &item["version"] };
        assert_eq!(&verified.unwrap(), known, "{id}");
        if item["wrappedSigningKey"].is_string() {
            let own = key(item, "userKey").open_signing_key(text(item, "wrappedSigningKey"));
            assert_eq!(own.unwrap(), text(item, "verifyingKey"), "{id}");
        }
    }
}

#[test]
fn v2_accounts_vouch_for_their_own_public_key() {
    for (id, item) in list("accounts") {
        if item["version"] != 2 {
            continue;
        }
        let user = key(item, "userKey");
        assert!(bytes(item, "userKey").starts_with(&bytes(item, "userKeyCose")), "{id}: padded");
        let verifying = user.open_signing_key(text(item, "wrappedSigningKey")).unwrap();
        assert_eq!(verifying, text(item, "verifyingKey"), "{id}");
        let vouched = raw::verify_public_key(text(item, "signedPublicKey"), &verifying).unwrap();
        assert_eq!(vouched, text(item, "publicKey"), "{id}");
        let version = raw::verify_security_state(text(item, "securityState"), &verifying);
        assert_eq!(version.ok(), item["securityVersion"].as_u64(), "{id}");
    }
}
