//! Keys and ciphers: the only room that names `bitwarden_crypto`.
//!
//! Never talks to the server or the database; never gives a key out. The chain:
//! master password → [`MasterKey`] → [`UserKey`] → RSA private key → provider keys → client keys
//! (and RSA private key → organization keys of the person's own memberships), all inside [`KeyRing`].

mod chain;
mod export;
mod kdf;
mod secret;

pub use chain::{DatabaseKey, KeyRing, Sealer, SessionEnvelope, StagingKey, UserKey};
pub use export::open_protected_export;
pub use kdf::{Kdf, MasterKey};
pub use secret::Secret;

use crate::Code;

/// What went wrong with keys. Says nothing about why a decryption failed: a wrong key and a forged
/// text look the same.
#[derive(Debug, thiserror::Error)]
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
    /// The account uses V2 encryption.
    #[error("this account uses V2 encryption, which this version cannot open yet")]
    V2Account,
    /// No key for that provider or organization in the ring.
    #[error("the key for this organization is not available")]
    NoKey,
    /// The ring was wiped.
    #[error("locked")]
    Locked,
    /// The OS keyring refused or failed.
    #[error("the system keyring is not available")]
    Keyring,
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::WrongPassword => Code::WrongPassword,
            Self::KdfRefused | Self::Malformed | Self::Unopened | Self::NoKey => {
                Code::ServerTrouble
            }
            Self::V2Account => Code::SignInUnsupported,
            Self::Locked => Code::Locked,
            Self::Keyring => Code::CacheLocked,
        }
    }
}
