//! A caller with a hand-made vocabulary: knows the keys' arithmetic, nothing of the sandbox's code.

use aes::Aes256;
use base64ct::{Base64, Encoding};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Oaep, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardroom_sandbox::{DemoAccount, Options, Sandbox};

pub(crate) const VERSION: &str = "2026.8.0";

/// One person at a sandbox.
pub(crate) struct Caller {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) account: DemoAccount,
    pub(crate) token: String,
    pub(crate) refresh: String,
    /// The answer to the sign-in.
    pub(crate) signed_in: Value,
}

/// A sandbox as shipped, with few clients because most rules need one.
pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::start(Options { clients: 6, ..Options::default() }).await.unwrap()
}

pub(crate) fn http() -> reqwest::Client {
    // Plain HTTP on loopback, but the client wants to know how it would speak TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().build().unwrap()
}

pub(crate) fn account(sandbox: &Sandbox, email: &str) -> DemoAccount {
    sandbox.accounts().into_iter().find(|account| account.email == email).unwrap()
}

pub(crate) const ADMIN: &str = "admin@northwind.example";
pub(crate) const SERVICE: &str = "service@northwind.example";
pub(crate) const OWNER: &str = "owner@harbourside.example";
pub(crate) const USER: &str = "user@harbourside.example";

/// The form of a password sign-in, ready to be spoilt by tests.
pub(crate) fn sign_in_form(email: &str, hash: &str) -> Vec<(String, String)> {
    [
        ("grant_type", "password"),
        ("client_id", "desktop"),
        ("scope", "api offline_access"),
        ("username", email),
        ("password", hash),
        ("deviceType", "8"),
        ("deviceIdentifier", "11111111-2222-3333-4444-555555555555"),
        ("deviceName", "test"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

impl Caller {
    /// Signed in, through prelogin, as a client does it.
    pub(crate) async fn new(sandbox: &Sandbox, email: &str) -> Self {
        let (http, url, account) = (http(), sandbox.url(), account(sandbox, email));
        let (_, hash) = derive(&http, &url, &account).await;
        let response = http
            .post(format!("{url}/identity/connect/token"))
            .header("Bitwarden-Client-Version", VERSION)
            .form(&sign_in_form(email, &hash))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "the demo account's password is right");
        let signed_in: Value = response.json().await.unwrap();
        let text = |name: &str| signed_in[name].as_str().unwrap().to_owned();
        let (token, refresh) = (text("access_token"), text("refresh_token"));
        Self { http, url, account, token, refresh, signed_in }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method: reqwest::Method = method.parse().unwrap();
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("Bitwarden-Client-Version", VERSION)
    }

    /// A `GET` that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.request("GET", path).send().await.unwrap();
        assert_eq!(response.status(), 200, "GET {path}");
        response.json().await.unwrap()
    }

    /// Status and body; `null` for an empty one.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let response = self.request(method, path).json(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Imports and gives status and body.
    pub(crate) async fn import(&self, organization: uuid::Uuid, body: &Value) -> (u16, Value) {
        let path = format!("/api/ciphers/import-organization?organizationId={organization}");
        self.send("POST", &path, body).await
    }

    /// The user key, by way of the master password.
    pub(crate) async fn user_key(&self) -> Vec<u8> {
        let (master, _) = derive(&self.http, &self.url, &self.account).await;
        let unlock = &self.signed_in["UserDecryptionOptions"]["MasterPasswordUnlock"];
        open(&stretch(&master), unlock["MasterKeyEncryptedUserKey"].as_str().unwrap()).unwrap()
    }

    /// The RSA private key, by way of the user key.
    pub(crate) async fn private_key(&self) -> RsaPrivateKey {
        let sealed = self.signed_in["PrivateKey"].as_str().unwrap();
        RsaPrivateKey::from_pkcs8_der(&open(&self.user_key().await, sealed).unwrap()).unwrap()
    }
}

/// Master key and sign-in hash with the parameters prelogin gives.
pub(crate) async fn derive(
    http: &reqwest::Client,
    url: &str,
    account: &DemoAccount,
) -> (Vec<u8>, String) {
    let path = format!("{url}/identity/accounts/prelogin/password");
    let asked = json!({ "email": account.email });
    let kdf: Value = http.post(path).json(&asked).send().await.unwrap().json().await.unwrap();
    let number = |name: &str| u32::try_from(kdf["kdfSettings"][name].as_u64().unwrap()).unwrap();
    let (password, salt) = (account.password.as_bytes(), account.email.as_bytes());
    let mut master = vec![0; 32];
    if number("kdfType") == 0 {
        let params = pbkdf2::Params::new(number("iterations")).unwrap();
        let algorithm = pbkdf2::Algorithm::Pbkdf2Sha256;
        pbkdf2::pbkdf2_hmac_with_params(password, salt, algorithm, params, &mut master);
    } else {
        let params = argon2::Params::new(
            number("memory") * 1024,
            number("iterations"),
            number("parallelism"),
            Some(32),
        );
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params.unwrap())
            .hash_password_into(password, &Sha256::digest(salt), &mut master)
            .unwrap();
    }
    let mut hash = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(&master, password, 1, &mut hash);
    (master, Base64::encode_string(&hash))
}

pub(crate) fn stretch(master: &[u8]) -> Vec<u8> {
    let hkdf = Hkdf::<Sha256>::from_prk(master).unwrap();
    let mut key = vec![0; 64];
    hkdf.expand(b"enc", &mut key[..32]).unwrap();
    hkdf.expand(b"mac", &mut key[32..]).unwrap();
    key
}

/// Opens a type 2 `EncString`.
pub(crate) fn open(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let parts: Vec<Vec<u8>> = text
        .strip_prefix("2.")?
        .split('|')
        .map(|part| Base64::decode_vec(part).ok())
        .collect::<Option<_>>()?;
    let [iv, sealed, tag] = parts.as_slice() else { return None };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key[32..]).unwrap();
    mac.update(iv);
    mac.update(sealed);
    mac.verify_slice(tag).ok()?;
    cbc::Decryptor::<Aes256>::new_from_slices(&key[..32], iv)
        .ok()?
        .decrypt_padded_vec::<Pkcs7>(sealed)
        .ok()
}

/// Seals to a type 2 `EncString` with a random initialisation vector.
pub(crate) fn seal(key: &[u8], text: &str) -> String {
    let iv: [u8; 16] = rand::random();
    let sealed = cbc::Encryptor::<Aes256>::new_from_slices(&key[..32], &iv)
        .unwrap()
        .encrypt_padded_vec::<Pkcs7>(text.as_bytes());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key[32..]).unwrap();
    mac.update(&iv);
    mac.update(&sealed);
    let tag = mac.finalize().into_bytes();
    let encode = |bytes: &[u8]| Base64::encode_string(bytes);
    format!("2.{}|{}|{}", encode(&iv), encode(&sealed), encode(&tag))
}

/// Opens a type 4 `EncString`.
pub(crate) fn unwrap_key(private: &RsaPrivateKey, text: &str) -> Vec<u8> {
    let sealed = Base64::decode_vec(text.strip_prefix("4.").unwrap()).unwrap();
    private.decrypt(Oaep::<sha1::Sha1>::new(), &sealed).unwrap()
}

/// The organization's key, from the sandbox's own drawer.
pub(crate) fn key_of(sandbox: &Sandbox, organization: uuid::Uuid) -> Vec<u8> {
    Base64::decode_vec(&sandbox.organization_key(organization).unwrap()).unwrap()
}

/// A login sealed under `key`.
pub(crate) fn login(key: &[u8], name: &str, password: &str) -> Value {
    json!({
        "type": 1,
        "name": seal(key, name),
        "notes": null,
        "favorite": false,
        "reprompt": 0,
        "login": {
            "uris": [{ "uri": seal(key, "https://site.example"), "match": null, "uriChecksum": seal(key, "sum") }],
            "username": seal(key, "somebody"),
            "password": seal(key, password),
            "totp": null,
        },
        "fields": null,
        "passwordHistory": null,
        "key": null,
    })
}
