//! From the card to an open cache and what it holds of keys and tokens.

use super::blocking::blocking;
use super::card::{Card, KeptKey, key_check};
use super::folder::AccountFolder;
use super::{Desk, Locked};
use crate::Error;
use crate::keys::{DatabaseKey, KeyRing};
use crate::server::Tokens;
use crate::store::{self, ProviderRow, Store, WrappedKeys};

/// An open cache and what unlocking needs of it.
pub(super) struct Cache {
    pub(super) store: Store,
    pub(super) tokens: Option<Tokens>,
    providers: Vec<ProviderRow>,
    clients: Vec<WrappedKeys>,
}

impl Cache {
    /// Opens the file and reads what the ring and the server need.
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
        match Self::read(&store).await {
            Ok(cache) => Ok(cache),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    async fn read(store: &Store) -> Result<Self, Error> {
        let (tokens, providers, clients) = tokio::try_join!(
            store.load_tokens(),
            store.load_providers(),
            store.load_client_keys()
        )?;
        let tokens = tokens.map(|(access, refresh)| Tokens { access, refresh });
        Ok(Self { store: store.clone(), tokens, providers, clients })
    }

    /// Hands the wrapped keys to the ring. One broken key must not block the others: the last refresh has
    /// marked it, and [`KeyRing::has_key`] will say no.
    pub(super) fn fill(&mut self, ring: &KeyRing) {
        for row in self.providers.drain(..) {
            if let Some(wrapped) = row.wrapped_key {
                let _ = ring.add_provider(row.provider.id, &wrapped);
            }
        }
        for keys in self.clients.drain(..) {
            if let Some((provider, wrapped)) = keys.by_provider {
                let _ = ring.add_client(keys.client, provider, &wrapped);
            }
            if let Some(wrapped) = keys.by_membership {
                let _ = ring.add_membership(keys.client, &wrapped);
            }
        }
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
