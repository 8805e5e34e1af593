//! Keys and ciphers: the only room that names `bitwarden_crypto`.
//!
//! Never talks to the server or the database; never gives a key out. The chain:
//! master password → [`MasterKey`] → [`UserKey`] → RSA private key → provider keys → client keys
//! (and RSA private key → organization keys of the person's own memberships), all inside [`KeyRing`].

mod account;
mod base64url;
mod cell;
mod checksum;
mod claims;
mod database;
mod device;
mod door;
mod export;
mod kdbx;
mod kdf;
mod keyring;
mod master;
mod pin;
mod public;
pub mod raw;
mod request;
mod restricted;
mod ring;
mod sealed;
mod secret;
mod session;
mod ssh;
mod stack;
mod staging;
mod wrap;

pub use base64url::{from_base64url, to_base64url};
pub use checksum::uri_checksum;
pub use claims::unverified_claims;
pub use database::DatabaseKey;
pub use device::{DeviceTrust, open_with_device_key};
pub use door::PasswordDoor;
pub use export::open_protected_export;
pub use kdbx::{InnerStream, Kdbx, KdbxError, OpenKdbx};
pub use kdf::Kdf;
pub use keyring::{Keyring, KeyringStore};
pub use master::{MasterKey, UserKey};
pub use pin::{open_apart, open_with_pin, seal_apart};
pub use public::fingerprint;
pub use request::RequestKey;
pub use restricted::{ExportKey, ExportOpener};
pub use ring::{KeyRing, Sealer};
pub use secret::Secret;
pub use session::{SessionEnvelope, open_session, session_id};
pub use ssh::ssh_public_part;
pub use staging::StagingKey;

use crate::Code;

/// What went wrong with keys. Says nothing about why a decryption failed: a wrong key and a forged
/// text look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The master password (or PIN, or session value) does not open it.
    #[error("the password is not right")]
    WrongPassword,
    /// The server announced KDF settings that are too weak, too costly or unknown; nothing was hashed.
    #[error("the server asks for key derivation settings this app refuses")]
    KdfRefused,
    /// Not an encrypted text, or not one of the accepted types.
    #[error("an encrypted text has a form this app does not accept")]
    Malformed,
    /// It did not decrypt.
    #[error("an encrypted text could not be opened")]
    Unopened,
    /// The account's keys do not belong together: signatures that do not hold, or half of a V2 account.
    #[error("the account's keys contradict each other; the server may not be honest")]
    Inconsistent,
    /// The account was safer when this machine last saw it.
    #[error("the server offers an older security state of this account than this machine has seen")]
    RolledBack,
    /// No key for that provider or organization in the ring, or only a broken one.
    #[error("the key for this organization is not available")]
    NoKey,
    /// The ring was wiped.
    #[error("locked")]
    Locked,
    /// The OS keyring is there but locked, or it refused or failed.
    #[error("the system keyring did not give the key")]
    Keyring,
    /// There is no OS keyring on this machine, or the person does without.
    #[error("there is no system keyring")]
    NoKeyring,
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::WrongPassword => Code::WrongPassword,
            Self::KdfRefused
            | Self::Malformed
            | Self::Unopened
            | Self::Inconsistent
            | Self::RolledBack
            | Self::NoKey => Code::ServerTrouble,
            Self::Locked => Code::Locked,
            Self::Keyring | Self::NoKeyring => Code::CacheLocked,
        }
    }
}

/// Types that hold keys print their name and nothing else.
macro_rules! prints_nothing {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
use prints_nothing;
