//! Signed out → unlocked, with the server.

use std::sync::Arc;

use uuid::Uuid;

use super::blocking::blocking;
use super::cache::{Cache, Kept};
use super::card::{Card, KeptKey, Unlocking};
use super::{Desk, Locked, Unlocked};
use crate::keys::{self, DatabaseKey, Kdf, KeyRing, MasterKey, Secret};
use crate::model::{Account, Provider, ServerAddress};
use crate::server::{self, Granted, KdfNumbers, Link, Profile, Server, Tokens};
use crate::store::{self, ProviderRow};
use crate::{Error, model::UserId};

impl Desk {
    /// Signs in with e-mail and master password, reads the profile, opens or makes the cache.
    ///
    /// Signing in again to a known account keeps its cache. A cache whose key is gone is not replaced:
    /// [`store::Error::WrongKey`].
    pub async fn sign_in(
        &self,
        server: &ServerAddress,
        email: &str,
        password: Secret,
    ) -> Result<Unlocked, Error> {
        // The salt and the sign-in name are the trimmed, lower-case address, as official clients have it.
        let email = email.trim().to_lowercase();
        let device = self.0.folder.device()?;
        let link = Arc::new(Link::new(server, device, self.0.roots.clone()));
        let opened = open_account(&link, &email, password).await?;
        let account = Account {
            email: opened.profile.email.clone().unwrap_or(email),
            server: server.to_string(),
            user_id: opened.profile.user_id,
        };
        let locked = Locked { desk: self.clone(), account };
        let cache = locked.settle(&opened, device).await?;
        self.0.folder.note_use(locked.account.user_id)?;
        Ok(locked.unlocked_at(link, opened.ring, cache.store, Some(opened.tokens)))
    }
}

/// An account the server let us into, and whose keys opened.
struct Opened {
    tokens: Tokens,
    profile: Profile,
    ring: KeyRing,
    unlocking: Unlocking,
}

async fn open_account(link: &Arc<Link>, email: &str, password: Secret) -> Result<Opened, Error> {
    let told = link.fetch_prelogin(email).await?;
    let hashing = Hashing::new(told.kdf, told.salt, email)?;
    let (master, hash) = hashing.clone().derive(password.clone()).await?;
    let granted = link.grant_by_password(email, &hash).await?;
    let asking = Server::new(
        Arc::clone(link),
        Some(granted.tokens.clone()),
        Box::new(|_| Box::pin(std::future::ready(()))),
    );
    let profile = asking.fetch_profile().await?;
    let (unlocking, is_as_told) = unlocking(&granted, &profile, &hashing, email)?;
    let master = if is_as_told {
        master
    } else {
        let hashing = Hashing { kdf: unlocking.kdf, salt: unlocking.salt.clone() };
        hashing.derive(password).await?.0
    };
    let opening = unlocking.clone();
    let ring = blocking(move || {
        KeyRing::open(
            master.open_user_key(&opening.wrapped_user_key)?,
            &opening.wrapped_private_key,
        )
    });
    // The server took the password: when the key does not open, the password is not to blame.
    let ring = ring.await.map_err(|error| match error {
        keys::Error::WrongPassword => keys::Error::Unopened,
        other => other,
    })?;
    Ok(Opened { tokens: granted.tokens, profile, ring, unlocking })
}

/// What to hash the password with.
#[derive(Clone, PartialEq, Eq)]
struct Hashing {
    kdf: Kdf,
    salt: String,
}

impl Hashing {
    /// Bounds are checked here, before any work is done.
    fn new(kdf: KdfNumbers, salt: Option<String>, email: &str) -> Result<Self, Error> {
        let refused = keys::Error::KdfRefused;
        let kind = kdf.kind.ok_or(refused)?;
        let iterations = kdf.iterations.ok_or(refused)?;
        let kdf = Kdf::new(kind, iterations, kdf.memory_mib, kdf.parallelism)?;
        Ok(Self { kdf, salt: salt.unwrap_or_else(|| email.to_owned()) })
    }

    async fn derive(self, password: Secret) -> Result<(MasterKey, Secret), Error> {
        blocking(move || {
            let master = MasterKey::derive(&password, &self.salt, &self.kdf)
                .map_err(super::unlock::wrong_password)?;
            let hash = master.server_hash(&password);
            Ok((master, hash))
        })
        .await
    }
}

/// How the account will be unlocked from now on, and whether that is as prelogin told.
fn unlocking(
    granted: &Granted,
    profile: &Profile,
    hashing: &Hashing,
    email: &str,
) -> Result<(Unlocking, bool), Error> {
    let told = granted.unlock.as_ref();
    let wrapped_user_key = told
        .map(|unlock| &unlock.wrapped_user_key)
        .or(profile.wrapped_user_key.as_ref())
        .ok_or(server::Error::SignInUnsupported("another way to unlock than a master password"))?;
    let wrapped_private_key = granted
        .wrapped_private_key
        .as_ref()
        .or(profile.wrapped_private_key.as_ref())
        .ok_or(server::Error::SignInUnsupported("its first sign-in in the web vault"))?;
    let now = match told {
        Some(unlock) if unlock.kdf.kind.is_some() => {
            Hashing::new(unlock.kdf, unlock.salt.clone(), email)?
        }
        _ => hashing.clone(),
    };
    let is_as_told = now == *hashing;
    let unlocking = Unlocking {
        kdf: now.kdf,
        salt: now.salt,
        wrapped_user_key: wrapped_user_key.clone(),
        wrapped_private_key: wrapped_private_key.clone(),
    };
    Ok((unlocking, is_as_told))
}

impl Locked {
    /// Writes the card, opens or makes the cache, and puts into it what signing in brought.
    async fn settle(&self, opened: &Opened, device: Uuid) -> Result<Cache, Error> {
        let folder = self.folder();
        folder.make()?;
        let Kept { key, place, check } = self.database_key(&opened.ring).await?;
        // The card goes first: a cache without one could never be opened again.
        let unlocking = opened.unlocking.clone();
        Card::new(self.account.clone(), device, unlocking, place, check.clone()).write(&folder)?;
        let cache = Cache::open(&folder, &key, &check).await?;
        let tokens = &opened.tokens;
        cache.store.save_tokens(&tokens.access, tokens.refresh.as_ref()).await?;
        let providers: Vec<ProviderRow> = opened.profile.providers.iter().map(row).collect();
        cache.store.save_providers(&providers).await?;
        Ok(cache)
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
