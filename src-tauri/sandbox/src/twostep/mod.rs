//! What an account asks for besides its first proof: two-step login, and a code for a device nobody knows.
//!
//! Everything follows `src/Core/Auth/Identity/TokenProviders/` and
//! `src/Identity/IdentityServer/RequestValidators/` of bitwarden/server, except where it says so.

mod book;
mod control;
mod limit;
mod mail;
mod otp;
mod secrets;
mod verify;
mod webauthn;

use serde::Serialize;

pub(crate) use book::Book;
pub use mail::{Mail, MailKind};
pub use secrets::TwoStepSecrets;
pub(crate) use verify::{RECOVERY, REMEMBER};

/// A two-step login method an account may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondStep {
    /// 0: six digits of an app (RFC 6238).
    Authenticator,
    /// 1: six digits from a mail.
    Email,
    /// 2: the person's own Duo.
    Duo,
    /// 3: 44 letters that a key types.
    YubiKey {
        /// One of the keys has NFC.
        nfc: bool,
    },
    /// 6: the Duo of an organization the person belongs to.
    OrganizationDuo,
    /// 7: a security key; an account may have several.
    SecurityKey(SecurityKey),
}

impl SecondStep {
    /// `TwoFactorProviderType`.
    #[must_use]
    pub fn number(&self) -> u8 {
        match self {
            Self::Authenticator => 0,
            Self::Email => 1,
            Self::Duo => 2,
            Self::YubiKey { .. } => 3,
            Self::OrganizationDuo => 6,
            Self::SecurityKey(_) => 7,
        }
    }
}

/// The server's half of a security key (ES256 only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityKey {
    /// As the key gave it when it was registered.
    pub credential_id: Vec<u8>,
    /// The point on P-256, uncompressed: 4, then x and y, 65 bytes (SEC 1, section 2.3.3).
    pub public_key: Vec<u8>,
    /// The last signature counter seen; 0 for keys that do not count.
    pub counter: u32,
}

/// What a person's two-step login looks like from outside.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwoStepState {
    /// `TwoFactorProviderType` of each method.
    pub methods: Vec<u8>,
    /// Everything needed to pass.
    #[serde(flatten)]
    pub secrets: TwoStepSecrets,
    /// What the authenticator app shows now.
    pub authenticator_code: String,
    /// What the `YubiKey` types next; another one at each look.
    pub yubi_key_otp: String,
    /// Devices the account has signed in from.
    pub devices: Vec<String>,
}
