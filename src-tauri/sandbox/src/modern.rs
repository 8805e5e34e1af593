//! The one account with V2 encryption: its keys are fixed, because the sandbox has no ciphers of the new kind.
//!
//! A real server cannot open them either; it only hands them out (keys/README.md).

use std::sync::LazyLock;

use base64ct::{Base64, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::Oddity;
use crate::pairs::{self, Pair};

/// Everything an account of the new kind has and an old one has not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Modern {
    /// A COSE key, padded (base64): what the master key seals.
    user_key: String,
    pub(crate) user_key_id: String,
    pub(crate) wrapped_private_key: String,
    wrapped_signing_key: String,
    pub(crate) verifying_key: String,
    pub(crate) signed_public_key: String,
    security_state: String,
    security_version: u64,
}

pub(crate) static MODERN: LazyLock<Modern> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../keys/v2.json")).expect("the checked-in keys are JSON")
});

/// The RSA key pair behind `wrapped_private_key`.
pub(crate) static PAIR: LazyLock<Pair> =
    LazyLock::new(|| pairs::read(include_bytes!("../keys/v2.der")));

impl Modern {
    pub(crate) fn user_key(&self) -> Vec<u8> {
        Base64::decode_vec(&self.user_key).expect("the checked-in keys are base64")
    }

    /// `accountKeys`, as an honest server sends it, or not quite.
    pub(crate) fn account_keys(&self, oddity: Option<Oddity>) -> Value {
        let is = |odd| oddity == Some(odd);
        let signing = json!({
            "object": "signatureKeyPair",
            "wrappedSigningKey": self.wrapped_signing_key,
            "verifyingKey": self.verifying_key,
        });
        let state = if is(Oddity::ForgedSecurityState) {
            forged(&self.security_state)
        } else {
            self.security_state.clone()
        };
        let state = json!({ "securityState": state, "securityVersion": self.security_version });
        json!({
            "object": "privateKeys",
            "publicKeyEncryptionKeyPair": {
                "object": "publicKeyEncryptionKeyPair",
                "wrappedPrivateKey": self.wrapped_private_key,
                "publicKey": PAIR.public_text,
                "signedPublicKey": self.signed_public_key,
            },
            "signatureKeyPair": (!is(Oddity::NoSigningKey)).then_some(signing),
            "securityState": (!is(Oddity::NoSecurityState)).then_some(state),
        })
    }

    /// For an account of the old kind whose server claims it signed something.
    pub(crate) fn state_of_another(&self) -> Value {
        json!({ "securityState": self.security_state, "securityVersion": self.security_version })
    }
}

/// One bit of the signature turned round.
fn forged(signed: &str) -> String {
    let mut bytes = Base64::decode_vec(signed).expect("the checked-in keys are base64");
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    Base64::encode_string(&bytes)
}
