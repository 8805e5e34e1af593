//! From password to ring: KDF, accounts of every age, wrong passwords, recovery, other unlock methods.

use serde_json::Value;
use wardroom_core::keys::raw::{self, Key};
use wardroom_core::keys::{Error, KeyRing, MasterKey, Secret, fingerprint};

use super::{
    VECTORS, account, account_keys, bytes, kdf, key, list, master_key, secret, text, unhex,
};

/// What is known of a master key, whichever fields the item has.
fn check_master_key(id: &str, item: &Value, master: &MasterKey) {
    let password = secret(item, "password");
    if item["masterKeyHex"].is_string() {
        assert_eq!(*raw::master_key_bytes(master), unhex(item, "masterKeyHex"), "{id}");
    }
    if let Some(expected) = item["serverAuthHash"].as_str() {
        assert_eq!(master.server_hash(&password).expose(), expected, "{id}");
    }
    if let Some(expected) = item["localAuthHash"].as_str() {
        assert_eq!(raw::local_hash(master, &password).expose(), expected, "{id}");
    }
}

#[test]
fn passwords_and_salts_derive_the_known_master_keys() {
    for (id, item) in list("kdf") {
        for salt in ["email", "salt"] {
            let master = master_key(item, text(item, "password"), text(item, salt));
            check_master_key(id, item, &master);
        }
        let stretched = Key::stretched(&unhex(item, "masterKeyHex")).unwrap();
        let halves =
            [unhex(item, "stretchedEncKeyHex"), unhex(item, "stretchedMacKeyHex")].concat();
        assert_eq!(stretched, Key::from_base64(&raw::encode_base64(&halves)).unwrap(), "{id}");
    }
}

#[test]
fn settings_too_weak_or_unknown_are_refused_before_hashing() {
    for (id, item) in list("kdfRejected") {
        assert_eq!(kdf(&item["kdf"]).err(), Some(Error::KdfRefused), "{id}");
    }
}

#[test]
fn accounts_of_every_age_open() {
    for (id, item) in list("accounts") {
        for salt in ["email", "salt"] {
            let master = master_key(item, text(item, "password"), text(item, salt));
            check_master_key(id, item, &master);
            let user = master.open_user_key(text(item, "masterKeyWrappedUserKey")).unwrap();
            let bare = raw::user_key(&user);
            assert_eq!(bare, key(item, "userKey"), "{id}");
            assert_eq!(bare.id().as_deref(), item["userKeyId"].as_str(), "{id}");
            check_private_key(id, item, &bare);
            let ring = KeyRing::open(user, &account_keys(item)).unwrap();
            let version = ring.security_version().unwrap();
            assert_eq!(version, item["securityVersion"].as_u64(), "{id}");
        }
    }
}

fn check_private_key(id: &str, item: &Value, user: &Key) {
    let private = user.open_private_key(text(item, "wrappedPrivateKey")).unwrap();
    assert_eq!(private.public_key(), text(item, "publicKey"), "{id}");
    assert_eq!(private.to_base64().unwrap().expose(), text(item, "privateKeyPkcs8"), "{id}");
    let words = fingerprint(text(item, "userId"), &private.public_key());
    assert_eq!(words.as_deref(), Ok(text(item, "fingerprint")), "{id}");
}

#[test]
fn wrong_passwords_are_called_wrong_passwords() {
    for (id, item) in list("unlockRejected") {
        let account = account(text(item, "account"));
        let master = master_key(account, text(item, "password"), text(account, "salt"));
        let opened = master.open_user_key(text(account, "masterKeyWrappedUserKey"));
        assert_eq!(opened.err(), Some(Error::WrongPassword), "{id}");
    }
    for (id, item) in list("accounts") {
        let master = master_key(item, "not the password", text(item, "salt"));
        let opened = master.open_user_key(text(item, "masterKeyWrappedUserKey"));
        assert_eq!(opened.err(), Some(Error::WrongPassword), "{id}");
    }
}

#[test]
fn fingerprints_are_the_known_phrases() {
    for (id, item) in list("fingerprints") {
        let words = fingerprint(text(item, "material"), text(item, "publicKey"));
        assert_eq!(words.as_deref(), Ok(text(item, "phrase")), "{id}");
    }
}

#[test]
fn recovery_gives_the_member_a_new_password_for_the_same_key() {
    for (id, item) in list("accountRecovery") {
        let details = &item["details"];
        let organization = key(item, "orgKey");
        let private = organization.open_private_key(text(details, "encryptedPrivateKey")).unwrap();
        let user = private.open_key(text(details, "resetPasswordKey")).unwrap();
        assert_eq!(user, key(item, "userKey"), "{id}");
        assert_eq!(user.id().as_deref(), item["userKeyId"].as_str(), "{id}");

        let salt = details["masterPasswordSalt"].as_str().unwrap_or(text(item, "email"));
        let master = recovered_master_key(item, salt);
        assert_eq!(*raw::master_key_bytes(&master), unhex(item, "newMasterKeyHex"), "{id}");
        let hash = master.server_hash(&secret(item, "newPassword"));
        let legacy = &item["legacyRequest"];
        let (authentication, unlock) =
            (&item["newRequest"]["authenticationData"], &item["newRequest"]["unlockData"]);
        assert_eq!(hash.expose(), text(legacy, "newMasterPasswordHash"), "{id}");
        let new_hash = text(authentication, "masterPasswordAuthenticationHash");
        assert_eq!(hash.expose(), new_hash, "{id}");

        check_settings(id, details, authentication);
        check_settings(id, details, unlock);
        assert_eq!(authentication["salt"], unlock["salt"], "{id}");
        assert_eq!(authentication["salt"], salt.trim().to_lowercase(), "{id}");
        if !unlock["containedKeyId"].is_null() {
            assert_eq!(user.id().as_deref(), unlock["containedKeyId"].as_str(), "{id}");
        }

        let own = raw::seal_user_key(&master, &user).unwrap();
        for wrapped in [text(legacy, "key"), text(unlock, "masterKeyWrappedUserKey"), &own] {
            let again = master.open_user_key(wrapped).unwrap();
            assert_eq!(raw::user_key(&again), user, "{id}");
        }
    }
}

/// A server refuses a recovery that changes the member's settings.
fn check_settings(id: &str, details: &Value, part: &Value) {
    let names = [
        ("kdf", "kdfType"),
        ("kdfIterations", "iterations"),
        ("kdfMemory", "memory"),
        ("kdfParallelism", "parallelism"),
    ];
    for (kept, sent) in names {
        assert_eq!(details[kept], part["kdf"][sent], "{id}: {sent}");
    }
}

fn recovered_master_key(item: &Value, salt: &str) -> MasterKey {
    let details = &item["details"];
    let kdf = wardroom_core::keys::Kdf::new(
        details["kdf"].as_i64().unwrap(),
        details["kdfIterations"].as_i64().unwrap(),
        details["kdfMemory"].as_i64(),
        details["kdfParallelism"].as_i64(),
    );
    MasterKey::derive(&secret(item, "newPassword"), salt, &kdf.unwrap()).unwrap()
}

#[test]
fn keys_held_by_connectors_passkeys_and_devices_open_the_user_key() {
    for (id, item) in list("keyConnector") {
        let master = raw::connector_key(text(item, "keyConnectorKey")).unwrap();
        let user = master.open_user_key(text(item, "wrappedUserKey")).unwrap();
        assert_eq!(raw::user_key(&user), key(item, "userKey"), "{id}");
    }
    for (id, item) in list("webauthnPrf") {
        let prf = Key::stretched(&bytes(item, "prfB64")).unwrap();
        assert_eq!(prf, key(item, "prfKey"), "{id}");
        check_key_pair_under(&prf, id, item);
    }
    for (id, item) in list("trustedDevice") {
        check_key_pair_under(&key(item, "deviceKey"), id, item);
    }
}

fn check_key_pair_under(holder: &Key, id: &str, item: &Value) {
    let private = holder.open_private_key(text(item, "encryptedPrivateKey")).unwrap();
    let user = private.open_key(text(item, "encryptedUserKey")).unwrap();
    assert_eq!(user, key(item, "userKey"), "{id}");
    if let Some(public) = item["encryptedPublicKey"].as_str() {
        let opened = user.open_bytes(public).unwrap();
        let public_key = raw::encode_base64(&opened);
        assert_eq!(public_key, private.public_key(), "{id}");
    }
}

#[test]
fn pins_open_the_user_key() {
    for (id, item) in list("pinLegacy") {
        let master = master_key(item, text(item, "pin"), text(item, "salt"));
        assert_eq!(*raw::master_key_bytes(&master), unhex(item, "pinKeyHex"), "{id}");
        let user = master.open_user_key(text(item, "pinWrappedUserKey")).unwrap();
        assert_eq!(raw::user_key(&user), key(item, "userKey"), "{id}");
    }
    for (id, item) in list("pinEnvelopes") {
        let opened = raw::open_pin_envelope(text(item, "envelope"), &secret(item, "pin")).unwrap();
        assert_eq!(opened, key(item, "key"), "{id}");
        assert_eq!(opened.id().as_deref(), item["keyId"].as_str(), "{id}");
        let wrong = raw::open_pin_envelope(text(item, "envelope"), &Secret::new("0000"));
        assert_eq!(wrong.err(), Some(Error::WrongPassword), "{id}");
    }
}

/// The vendor's own test values; the held-back file has none.
#[test]
fn the_vendors_published_values_hold() {
    let published = &VECTORS["published"];
    if published.is_null() {
        assert_ne!(VECTORS["set"], 1, "the public set has them");
        return;
    }
    for item in published["kdf"].as_array().unwrap() {
        let master = master_key(item, text(item, "password"), text(item, "email"));
        check_master_key(text(item, "id"), item, &master);
    }
    for item in published["shareableKey"].as_array().unwrap() {
        let seed = text(item, "secretUtf8").as_bytes();
        let made = Key::shareable(seed, text(item, "name"), item["info"].as_str());
        assert_eq!(made.unwrap(), key(item, "key"));
    }
    let stretch = &published["stretch"];
    let made = Key::stretched(&unhex(stretch, "keyHex")).unwrap();
    let halves = [unhex(stretch, "encHex"), unhex(stretch, "macHex")].concat();
    assert_eq!(made, Key::from_base64(&raw::encode_base64(&halves)).unwrap());
    let phrase = &published["fingerprint"];
    let words = fingerprint(text(phrase, "material"), text(phrase, "publicKey"));
    assert_eq!(words.as_deref(), Ok(text(phrase, "phrase")));
    let sealed = &published["type2"];
    let opened = key(sealed, "key").open_text(text(sealed, "encString")).unwrap();
    assert_eq!(opened.expose(), text(sealed, "plaintext"));
}

#[test]
fn the_vendors_published_accounts_open() {
    let published = &VECTORS["published"];
    if published.is_null() {
        assert_ne!(VECTORS["set"], 1, "the public set has them");
        return;
    }
    for name in ["accountV1", "accountLegacy"] {
        let item = &published[name];
        let master = master_key(item, text(item, "password"), text(item, "email"));
        let user = master.open_user_key(text(item, "masterKeyWrappedUserKey")).unwrap();
        if item["userKeyEncHex"].is_string() {
            let halves = [unhex(item, "userKeyEncHex"), unhex(item, "userKeyMacHex")].concat();
            let expected = raw::encode_base64(&halves);
            assert_eq!(raw::user_key(&user).to_base64().expose(), expected, "{name}");
        }
        let ring = KeyRing::open(user, &account_keys(item)).unwrap();
        if let Some(organization) = item["organizationKey"].as_str() {
            let id = "1bc9ac1e-f5aa-45f2-94bf-b181009709b8".parse().unwrap();
            ring.add_membership(id, organization).unwrap();
            assert!(ring.has_key(id), "{name}");
        }
    }
    let modern = &published["accountV2"];
    let user = key(modern, "userKey");
    let private = user.open_private_key(text(modern, "wrappedPrivateKey")).unwrap();
    let verifying = user.open_signing_key(text(modern, "wrappedSigningKey")).unwrap();
    let vouched = raw::verify_public_key(text(modern, "signedPublicKey"), &verifying);
    assert_eq!(vouched.unwrap(), private.public_key());
    assert!(raw::verify_security_state(text(modern, "securityState"), &verifying).is_ok());
    let device = &published["trustedDevice"];
    check_key_pair_under(&key(device, "deviceKey"), "trustedDevice", device);
    let state = &published["securityState"];
    let version = raw::verify_security_state(text(state, "object"), text(state, "verifyingKey"));
    assert_eq!(version.ok(), state["version"].as_u64());
}
