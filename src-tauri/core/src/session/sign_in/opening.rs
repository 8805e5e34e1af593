//! From a granted sign-in to open keys.

use std::sync::Arc;

use super::device::Approved;
use crate::Error;
use crate::keys::{self, Kdf, KeyRing, MasterKey, Secret, UserKey};
use crate::server::{
    self, ApiKey, Granted, KdfNumbers, Link, Profile, Renewal, Server, SignInRefusal, Tokens,
};
use crate::session::blocking::blocking;
use crate::session::card::{ServerSaid, Unlocking};

/// An account the server let us into, and whose keys opened.
pub(super) struct Opened {
    pub(super) tokens: Tokens,
    pub(super) profile: Profile,
    pub(super) ring: KeyRing,
    pub(super) unlocking: Unlocking,
    /// `None` when the server did not say.
    pub(super) server_said: Option<ServerSaid>,
}

/// Asks who signed in; nothing is kept yet.
pub(super) async fn fetch_profile(link: &Arc<Link>, tokens: &Tokens) -> Result<Profile, Error> {
    let keep = Box::new(|_| Box::pin(std::future::ready(())) as _);
    Ok(Server::new(Arc::clone(link), Some(tokens.clone()), keep).fetch_profile().await?)
}

/// Opens the keys with the master password, which the server has accepted already.
pub(super) async fn open_with_password(
    granted: &Granted,
    profile: Profile,
    hashed: Hashed,
    email: &str,
) -> Result<Opened, Error> {
    let (unlocking, is_as_told) = unlocking(granted, &profile, &hashed.hashing, email)?;
    let master = if is_as_told {
        hashed.master
    } else {
        let hashing = Hashing { kdf: unlocking.kdf, salt: unlocking.salt.clone() };
        hashing.derive(hashed.password).await?.0
    };
    let told = contained_key_id(granted);
    // The server took the password: when the key does not open, the password is not to blame.
    let opened = open_ring(move |wrapped| master.open_user_key(wrapped), unlocking, told).await;
    let (ring, unlocking) = opened.map_err(|error| match error {
        keys::Error::WrongPassword => keys::Error::Unopened,
        other => other,
    })?;
    Ok(Opened { tokens: granted.tokens.clone(), profile, ring, unlocking, server_said: None })
}

/// Opens the keys with a master password that the server has not seen: the account came by its API key.
pub(super) async fn open_with_key(
    granted: &Granted,
    profile: Profile,
    held: HeldKey,
) -> Result<Opened, Error> {
    let email = profile.email.as_deref().unwrap_or_default().trim().to_lowercase();
    let told = granted.unlock.as_ref().ok_or(server::Error::NotUnderstood)?;
    let hashing = Hashing::new(told.kdf, told.salt.clone(), &email)?;
    let (unlocking, _) = unlocking(granted, &profile, &hashing, &email)?;
    let (master, _) = hashing.derive(held.password).await?;
    let told = contained_key_id(granted);
    let opened = open_ring(move |wrapped| master.open_user_key(wrapped), unlocking, told).await;
    let (ring, unlocking) = opened.map_err(crate::session::unlock::wrong_password)?;
    let tokens =
        Tokens { access: granted.tokens.access.clone(), renewal: Renewal::ApiKey(held.key) };
    Ok(Opened { tokens, profile, ring, unlocking, server_said: None })
}

/// What signs in by API key, and the password that opens the keys then.
pub(super) struct HeldKey {
    pub(super) key: ApiKey,
    pub(super) password: Secret,
}

fn contained_key_id(granted: &Granted) -> Option<String> {
    granted.unlock.as_ref()?.contained_key_id.clone()
}

/// From the user key to the ring; notes which security state was found.
async fn open_ring(
    user_key: impl FnOnce(&str) -> Result<UserKey, keys::Error> + Send + 'static,
    mut unlocking: Unlocking,
    contained_key_id: Option<String>,
) -> Result<(KeyRing, Unlocking), keys::Error> {
    blocking(move || {
        let user = user_key(&unlocking.wrapped_user_key)?;
        // Another key than the server has on record was put there.
        if contained_key_id.is_some_and(|told| user.id().is_some_and(|id| id != told)) {
            return Err(keys::Error::Inconsistent);
        }
        let ring = KeyRing::open(user, &unlocking.keys)?;
        unlocking.keys.security_version = ring.security_version()?;
        Ok((ring, unlocking))
    })
    .await
}

/// Opens the keys with what another device handed over; nobody typed a password.
pub(super) async fn open_with_approval(
    link: &Link,
    granted: &Granted,
    profile: Profile,
    approved: Approved,
    email: &str,
) -> Result<Opened, Error> {
    let hashing = match &granted.unlock {
        Some(told) if told.kdf.kind.is_some() => Hashing::new(told.kdf, told.salt.clone(), email)?,
        // Old servers tell it before signing in only.
        _ => {
            let told = link.fetch_prelogin(email).await?;
            Hashing::new(told.kdf, told.salt, email)?
        }
    };
    // So that the master password unlocks from now on, without the server.
    let (unlocking, _) = unlocking(granted, &profile, &hashing, email)?;
    let told = contained_key_id(granted);
    let opened = open_ring(move |wrapped| approved.open(Some(wrapped)), unlocking, told).await;
    let (ring, unlocking) = opened.map_err(|error| match error {
        keys::Error::WrongPassword => keys::Error::Unopened,
        other => other,
    })?;
    Ok(Opened { tokens: granted.tokens.clone(), profile, ring, unlocking, server_said: None })
}

/// A password, and what became of it under the settings prelogin told.
pub(super) struct Hashed {
    pub(super) password: Secret,
    pub(super) hashing: Hashing,
    pub(super) master: MasterKey,
    /// What signs in.
    pub(super) hash: Secret,
}

impl Hashed {
    /// Asks what to hash with, and hashes.
    pub(super) async fn make(link: &Link, email: &str, password: Secret) -> Result<Self, Error> {
        let told = link.fetch_prelogin(email).await?;
        let hashing = Hashing::new(told.kdf, told.salt, email)?;
        let (master, hash) = hashing.clone().derive(password.clone()).await?;
        Ok(Self { password, hashing, master, hash })
    }
}

/// What to hash the password with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hashing {
    pub(super) kdf: Kdf,
    pub(super) salt: String,
}

impl Hashing {
    /// Bounds are checked here, before any work is done.
    pub(super) fn new(kdf: KdfNumbers, salt: Option<String>, email: &str) -> Result<Self, Error> {
        let refused = keys::Error::KdfRefused;
        let kind = kdf.kind.ok_or(refused)?;
        let iterations = kdf.iterations.ok_or(refused)?;
        let kdf = Kdf::new(kind, iterations, kdf.memory_mib, kdf.parallelism)?;
        Ok(Self { kdf, salt: salt.unwrap_or_else(|| email.to_owned()) })
    }

    pub(super) async fn derive(self, password: Secret) -> Result<(MasterKey, Secret), Error> {
        blocking(move || {
            let master = MasterKey::derive(&password, &self.salt, &self.kdf)
                .map_err(crate::session::unlock::wrong_password)?;
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
        .ok_or(SignInRefusal::Unsupported("another way to unlock than a master password"))
        .map_err(server::Error::from)?;
    let keys = granted
        .keys
        .as_ref()
        .or(profile.keys.as_ref())
        .ok_or(SignInRefusal::Unsupported("its first sign-in in the web vault"))
        .map_err(server::Error::from)?;
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
        keys: keys.clone(),
    };
    Ok((unlocking, is_as_told))
}
