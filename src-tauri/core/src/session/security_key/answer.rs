//! What a key signed, as the token endpoint takes it.

use serde_json::json;

use crate::keys::{Secret, to_base64url};

/// A key's signature over one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Which credential signed.
    pub id: Vec<u8>,
    /// Hash of the site, flags, counter; signed together with the hash of the client data.
    pub authenticator_data: Vec<u8>,
    /// As the key made it.
    pub signature: Vec<u8>,
    /// `clientDataJSON`, whose hash was signed.
    pub client_data: Vec<u8>,
    /// Whether the credential is one of the time before `WebAuthn`, when the server asked for such.
    pub used_app_id: Option<bool>,
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Assertion(..)")
    }
}

impl Assertion {
    /// The two-step token: names and letters as official clients write them
    /// (`buildDataString` in bitwarden/clients, `apps/web/src/connectors/common-webauthn.ts`; the server reads
    /// names without regard to case, Vaultwarden takes `clientDataJson` and `clientDataJSON`).
    #[must_use]
    pub fn token(&self) -> Secret {
        let id = to_base64url(&self.id);
        let extensions = self.used_app_id.map_or(json!({}), |used| json!({ "appid": used }));
        let token = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "extensions": extensions,
            "response": {
                "authenticatorData": to_base64url(&self.authenticator_data),
                "clientDataJson": to_base64url(&self.client_data),
                "signature": to_base64url(&self.signature),
            },
        });
        Secret::new(token.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_has_the_names_and_letters_of_official_clients() {
        let assertion = Assertion {
            id: vec![0xfb, 0xff],
            authenticator_data: vec![1; 37],
            signature: vec![0xff],
            client_data: b"{}".to_vec(),
            used_app_id: Some(true),
        };
        let read = |assertion: &Assertion| {
            serde_json::from_str::<serde_json::Value>(assertion.token().expose()).unwrap()
        };
        let token = read(&assertion);
        assert_eq!((&token["id"], &token["rawId"]), (&json!("-_8"), &json!("-_8")));
        assert_eq!(token["type"], "public-key");
        assert_eq!(token["extensions"], json!({"appid": true}));
        let response = json!({
            "authenticatorData": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ",
            "clientDataJson": "e30",
            "signature": "_w",
        });
        assert_eq!(token["response"], response);
        let plain = Assertion { used_app_id: None, ..assertion };
        assert_eq!(read(&plain)["extensions"], json!({}));
    }
}
