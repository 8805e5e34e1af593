//! The ring that holds every key of an unlocked account.

use super::{Error, Secret};
use crate::model::{OrganizationId, ProviderId};

/// The account's own symmetric key, just opened.
pub struct UserKey(());

/// Every key of an unlocked account. Cheap to clone; all clones are wiped by [`KeyRing::wipe`], after
/// which each call answers [`Error::Locked`].
#[derive(Clone)]
pub struct KeyRing(());

/// A key of the local database: 32 random bytes.
pub struct DatabaseKey(());

/// The key that seals one staged import. Wrapped under the user key it is kept beside the rows; without
/// an unlocked ring the rows stay closed.
pub struct StagingKey(());

/// Seals texts for one organization; `Send + Sync`, so many threads may share it.
pub struct Sealer(());

/// The user key sealed under a session value (`WARDROOM_SESSION`); safe to keep on disk.
pub struct SessionEnvelope {
    /// Public part, stored in the account's folder.
    pub envelope: String,
    /// Names the envelope: lower-case hex, safe as a file name.
    pub id: String,
    /// Secret part, handed to the person: contains the id and the key.
    pub value: Secret,
}

impl DatabaseKey {
    /// 32 random bytes.
    #[must_use]
    pub fn make() -> Self {
        todo!("keys")
    }
    /// The form SQLCipher's `PRAGMA key` takes: `"x'…64 hex digits…'"`, double quotes included.
    #[must_use]
    pub fn pragma(&self) -> Secret {
        todo!("keys")
    }
}

impl KeyRing {
    /// Opens the account's private key. `wrapped_private_key` of type 7 means a V2 account and is
    /// refused by name.
    pub fn open(user_key: UserKey, wrapped_private_key: &str) -> Result<Self, Error> {
        let _ = (user_key, wrapped_private_key);
        todo!("keys")
    }
    /// Adds a provider key (type 4, for the account's RSA key).
    pub fn add_provider(&self, provider: ProviderId, wrapped: &str) -> Result<(), Error> {
        let _ = (provider, wrapped);
        todo!("keys")
    }
    /// Adds a client's key (type 2 under its provider's key). Remembered wrapped, opened on first use.
    pub fn add_client(
        &self,
        client: OrganizationId,
        provider: ProviderId,
        wrapped: &str,
    ) -> Result<(), Error> {
        let _ = (client, provider, wrapped);
        todo!("keys")
    }
    /// Adds an organization key (type 4) of a membership. Wins over a provider's copy.
    pub fn add_membership(&self, client: OrganizationId, wrapped: &str) -> Result<(), Error> {
        let _ = (client, wrapped);
        todo!("keys")
    }
    /// Opens a text sealed under an organization's key.
    pub fn open_text(&self, client: OrganizationId, sealed: &str) -> Result<Secret, Error> {
        let _ = (client, sealed);
        todo!("keys")
    }
    /// Seals texts under an organization's key (`EncString` type 2).
    pub fn sealer(&self, client: OrganizationId) -> Result<Sealer, Error> {
        let _ = client;
        todo!("keys")
    }
    /// A fresh staging key and its wrapped form.
    pub fn make_staging_key(&self) -> Result<(StagingKey, String), Error> {
        todo!("keys")
    }
    /// Opens a wrapped staging key.
    pub fn open_staging_key(&self, wrapped: &str) -> Result<StagingKey, Error> {
        let _ = wrapped;
        todo!("keys")
    }
    /// Wraps the database key under the user key, for machines without a keyring.
    pub fn wrap_database_key(&self, key: &DatabaseKey) -> Result<String, Error> {
        let _ = key;
        todo!("keys")
    }
    /// Opens a database key wrapped by [`KeyRing::wrap_database_key`].
    pub fn open_database_key(&self, wrapped: &str) -> Result<DatabaseKey, Error> {
        let _ = wrapped;
        todo!("keys")
    }
    /// Seals the user key under a fresh session value.
    pub fn make_session(&self) -> Result<SessionEnvelope, Error> {
        todo!("keys")
    }
    /// Wipes every key, in all clones.
    pub fn wipe(&self) {
        todo!("keys")
    }
}

impl Sealer {
    /// One text under the organization's key.
    pub fn seal(&self, plain: &str) -> Result<String, Error> {
        let _ = plain;
        todo!("keys")
    }
}

impl StagingKey {
    /// Seals bytes: `0x02 ‖ iv ‖ mac ‖ ciphertext` (the binary `EncString`).
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let _ = plain;
        todo!("keys")
    }
    /// Opens what [`StagingKey::seal`] made.
    pub fn open(&self, sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let _ = sealed;
        todo!("keys")
    }
}
