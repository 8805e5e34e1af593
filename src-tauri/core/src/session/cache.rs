//! From the card to an open cache.

use super::blocking::blocking;
use super::card::{Card, KeptKey, key_check};
use super::folder::AccountFolder;
use super::{Desk, Locked};
use crate::Error;
use crate::keys::{DatabaseKey, KeyRing};
use crate::server::{ApiKey, Renewal, Tokens};
use crate::store::{self, Store};

/// An open cache and what unlocking needs of it.
pub(super) struct Cache {
    pub(super) store: Store,
    pub(super) tokens: Option<Tokens>,
}

impl Cache {
    /// Opens the file and reads what the server needs.
    pub(super) async fn open(
        folder: &AccountFolder,
        key: &DatabaseKey,
        expected_check: &str,
    ) -> Result<Self, Error> {
        let store = match Store::open(&folder.cache(), key).await {
            // SQLCipher cannot tell the two apart, but the card knows the right key.
            Err(store::Error::WrongKey) if key_check(key) == expected_check => {
                return Err(store::Error::Damaged.into());
            }
            other => other?,
        };
        match load_tokens(&store).await {
            Ok(tokens) => Ok(Self { store, tokens }),
            Err(error) => {
                store.close().await;
                Err(error.into())
            }
        }
    }
}

async fn load_tokens(store: &Store) -> Result<Option<Tokens>, store::Error> {
    let Some((access, refresh)) = store.load_tokens().await? else { return Ok(None) };
    let renewal = match (refresh, store.load_api_key().await?) {
        (Some(refresh), _) => Renewal::Refresh(refresh),
        (None, Some((client_id, client_secret))) => {
            Renewal::ApiKey(ApiKey { client_id, client_secret })
        }
        (None, None) => Renewal::None,
    };
    Ok(Some(Tokens { access, renewal }))
}

/// Writes down what keeps the person signed in.
pub(super) async fn save_tokens(store: &Store, tokens: &Tokens) -> Result<(), store::Error> {
    match &tokens.renewal {
        Renewal::ApiKey(key) => {
            store.save_token_of_key(&tokens.access, &key.client_id, &key.client_secret).await
        }
        renewal => store.save_tokens(&tokens.access, renewal.refresh_token()).await,
    }
}

impl Locked {
    /// Opens the cache of an account whose key the system's keyring keeps.
    pub(super) async fn open_by_keyring(&self, card: &Card, entry: &str) -> Result<Cache, Error> {
        let key = self.desk.recall(entry.to_owned()).await?;
        let key = key.ok_or(store::Error::WrongKey)?;
        Cache::open(&self.folder(), &key, &card.key_check).await
    }

    /// Opens the cache of an account whose key is on the card.
    pub(super) async fn open_by_ring(
        &self,
        card: &Card,
        wrapped: &str,
        ring: &KeyRing,
    ) -> Result<Cache, Error> {
        // It does not open when the user key was replaced on the server: the cache is out of reach then.
        let key = ring.open_database_key(wrapped).map_err(|_| store::Error::WrongKey)?;
        Cache::open(&self.folder(), &key, &card.key_check).await
    }
}

impl Desk {
    /// The key under that name; `None` when the keyring has none.
    pub(super) async fn recall(&self, entry: String) -> Result<Option<DatabaseKey>, Error> {
        let desk = self.clone();
        Ok(blocking(move || desk.keyring().load(&entry)).await?)
    }

    /// Puts a new key into the keyring, or under the user key where that cannot be.
    pub(super) async fn keep(
        &self,
        key: DatabaseKey,
        entry: String,
        ring: &KeyRing,
    ) -> Result<Kept, Error> {
        let desk = self.clone();
        let (key, place) = blocking(move || {
            let place = desk.keyring().save(&entry, &key).is_ok().then_some(KeptKey::Os { entry });
            (key, place)
        })
        .await;
        let place = match place {
            Some(place) => place,
            None => KeptKey::Password { wrapped: ring.wrap_database_key(&key)? },
        };
        Ok(Kept { check: key_check(&key), key, place })
    }
}

/// A database key, and where it is kept.
pub(super) struct Kept {
    pub(super) key: DatabaseKey,
    pub(super) place: KeptKey,
    pub(super) check: String,
}
