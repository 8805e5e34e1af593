//! The Identity service: what to hash with, and tokens for a proof of who one is.

mod answer;
mod codes;
mod grant;
mod refusal;

use serde_json::Value;

use super::casing::Keys;
use super::link::{Call, successful_json};
use super::{Error, Link};
use crate::keys::Secret;

pub(super) use answer::account_keys;
pub use answer::{Granted, PasswordPolicy, TrustedDevice, UnlockWith};
pub use codes::MailProof;
pub use grant::{Extras, Proof, TwoStepCode};
pub use refusal::{SignInRefusal, TokenAnswer, TwoStepDemand};

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
    /// What gets the next one.
    pub renewal: Renewal,
}

/// How an access token that has run out is replaced.
#[derive(Debug, Clone)]
pub enum Renewal {
    /// With the refresh token: good for 30 days since last used.
    Refresh(Secret),
    /// With the personal API key, which stays good until somebody rotates it.
    ApiKey(ApiKey),
    /// Not at all: the server gave no refresh token.
    None,
}

/// An account's personal API key.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// `user.` and the user's id.
    pub client_id: String,
    /// The key.
    pub client_secret: Secret,
}

impl Renewal {
    /// The refresh token, where there is one.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        match self {
            Self::Refresh(token) => Some(token),
            Self::ApiKey(_) | Self::None => None,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
