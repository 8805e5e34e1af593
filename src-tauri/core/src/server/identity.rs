//! The Identity service: what to hash with, and tokens for a hash.

use std::time::Duration;

use serde_json::Value;

use super::answer::ErrorBody;
use super::casing::Keys;
use super::link::{Call, device_type, is_expired_token, successful_json, whole_body};
use super::{Error, Link};
use crate::keys::Secret;
use crate::model::Endpoints;

/// Bounds of an answer of the token endpoint, which has no lists.
const TOKEN_ANSWER_LIMIT: usize = 1 << 20;
/// A failed sign-in is answered two seconds late by the server's design; a hash of 2,000,000 rounds later.
const TOKEN_TIMEOUT: Duration = Duration::from_mins(1);
const CLIENT_ID: &str = "desktop";

/// Key derivation as the server announces it; nothing of it is checked yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KdfNumbers {
    /// 0 PBKDF2, 1 Argon2id.
    pub kind: Option<i64>,
    /// Rounds or passes.
    pub iterations: Option<i64>,
    /// MiB, Argon2id only.
    pub memory_mib: Option<i64>,
    /// Lanes, Argon2id only.
    pub parallelism: Option<i64>,
}

/// What to hash the password with. Says nothing about whether the account exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prelogin {
    /// Key derivation.
    pub kdf: KdfNumbers,
    /// `None` is normal: the e-mail address is the salt.
    pub salt: Option<String>,
}

/// What keeps a person signed in.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Good for an hour.
    pub access: Secret,
    /// Good for 30 days since last used; `None` when the server gave none.
    pub refresh: Option<Secret>,
}

/// How the master password opens the account, as told at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlockWith {
    /// Key derivation; may differ from prelogin's.
    pub kdf: KdfNumbers,
    /// `None` means the e-mail address.
    pub salt: Option<String>,
    /// The user key under the master key.
    pub wrapped_user_key: String,
}

/// A successful sign-in.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The tokens.
    pub tokens: Tokens,
    /// `None` for accounts without a master password.
    pub unlock: Option<UnlockWith>,
    /// The RSA key under the user key.
    pub wrapped_private_key: Option<String>,
}

impl Link {
    /// Asks what to hash the password with.
    pub async fn fetch_prelogin(&self, email: &str) -> Result<Prelogin, Error> {
        match self.prelogin_at("/accounts/prelogin/password", email).await {
            // Servers before 2025.7 know the old name only (`src/Identity/Controllers/AccountsController.cs`).
            Err(Error::NotFound) => self.prelogin_at("/accounts/prelogin", email).await,
            answer => answer,
        }
    }

    async fn prelogin_at(&self, path: &str, email: &str) -> Result<Prelogin, Error> {
        let body = serde_json::json!({ "email": email }).to_string();
        let call = Call::post(format!("{}{path}", self.endpoints.identity), body);
        let answer: Value = successful_json(self.send(&call, None).await?, &call).await?;
        prelogin(&answer).ok_or(Error::NotUnderstood)
    }

    /// Signs in with the hash of the master password.
    pub async fn grant_by_password(&self, email: &str, hash: &Secret) -> Result<Granted, Error> {
        let device = self.device.to_string();
        let fields = [
            ("grant_type", "password"),
            ("client_id", CLIENT_ID),
            ("scope", "api offline_access"),
            ("username", email),
            ("password", hash.expose()),
            ("deviceType", device_type()),
            ("deviceIdentifier", &device),
            ("deviceName", std::env::consts::OS),
        ];
        let call = token_call(&self.endpoints, &fields);
        let answer = self.send(&call, None).await?;
        if answer.status().as_u16() != 400 {
            let answer: Value = successful_json(answer, &call).await?;
            return granted(&answer).ok_or(Error::NotUnderstood);
        }
        let body = whole_body(answer, &call, TOKEN_ANSWER_LIMIT).await?;
        Err(sign_in_refusal(&ErrorBody::read(&body)))
    }

    /// A new access token. [`Error::SessionEnded`] when the server does not know the refresh token any more.
    pub(super) async fn grant_by_refresh(&self, refresh: &Secret) -> Result<Tokens, Error> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("refresh_token", refresh.expose()),
        ];
        let call = token_call(&self.endpoints, &fields);
        let answer = self.send(&call, None).await?;
        // An ended refresh token is a 400 `invalid_grant`, not a 401 (RFC 6749, section 5.2);
        // Vaultwarden answers 401.
        if answer.status().as_u16() == 400 || is_expired_token(&answer) || answer.status() == 401 {
            return Err(Error::SessionEnded);
        }
        let answer: Value = successful_json(answer, &call).await?;
        let mut tokens = granted(&answer).ok_or(Error::NotUnderstood)?.tokens;
        tokens.refresh.get_or_insert_with(|| refresh.clone());
        Ok(tokens)
    }
}

fn token_call(endpoints: &Endpoints, fields: &[(&str, &str)]) -> Call {
    Call::form(format!("{}/connect/token", endpoints.identity), fields).patient(TOKEN_TIMEOUT)
}

/// Which of the 400 answers of `/connect/token` it is. The texts are the server's
/// (`src/Identity/IdentityServer/RequestValidators/BaseRequestValidator.cs`, `DeviceValidator.cs`); official
/// clients compare them too.
fn sign_in_refusal(body: &ErrorBody) -> Error {
    let code = body.text("error").unwrap_or_default();
    let description = body.text("error_description").unwrap_or_default().to_ascii_lowercase();
    let sentence = body.sentence().unwrap_or_default().to_ascii_lowercase();
    let said = |text: &str| description.contains(text) || sentence.contains(text);
    if body.has("twoFactorProviders2")
        || said("two factor required")
        || said("no two-step providers")
    {
        Error::SignInUnsupported("two-step login")
    } else if said("new device verification required") {
        Error::SignInUnsupported("new-device verification")
    } else if said("sso authentication is required") {
        Error::SignInUnsupported("single sign-on")
    } else if said("legacy encryption") {
        Error::SignInUnsupported("an encryption migration in the web vault")
    } else if code == "invalid_client_version" {
        Error::SignInUnsupported("a newer version of this app")
    } else if code == "invalid_grant" || said("username or password is incorrect") {
        Error::WrongCredentials
    } else {
        body.refused()
    }
}

/// `kdfSettings` with `kdfType`, `iterations` …; or, on older servers, `kdf`, `kdfIterations` … beside the rest.
fn prelogin(answer: &Value) -> Option<Prelogin> {
    let keys = Keys::of(answer)?;
    let kdf = keys.object("kdfSettings").map_or_else(|| old_kdf(keys), new_kdf);
    Some(Prelogin { kdf, salt: keys.text("salt").map(str::to_owned) })
}

fn new_kdf(settings: Keys<'_>) -> KdfNumbers {
    KdfNumbers {
        kind: settings.number("kdfType"),
        iterations: settings.number("iterations"),
        memory_mib: settings.number("memory"),
        parallelism: settings.number("parallelism"),
    }
}

fn old_kdf(keys: Keys<'_>) -> KdfNumbers {
    KdfNumbers {
        kind: keys.number("kdf"),
        iterations: keys.number("kdfIterations"),
        memory_mib: keys.number("kdfMemory"),
        parallelism: keys.number("kdfParallelism"),
    }
}

fn granted(answer: &Value) -> Option<Granted> {
    let keys = Keys::of(answer)?;
    let tokens = Tokens {
        access: Secret::new(keys.text("access_token")?),
        refresh: keys.text("refresh_token").map(Secret::new),
    };
    let private_key = keys.object("accountKeys").and_then(pair_private_key);
    Some(Granted {
        tokens,
        unlock: new_unlock(keys).or_else(|| old_unlock(keys)),
        wrapped_private_key: private_key.or_else(|| keys.text("privateKey")).map(str::to_owned),
    })
}

fn new_unlock(keys: Keys<'_>) -> Option<UnlockWith> {
    let unlock = keys.object("userDecryptionOptions")?.object("masterPasswordUnlock")?;
    // Vaultwarden sends both names (`src/api/identity.rs`), the server the first.
    let wrapped = unlock
        .text("masterKeyEncryptedUserKey")
        .or_else(|| unlock.text("masterKeyWrappedUserKey"))?;
    Some(UnlockWith {
        kdf: unlock.object("kdf").map_or_else(|| old_kdf(keys), new_kdf),
        salt: unlock.text("salt").map(str::to_owned),
        wrapped_user_key: wrapped.to_owned(),
    })
}

/// The deprecated keys, for servers that do not know the new ones yet.
fn old_unlock(keys: Keys<'_>) -> Option<UnlockWith> {
    let wrapped_user_key = keys.text("key")?.to_owned();
    Some(UnlockWith { kdf: old_kdf(keys), salt: None, wrapped_user_key })
}

/// Of `accountKeys`, as the token answer and the profile have it.
pub(super) fn pair_private_key(account_keys: Keys<'_>) -> Option<&str> {
    account_keys.object("publicKeyEncryptionKeyPair")?.text("wrappedPrivateKey")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(body: &str) -> Granted {
        super::granted(&serde_json::from_str(body).unwrap()).unwrap()
    }

    fn refusal(body: &str) -> Error {
        sign_in_refusal(&ErrorBody::read(body.as_bytes()))
    }

    #[test]
    fn both_names_of_the_user_key_may_come_in_one_answer() {
        let unlock = granted(
            r#"{"access_token":"t","UserDecryptionOptions":{"MasterPasswordUnlock":{"Kdf":{"KdfType":0,
            "Iterations":600000},"MasterKeyEncryptedUserKey":"2.a","MasterKeyWrappedUserKey":"2.a"}}}"#,
        )
        .unlock
        .expect("a master password");
        assert_eq!(unlock.wrapped_user_key, "2.a", "Vaultwarden sends both names");
    }

    #[test]
    fn each_refusal_of_the_token_endpoint_is_told_apart() {
        let named = |body: &str| match refusal(body) {
            Error::SignInUnsupported(what) => what,
            other => panic!("{other:?}"),
        };
        let wrong = r#"{"error":"invalid_grant","error_description":"invalid_username_or_password",
            "ErrorModel":{"Message":"Username or password is incorrect. Try again.","Object":"error"}}"#;
        assert!(matches!(refusal(wrong), Error::WrongCredentials));
        let two_step = r#"{"error":"invalid_grant","error_description":"Two factor required.",
            "TwoFactorProviders":["0"],"TwoFactorProviders2":{"0":null}}"#;
        assert_eq!(named(two_step), "two-step login");
        let device = r#"{"error":"device_error","error_description":"New device verification required",
            "ErrorModel":{"Message":"new device verification required","Object":"error"}}"#;
        assert_eq!(named(device), "new-device verification");
        let sso = r#"{"error":"invalid_grant","error_description":"Sso authentication is required.",
            "ErrorModel":{"Message":"SSO authentication is required."}}"#;
        assert_eq!(named(sso), "single sign-on");
        let old = r#"{"error":"invalid_client_version","ErrorModel":{"Message":"Please update"}}"#;
        assert_eq!(named(old), "a newer version of this app");
        let vaultwarden = r#"{"message":"Username or password is incorrect. Try again",
            "errorModel":{"message":"Username or password is incorrect. Try again"},"error":""}"#;
        assert!(matches!(refusal(vaultwarden), Error::WrongCredentials));
        let missing =
            r#"{"error":"device_error","error_description":"No device information provided"}"#;
        assert!(
            matches!(refusal(missing), Error::Refused { .. }),
            "our mistake must not look like theirs"
        );
    }

    #[test]
    fn new_and_deprecated_keys_are_read_in_both_casings() {
        let new = granted(
            r#"{"access_token":"a","expires_in":3600,"token_type":"Bearer","refresh_token":"r",
            "Key":"2.old","PrivateKey":"2.oldpriv","Kdf":0,"KdfIterations":600000,
            "AccountKeys":{"publicKeyEncryptionKeyPair":{"wrappedPrivateKey":"2.priv","publicKey":"p"}},
            "UserDecryptionOptions":{"HasMasterPassword":true,"MasterPasswordUnlock":{"Kdf":
            {"KdfType":1,"Iterations":6,"Memory":32,"Parallelism":4},
            "MasterKeyEncryptedUserKey":"2.user","Salt":"ann@acme.example"}}}"#,
        );
        let unlock = new.unlock.unwrap();
        assert_eq!(unlock.wrapped_user_key, "2.user");
        assert_eq!(unlock.salt.as_deref(), Some("ann@acme.example"));
        assert_eq!(unlock.kdf.kind, Some(1));
        assert_eq!(new.wrapped_private_key.as_deref(), Some("2.priv"));

        let old = granted(
            r#"{"access_token":"a","key":"2.user","privateKey":"2.priv","kdf":0,"kdfIterations":5000}"#,
        );
        let unlock = old.unlock.unwrap();
        assert_eq!((unlock.kdf.kind, unlock.kdf.iterations), (Some(0), Some(5000)));
        assert_eq!((unlock.salt, old.wrapped_private_key.as_deref()), (None, Some("2.priv")));
        assert!(granted(r#"{"access_token":"a"}"#).unlock.is_none(), "no master password");
    }

    #[test]
    fn prelogin_is_read_in_its_old_and_new_shape() {
        let read = |body: &str| prelogin(&serde_json::from_str(body).unwrap()).unwrap().kdf;
        let old =
            read(r#"{"kdf":0,"kdfIterations":600000,"kdfMemory":null,"kdfParallelism":null}"#);
        assert_eq!(old.iterations, Some(600_000));
        let new = read(
            r#"{"kdfSettings":{"kdfType":1,"iterations":6,"memory":32,"parallelism":4},"salt":null}"#,
        );
        assert_eq!((new.kind, new.memory_mib, new.parallelism), (Some(1), Some(32), Some(4)));
    }
}
