//! From a granted sign-in to open keys.

use std::sync::Arc;

use super::device::Approved;
use crate::Error;
use crate::keys::{self, Kdf, KeyRing, MasterKey, Secret, UserKey};
use crate::server::{self, Granted, KdfNumbers, Link, Profile, Server, SignInRefusal, Tokens};
use crate::session::blocking::blocking;
use crate::session::card::{PasswordUnlock, Unlocking};

/// An account the server let us into, and whose keys opened.
pub(super) struct Opened {
    pub(super) tokens: Tokens,
    pub(super) profile: Profile,
    pub(super) ring: KeyRing,
    pub(super) unlocking: Unlocking,
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
    let (unlock, is_as_told) = password_unlock(granted, &profile, &hashed.hashing, email)?;
    let master = if is_as_told {
        hashed.master
    } else {
        let hashing = Hashing { kdf: unlock.kdf, salt: unlock.salt.clone() };
        hashing.derive(hashed.password).await?.0
    };
    let wrapped = unlock.wrapped_user_key.clone();
    // The server took the password: when the key does not open, the password is not to blame.
    let user =
        blocking(move || master.open_user_key(&wrapped)).await.map_err(|error| match error {
            keys::Error::WrongPassword => keys::Error::Unopened,
            other => other,
        })?;
    let wrapped_private_key = private_key(granted, &profile)?;
    let password = Some(unlock);
    let unlocking = Unlocking { password, connector: None, trusted: None, wrapped_private_key };
    Opened::with_user_key(granted.tokens.clone(), profile, user, unlocking).await
}

impl Opened {
    /// Opens the rest of the chain.
    pub(super) async fn with_user_key(
        tokens: Tokens,
        profile: Profile,
        user: UserKey,
        unlocking: Unlocking,
    ) -> Result<Self, Error> {
        let wrapped = unlocking.wrapped_private_key.clone();
        let ring = blocking(move || KeyRing::open(user, &wrapped)).await?;
        Ok(Self { tokens, profile, ring, unlocking })
    }
}

/// The key that was handed over. `wrapped` is under the master key.
pub(super) async fn open_approved(
    approved: Approved,
    wrapped: Option<String>,
) -> Result<UserKey, Error> {
    let opened = blocking(move || approved.open(wrapped.as_deref())).await;
    Ok(opened.map_err(|error| match error {
        keys::Error::WrongPassword => keys::Error::Unopened,
        other => other,
    })?)
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
    let (unlock, _) = password_unlock(granted, &profile, &hashing, email)?;
    let user = open_approved(approved, Some(unlock.wrapped_user_key.clone())).await?;
    let wrapped_private_key = private_key(granted, &profile)?;
    let password = Some(unlock);
    let unlocking = Unlocking { password, connector: None, trusted: None, wrapped_private_key };
    Opened::with_user_key(granted.tokens.clone(), profile, user, unlocking).await
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

/// How an account will be unlocked that was opened without a password; it may have one all the same.
pub(super) fn unlocking_without(
    granted: &Granted,
    profile: &Profile,
    email: &str,
) -> Result<Unlocking, Error> {
    let password = granted.unlock.as_ref().map(|told| {
        let Hashing { kdf, salt } = Hashing::new(told.kdf, told.salt.clone(), email)?;
        let wrapped_user_key = told.wrapped_user_key.clone();
        Ok::<_, Error>(PasswordUnlock { kdf, salt, wrapped_user_key })
    });
    let wrapped_private_key = private_key(granted, profile)?;
    let password = password.transpose()?;
    Ok(Unlocking { password, connector: None, trusted: None, wrapped_private_key })
}

fn private_key(granted: &Granted, profile: &Profile) -> Result<String, Error> {
    let wrapped = granted.wrapped_private_key.as_ref().or(profile.wrapped_private_key.as_ref());
    let missing = SignInRefusal::Unsupported("its first sign-in in the web vault");
    Ok(wrapped.ok_or(missing).map_err(server::Error::from)?.clone())
}

/// What the password will open from now on, and whether that is as prelogin told.
fn password_unlock(
    granted: &Granted,
    profile: &Profile,
    hashing: &Hashing,
    email: &str,
) -> Result<(PasswordUnlock, bool), Error> {
    let told = granted.unlock.as_ref();
    let wrapped_user_key = told
        .map(|unlock| &unlock.wrapped_user_key)
        .or(profile.wrapped_user_key.as_ref())
        .ok_or(SignInRefusal::Unsupported("another way to unlock than a master password"))
        .map_err(server::Error::from)?;
    let now = match told {
        Some(unlock) if unlock.kdf.kind.is_some() => {
            Hashing::new(unlock.kdf, unlock.salt.clone(), email)?
        }
        _ => hashing.clone(),
    };
    let is_as_told = now == *hashing;
    let wrapped_user_key = wrapped_user_key.clone();
    Ok((PasswordUnlock { kdf: now.kdf, salt: now.salt, wrapped_user_key }, is_as_told))
}
