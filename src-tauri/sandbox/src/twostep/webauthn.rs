//! Security keys: what is asked of them, and whether what they say is true.
//!
//! `WebAuthnTokenProvider.cs`; the checks are those of `WebAuthn` Level 2, section 7.2, as `Fido2NetLib` makes
//! them with user verification discouraged.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::SecurityKey;

/// Where keys are registered for: the web vault.
#[derive(Debug, Clone)]
pub(super) struct Party {
    /// Host of the web vault.
    pub(super) id: String,
    /// Origins that are accepted, without a trailing slash.
    pub(super) origins: Vec<String>,
}

/// The options as they are sent; an unpadded challenge comes back inside the signed text.
pub(super) fn options(keys: &[SecurityKey], party: &Party, challenge: &str) -> Value {
    let allowed = keys.iter().map(|key| {
        json!({ "type": "public-key", "id": Base64UrlUnpadded::encode_string(&key.credential_id) })
    });
    let origin = party.origins.first().map_or("", String::as_str);
    json!({
        "challenge": challenge,
        "timeout": 60000,
        "rpId": party.id,
        "allowCredentials": allowed.collect::<Vec<_>>(),
        "userVerification": "discouraged",
        "extensions": { "uvm": true, "appid": format!("{origin}/app-id.json") },
        "status": "ok",
        "errorMessage": "",
    })
}

/// 16 bytes, as `Fido2NetLib` makes them.
pub(super) fn challenge() -> String {
    Base64UrlUnpadded::encode_string(&rand::random::<[u8; 16]>())
}

/// `AuthenticatorAssertionRawResponse`, whose names are read without regard to case.
#[derive(Deserialize)]
struct Assertion {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    response: Signed,
}

#[derive(Deserialize)]
struct Signed {
    authenticatordata: String,
    clientdatajson: String,
    signature: String,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
}

/// The key that signed, and its new counter; `None` when anything about it is wrong.
pub(super) fn verify<'a>(
    token: &str,
    keys: &'a [SecurityKey],
    party: &Party,
    challenge: &str,
) -> Option<(&'a SecurityKey, u32)> {
    let assertion: Assertion =
        serde_json::from_value(lower(serde_json::from_str(token).ok()?)).ok()?;
    let id = decode(&assertion.id)?;
    let key = keys.iter().find(|key| key.credential_id == id)?;
    let signed = decode(&assertion.response.authenticatordata)?;
    let client_json = decode(&assertion.response.clientdatajson)?;
    let client: ClientData = serde_json::from_slice(&client_json).ok()?;
    let said_so = assertion.kind == "public-key"
        && client.kind == "webauthn.get"
        && client.challenge.trim_end_matches('=') == challenge
        && party.origins.contains(&client.origin);
    let counter = said_so.then(|| counter(&signed, &party.id)).flatten()?;
    let message = [signed.as_slice(), &Sha256::digest(&client_json)].concat();
    let signature = decode(&assertion.response.signature)?;
    let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.public_key);
    verifier.verify(&message, &signature).ok()?;
    // A counter that stands still means a copied key, unless the key does not count at all.
    let moved = counter > key.counter || (counter == 0 && key.counter == 0);
    moved.then_some((key, counter))
}

/// Authenticator data: 32 bytes hash of the party, one of flags, four of counter (section 6.1).
fn counter(data: &[u8], party: &str) -> Option<u32> {
    const USER_PRESENT: u8 = 1;
    let (hash, rest) = data.split_at_checked(32)?;
    let (flags, rest) = rest.split_first()?;
    let counter = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
    let right = hash == Sha256::digest(party.as_bytes()).as_slice() && flags & USER_PRESENT != 0;
    right.then_some(counter)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).ok()
}

/// Every name in lower case.
fn lower(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().map(|(name, value)| (name.to_lowercase(), lower(value))).collect()
        }
        other => other,
    }
}
