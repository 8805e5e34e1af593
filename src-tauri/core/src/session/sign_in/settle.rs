//! What a sign-in leaves on this machine: the card, the cache, the tokens in it.

use uuid::Uuid;

use super::SignInError;
use super::opening::Opened;
use crate::keys::{DatabaseKey, KeyRing};
use crate::model::{Provider, ServerSettings, UserId};
use crate::session::Locked;
use crate::session::cache::{Cache, Kept, save_tokens};
use crate::session::card::{Card, KeptKey};
use crate::store::{self, ProviderRow};
use crate::{Error, keys, server};

impl Locked {
    /// Writes the card, opens or makes the cache, and puts into it what signing in brought.
    pub(super) async fn settle(
        &self,
        opened: &Opened,
        device: Uuid,
        server: &ServerSettings,
    ) -> Result<Cache, Error> {
        let folder = self.folder();
        self.refuse_older(opened)?;
        folder.make()?;
        let before = Card::read(&folder)?;
        if before.as_ref().is_some_and(|before| self.is_of_another(before, &opened.ring)) {
            return Err(SignInError::KnownElsewhere.into());
        }
        let Kept { key, place, check } = self.database_key(&opened.ring).await?;
        // The card goes first: a cache without one could never be opened again.
        let unlocking = opened.unlocking.clone();
        let card = Card::new(self.account.clone(), device, unlocking, place, check.clone());
        card.at(server).with_server_said(opened.server_said.clone()).write(&folder)?;
        self.forget_old_ways(before.as_ref()).await?;
        let cache = Cache::open(&folder, &key, &check).await?;
        save_tokens(&cache.store, &opened.tokens).await?;
        let providers: Vec<ProviderRow> = opened.profile.providers.iter().map(row).collect();
        cache.store.save_providers(&providers).await?;
        Ok(cache)
    }

    /// What a V2 account had in force when this machine last saw it, it must still have.
    fn refuse_older(&self, opened: &Opened) -> Result<(), Error> {
        let known = Card::read(&self.folder())?.and_then(|card| card.keys.security_version);
        if opened.unlocking.keys.security_version < known {
            return Err(keys::Error::RolledBack.into());
        }
        Ok(())
    }

    /// Ids are the servers' own: another server could claim to know the owner of an account that is here, and be
    /// given its cache. The same account on a server that has moved proves itself by its user key.
    fn is_of_another(&self, before: &Card, ring: &KeyRing) -> bool {
        before.account.server != self.account.server
            && !ring.opens(&before.keys.wrapped_private_key)
    }

    /// The key of the cache that is there, or a new one. What cannot be opened is never replaced: staged
    /// imports may be in it.
    async fn database_key(&self, ring: &KeyRing) -> Result<Kept, Error> {
        let folder = self.folder();
        let old = Card::read(&folder)?;
        let exists = folder.cache().exists();
        let kept = old.map(|card| (card.database_key, card.key_check));
        let found = match &kept {
            Some((KeptKey::Os { entry }, _)) => self.desk.recall(entry.clone()).await,
            Some((KeptKey::Password { wrapped }, _)) => Ok(ring.open_database_key(wrapped).ok()),
            None => Ok(None),
        };
        match (found, kept) {
            (Ok(Some(key)), Some((place, check))) => Ok(Kept { key, place, check }),
            (Err(error), _) if exists => Err(error),
            _ if exists => Err(store::Error::WrongKey.into()),
            _ => self.desk.keep(DatabaseKey::make(), entry_name(self.account.user_id), ring).await,
        }
    }
}

/// Names the keyring's entry: the account, and which of its caches, as there may be several data folders.
fn entry_name(user: UserId) -> String {
    let cache = Uuid::new_v4().simple().to_string();
    format!("{user}.{}", cache.get(..8).unwrap_or_default())
}

fn row(row: &server::ProviderRow) -> ProviderRow {
    ProviderRow {
        provider: Provider {
            id: row.id,
            name: row.name.clone(),
            role: row.role,
            enabled: row.enabled,
        },
        wrapped_key: row.wrapped_key.clone(),
    }
}
