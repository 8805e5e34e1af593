//! What the server wants signed, read from the options of method 7.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::{KeyError, site};
use crate::keys::{from_base64url, to_base64url};

/// How long a person may look for a key, at least and at most; the server's own number is a hint.
const TIMEOUT_MS: std::ops::RangeInclusive<u64> = 30_000..=300_000;
const USUAL_TIMEOUT_MS: u64 = 60_000;
/// More than any account has (the server keeps five), less than what would keep a key busy.
const MOST_KEYS: usize = 64;
/// CTAP 2.1, `maxCredentialIdLength`, and room.
const LONGEST_ID: usize = 1023;

/// A request that only [`KeyRequest::read`] makes, so that none exists for a foreign site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    site: String,
    origin: String,
    challenge: String,
    allowed: Vec<AllowedKey>,
    verification: UserVerification,
    timeout: Duration,
    app_id: Option<String>,
    client_data: String,
}

/// A credential that may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedKey {
    /// As the key gave it when it was registered.
    pub id: Vec<u8>,
    /// `usb`, `nfc`, `ble`, `internal`, `hybrid`: how it was reached then; may be empty.
    pub transports: Vec<String>,
}

/// Whether the key has to know who touches it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UserVerification {
    /// What Bitwarden's server asks for (`src/Core/Auth/Identity/TokenProviders/WebAuthnTokenProvider.cs`).
    Discouraged,
    /// If the key can; the default of `WebAuthn`.
    #[default]
    Preferred,
    /// Or it must not sign.
    Required,
}

impl KeyRequest {
    /// Reads the options for the account whose web vault is at `vault`.
    ///
    /// # Errors
    /// [`KeyError::OtherSite`] when they name a site the vault is not part of, or cannot be understood.
    pub fn read(options: &Value, vault: &str) -> Result<Self, KeyError> {
        Self::lenient(options, vault).ok_or(KeyError::OtherSite)
    }

    fn lenient(options: &Value, vault: &str) -> Option<Self> {
        // Some servers send the options as text.
        let told;
        let options = match options {
            Value::String(text) => {
                told = serde_json::from_str::<Value>(text).ok()?;
                &told
            }
            other => other,
        };
        let text = |name: &str| options.get(name).and_then(Value::as_str);
        let vault = Url::parse(vault).ok()?;
        let origin = site::origin(&vault)?;
        let site = match text("rpId").filter(|named| !named.is_empty()) {
            Some(named) => site::own_site(&vault, named)?,
            // WebAuthn: the page's own host, when nothing else is said.
            None => vault.host_str()?.to_owned(),
        };
        let challenge = from_base64url(text("challenge")?).filter(|bytes| !bytes.is_empty())?;
        let challenge = to_base64url(&challenge);
        let app_id = options.pointer("/extensions/appid").and_then(Value::as_str);
        Some(Self {
            client_data: client_data(&challenge, &origin),
            app_id: app_id.and_then(|app_id| site::own_app_id(&vault, app_id)),
            // A second step is always the step of a key the account has.
            allowed: Some(allowed(options.get("allowCredentials")))
                .filter(|keys| !keys.is_empty())?,
            verification: verification(text("userVerification")),
            timeout: timeout(options.get("timeout")),
            site,
            origin,
            challenge,
        })
    }

    /// The site (`rpId`): the vault's host or a registrable parent.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The web vault's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// base64url without padding.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.challenge
    }

    /// Credentials that may answer; at least one.
    #[must_use]
    pub fn allowed(&self) -> &[AllowedKey] {
        &self.allowed
    }

    /// Whether the key has to know who touches it.
    #[must_use]
    pub fn verification(&self) -> UserVerification {
        self.verification
    }

    /// How long to wait for a key and a touch.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// For keys of the time before `WebAuthn`: what they were registered for.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// `clientDataJSON`, letter for letter what is signed and sent.
    #[must_use]
    pub fn client_data(&self) -> &str {
        &self.client_data
    }

    /// What of it goes to the key.
    #[must_use]
    pub fn client_data_hash(&self) -> [u8; 32] {
        Sha256::digest(self.client_data.as_bytes()).into()
    }
}

/// In the order browsers write it (`WebAuthn` Level 2, section 5.8.1.1), for servers that compare text.
fn client_data(challenge: &str, origin: &str) -> String {
    // Neither has a character that JSON would escape: base64url, and a serialized origin.
    format!(
        r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
    )
}

/// Entries that cannot be read are passed over: the key at hand may be another one.
fn allowed(list: Option<&Value>) -> Vec<AllowedKey> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let key = |entry: &Value| {
        let id = from_base64url(entry.get("id")?.as_str()?)?;
        let transports = entry.get("transports").and_then(Value::as_array);
        let transports = transports.map(Vec::as_slice).unwrap_or_default();
        let transports =
            transports.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect();
        (!id.is_empty() && id.len() <= LONGEST_ID).then_some(AllowedKey { id, transports })
    };
    list.iter().filter_map(key).take(MOST_KEYS).collect()
}

fn verification(text: Option<&str>) -> UserVerification {
    match text {
        Some("discouraged") => UserVerification::Discouraged,
        Some("required") => UserVerification::Required,
        _ => UserVerification::Preferred,
    }
}

fn timeout(value: Option<&Value>) -> Duration {
    let told = value.and_then(Value::as_u64).unwrap_or(USUAL_TIMEOUT_MS);
    Duration::from_millis(told.clamp(*TIMEOUT_MS.start(), *TIMEOUT_MS.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const VAULT: &str = "https://vault.bitwarden.com";

    #[test]
    fn the_servers_own_options_are_understood() {
        // As `Fido2NetLib.AssertionOptions` writes them.
        let options = json!({
            "challenge": "AAECAwQFBgcICQoLDA0ODw", "timeout": 60000, "rpId": "vault.bitwarden.com",
            "allowCredentials": [
                {"type": "public-key", "id": "_-8"},
                {"type": "public-key", "id": "AQI", "transports": ["usb", "NFC", 7]},
                {"type": "public-key"}, {"id": "!"}, 3
            ],
            "userVerification": "discouraged",
            "extensions": {"appid": "https://vault.bitwarden.com/app-id.json", "uvm": true},
            "status": "ok", "errorMessage": ""
        });
        let request = KeyRequest::read(&options, VAULT).unwrap();
        assert_eq!(request.site(), "vault.bitwarden.com");
        assert_eq!(request.app_id(), Some("https://vault.bitwarden.com/app-id.json"));
        assert_eq!(request.verification(), UserVerification::Discouraged);
        assert_eq!(request.timeout(), Duration::from_mins(1));
        let ids: Vec<&[u8]> = request.allowed().iter().map(|key| key.id.as_slice()).collect();
        assert_eq!(ids, [&[0xff, 0xef][..], &[1, 2]]);
        assert_eq!(request.allowed().last().unwrap().transports, ["usb", "nfc"]);
        assert_eq!(
            request.client_data(),
            r#"{"type":"webauthn.get","challenge":"AAECAwQFBgcICQoLDA0ODw","origin":"https://vault.bitwarden.com","crossOrigin":false}"#
        );
    }

    #[test]
    fn text_padding_and_silence_are_understood_too() {
        let terse = Value::String(
            json!({"challenge": "+/8=", "allowCredentials": [{"id": "AQ"}]}).to_string(),
        );
        let request = KeyRequest::read(&terse, "https://pw.acme.example/bw").unwrap();
        assert_eq!((request.challenge(), request.site()), ("-_8", "pw.acme.example"));
        assert_eq!(request.origin(), "https://pw.acme.example");
        assert_eq!(request.verification(), UserVerification::Preferred);
        assert_eq!(request.timeout(), Duration::from_mins(1));
        assert_eq!(request.app_id(), None);
    }

    #[test]
    fn a_server_that_names_another_site_gets_no_request() {
        let keys = json!([{"id": "AQ"}]);
        let options =
            |site: &str| json!({"challenge": "AAAA", "rpId": site, "allowCredentials": keys});
        for vault in
            ["https://vault.evil.example", "https://bitwarden.com.evil.example", "nonsense"]
        {
            let read = KeyRequest::read(&options("vault.bitwarden.com"), vault);
            assert_eq!(read, Err(KeyError::OtherSite), "{vault}");
        }
        let mut old = options("vault.evil.example");
        old["extensions"] = json!({"appid": "https://vault.bitwarden.com/app-id.json"});
        let request = KeyRequest::read(&old, "https://vault.evil.example").unwrap();
        assert_eq!(request.app_id(), None, "the old name of another site is left out");
    }

    #[test]
    fn what_is_no_request_is_refused_without_a_panic() {
        for options in [
            json!(null),
            json!([]),
            json!("{"),
            json!({"rpId": "vault.bitwarden.com"}),
            json!({"challenge": ""}),
            json!({"challenge": 7}),
            json!({"challenge": "\"}evil", "allowCredentials": [{"id": "AQ"}]}),
            json!({"challenge": "AAAA", "allowCredentials": [{"id": ""}]}),
        ] {
            assert_eq!(KeyRequest::read(&options, VAULT), Err(KeyError::OtherSite), "{options}");
        }
    }

    #[test]
    fn waiting_is_bounded_both_ways() {
        let wait = |ms: u64| timeout(Some(&json!(ms))).as_secs();
        assert_eq!((wait(1), wait(90_000), wait(u64::MAX)), (30, 90, 300));
    }
}
