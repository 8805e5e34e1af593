//! Master key: password and salt in, login hash and user key out.

use serde::{Deserialize, Serialize};

use super::{Error, Secret, UserKey};

/// Key derivation settings within the bounds this app accepts; can only be made by [`Kdf::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Kdf {
    /// `kdfType` 0.
    Pbkdf2 {
        /// Rounds.
        iterations: u32,
    },
    /// `kdfType` 1.
    Argon2id {
        /// Passes.
        iterations: u32,
        /// Memory in MiB.
        memory_mib: u32,
        /// Lanes.
        parallelism: u32,
    },
}

impl Kdf {
    /// Checks what a server or file announces, before any work is done with it.
    ///
    /// # Errors
    /// [`Error::KdfRefused`] when out of bounds, unknown or incomplete.
    pub fn new(
        kind: i64,
        iterations: i64,
        memory_mib: Option<i64>,
        parallelism: Option<i64>,
    ) -> Result<Self, Error> {
        let _ = (kind, iterations, memory_mib, parallelism);
        todo!("keys")
    }
}

/// The key a master password stands for. Lives for one sign-in or unlock.
pub struct MasterKey(());

impl MasterKey {
    /// Derives; takes about a tenth of a second of CPU: call it off the async threads.
    ///
    /// `salt` is the server's salt, else the e-mail address as typed.
    pub fn derive(password: &Secret, salt: &str, kdf: &Kdf) -> Result<Self, Error> {
        let _ = (password, salt, kdf);
        todo!("keys")
    }
    /// The hash that signs in (one round), base64.
    #[must_use]
    pub fn server_hash(&self, password: &Secret) -> Secret {
        let _ = password;
        todo!("keys")
    }
    /// Opens the user key. [`Error::WrongPassword`] when it does not fit.
    pub fn open_user_key(&self, wrapped: &str) -> Result<UserKey, Error> {
        let _ = wrapped;
        todo!("keys")
    }
}
