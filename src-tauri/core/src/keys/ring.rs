//! The ring that holds every key of an unlocked account.

mod chain;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod memory;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use bitwarden_crypto::{EncString, SymmetricCryptoKey, SymmetricKeyAlgorithm};

use self::chain::{Keys, State};
use super::cell::KeyCell;
use super::{
    DatabaseKey, Error, Secret, SessionEnvelope, StagingKey, UserKey, account, pin, prints_nothing,
    sealed, wrap,
};
use crate::model::{AccountKeys, OrganizationId, ProviderId};

/// Every key of an unlocked account. Cheap to clone; all clones are wiped by [`KeyRing::wipe`], after
/// which each call answers [`Error::Locked`]. [`Sealer`]s and [`StagingKey`]s from it are wiped too.
#[derive(Clone)]
pub struct KeyRing(Arc<RwLock<Option<Keys>>>);

/// Seals texts for one organization; `Send + Sync`, so many threads may share it.
#[derive(Clone)]
pub struct Sealer(Arc<KeyCell>);

prints_nothing!(KeyRing, Sealer);

impl KeyRing {
    /// Opens the account's private key; of a V2 account, only when everything it signed holds.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] and [`Error::RolledBack`] when the keys are not to be trusted.
    pub fn open(user_key: UserKey, keys: &AccountKeys) -> Result<Self, Error> {
        let UserKey(user) = user_key;
        let (private, security_version) = account::open(keys, &user)?;
        let keys = Keys { security_version, ..Keys::new(user, private) };
        Ok(Self(Arc::new(RwLock::new(Some(keys)))))
    }

    /// The version of a V2 account's security state, whose signature holds; `None` for a V1 account.
    pub fn security_version(&self) -> Result<Option<u64>, Error> {
        self.read(|keys| Ok(keys.security_version))
    }

    /// Adds a provider key (type 4, for the account's RSA key).
    pub fn add_provider(&self, provider: ProviderId, wrapped: &str) -> Result<(), Error> {
        let shared = wrap::parse_shared(wrapped)?;
        self.change(|keys| {
            let key = wrap::open_shared(&shared, &keys.private).and_then(wrap::require_64)?;
            if keys.providers.insert(provider, key.clone()) != Some(key) {
                keys.forget_clients_of(provider);
            }
            Ok(())
        })
    }

    /// Adds a client's key (type 2 under its provider's key). Remembered wrapped, opened on first use.
    pub fn add_client(
        &self,
        client: OrganizationId,
        provider: ProviderId,
        wrapped: &str,
    ) -> Result<(), Error> {
        let wrapped = sealed::parse(wrapped)?;
        if !matches!(wrapped, EncString::Aes256Cbc_HmacSha256_B64 { .. }) {
            return Err(Error::Malformed);
        }
        self.change(|keys| {
            let organization = keys.organizations.entry(client).or_default();
            let copy = Some((provider, wrapped));
            if organization.client != copy {
                organization.client = copy;
                organization.state = State::Wrapped;
            }
            Ok(())
        })
    }

    /// Adds an organization key (type 4) of a membership. Wins over a provider's copy, unless it is
    /// broken. Remembered wrapped, opened on first use.
    pub fn add_membership(&self, client: OrganizationId, wrapped: &str) -> Result<(), Error> {
        let shared = Some(wrap::parse_shared(wrapped)?);
        self.change(|keys| {
            let organization = keys.organizations.entry(client).or_default();
            if organization.membership != shared {
                organization.membership = shared;
                organization.state = State::Wrapped;
            }
            Ok(())
        })
    }

    /// Whether this organization's texts can be opened: its key is here and not broken. False once
    /// wiped.
    #[must_use]
    pub fn has_key(&self, client: OrganizationId) -> bool {
        self.organization(client).is_ok()
    }

    /// Opens a text sealed under an organization's key.
    pub fn open_text(&self, client: OrganizationId, sealed: &str) -> Result<Secret, Error> {
        let sealed = sealed::parse(sealed)?;
        self.organization(client)?.with(|key| sealed::open_text(&sealed, key))
    }

    /// Seals texts under an organization's key (`EncString` type 2).
    pub fn sealer(&self, client: OrganizationId) -> Result<Sealer, Error> {
        self.organization(client).map(Sealer)
    }

    /// A fresh staging key and its wrapped form.
    pub fn make_staging_key(&self) -> Result<(StagingKey, String), Error> {
        self.change(|keys| {
            let key = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
            let wrapped = wrap::seal_key(&key, &keys.user)?.to_string();
            Ok((StagingKey::new(keys.lent.lend(key)), wrapped))
        })
    }

    /// Opens a wrapped staging key.
    pub fn open_staging_key(&self, wrapped: &str) -> Result<StagingKey, Error> {
        let wrapped = sealed::parse(wrapped)?;
        self.change(|keys| {
            let key = wrap::open_key(&wrapped, &keys.user)?;
            Ok(StagingKey::new(keys.lent.lend(key)))
        })
    }

    /// Wraps the database key under the user key, for machines without a keyring.
    pub fn wrap_database_key(&self, key: &DatabaseKey) -> Result<String, Error> {
        self.read(|keys| Ok(sealed::seal_bytes(key.bytes(), &keys.user)?.to_string()))
    }

    /// Opens a database key wrapped by [`KeyRing::wrap_database_key`].
    pub fn open_database_key(&self, wrapped: &str) -> Result<DatabaseKey, Error> {
        let wrapped = sealed::parse(wrapped)?;
        self.read(|keys| DatabaseKey::from_bytes(&sealed::open_bytes(&wrapped, &keys.user)?))
    }

    /// Seals the user key under a fresh session value.
    pub fn make_session(&self) -> Result<SessionEnvelope, Error> {
        self.read(|keys| SessionEnvelope::seal(&keys.user))
    }

    /// Seals the user key under a PIN; takes some tenths of a second of CPU: call it off the async threads.
    pub fn seal_under_pin(&self, pin: &Secret) -> Result<String, Error> {
        // Not while the ring is held: a lock must not wait for a derivation.
        let user = self.read(|keys| Ok(keys.user.clone()))?;
        pin::seal(&user, pin)
    }

    /// Whether this text lies under the account's user key: tells a replaced user key from the one before.
    #[must_use]
    pub fn opens(&self, wrapped: &str) -> bool {
        let opened = sealed::parse(wrapped)
            .and_then(|wrapped| self.read(|keys| sealed::open_bytes(&wrapped, &keys.user)));
        opened.is_ok()
    }

    /// Whether the keys are gone.
    #[must_use]
    pub fn is_wiped(&self) -> bool {
        self.read(|_| Ok(())).is_err()
    }

    /// Wipes every key, in all clones, and in every [`Sealer`] and [`StagingKey`] made from them.
    pub fn wipe(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn with_user_key<T>(
        &self,
        work: impl FnOnce(&SymmetricCryptoKey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.read(|keys| work(&keys.user))
    }

    /// Every organization that has a key here, opened or not.
    pub(super) fn organizations(&self) -> Result<Vec<OrganizationId>, Error> {
        self.read(|keys| Ok(keys.organizations.keys().copied().collect()))
    }

    pub(super) fn organization(&self, client: OrganizationId) -> Result<Arc<KeyCell>, Error> {
        let known =
            self.read(|keys| match keys.organizations.get(&client).map(|org| &org.state) {
                Some(State::Open(cell)) => Ok(Some(Arc::clone(cell))),
                Some(State::Wrapped) => Ok(None),
                Some(State::Broken) | None => Err(Error::NoKey),
            })?;
        match known {
            Some(cell) => Ok(cell),
            None => self.change(|keys| keys.open_organization(client)),
        }
    }

    fn read<T>(&self, work: impl FnOnce(&Keys) -> Result<T, Error>) -> Result<T, Error> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        work(keys.as_ref().ok_or(Error::Locked)?)
    }

    fn change<T>(&self, work: impl FnOnce(&mut Keys) -> Result<T, Error>) -> Result<T, Error> {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        work(keys.as_mut().ok_or(Error::Locked)?)
    }
}

impl Sealer {
    /// One text under the organization's key.
    pub fn seal(&self, plain: &str) -> Result<String, Error> {
        self.0.with(|key| Ok(sealed::seal_text(plain, key)?.to_string()))
    }
}
