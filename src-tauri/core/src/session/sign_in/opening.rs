//! From a granted sign-in to open keys.

use std::sync::Arc;

use super::device::Approved;
use crate::Error;
use crate::keys::{self, Kdf, KeyRing, MasterKey, Secret, UserKey};
use crate::model::AccountKeys;
use crate::server::{
    self, ApiKey, Granted, KdfNumbers, Link, Profile, Renewal, Server, SignInRefusal, Tokens,
};
use crate::session::blocking::blocking;
use crate::session::card::{PasswordUnlock, ServerSaid, Unlocking};

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
    let (unlock, is_as_told) = password_unlock(granted, &profile, &hashed.hashing, email)?;
    let master = if is_as_told {
        hashed.master
    } else {
        let hashing = Hashing { kdf: unlock.kdf, salt: unlock.salt.clone() };
        hashing.derive(hashed.password).await?.0
    };
    let told = contained_key_id(granted);
    let wrapped = unlock.wrapped_user_key.clone();
    // The server took the password: when the key does not open, the password is not to blame.
    let user =
        blocking(move || master.open_user_key(&wrapped)).await.map_err(|error| match error {
            keys::Error::WrongPassword => keys::Error::Unopened,
            other => other,
        })?;
    let unlocking = Unlocking::with_password(unlock, account_keys(granted, &profile)?);
    Opened::with_user_key(granted.tokens.clone(), profile, user, unlocking, told).await
}

/// Opens the keys with a master password that the server has not seen: the account came by its API key.
pub(super) async fn open_with_key(
    granted: &Granted,
    profile: Profile,
    held: HeldKey,
) -> Result<Opened, Error> {
    let email = profile.email.as_deref().unwrap_or_default().trim().to_lowercase();
    let unlock = granted.unlock.as_ref().ok_or(server::Error::NotUnderstood)?;
    let hashing = Hashing::new(unlock.kdf, unlock.salt.clone(), &email)?;
    let (unlock, _) = password_unlock(granted, &profile, &hashing, &email)?;
    let (master, _) = hashing.derive(held.password).await?;
    let wrapped = unlock.wrapped_user_key.clone();
    let user = blocking(move || master.open_user_key(&wrapped)).await;
    let user = user.map_err(crate::session::unlock::wrong_password)?;
    let tokens =
        Tokens { access: granted.tokens.access.clone(), renewal: Renewal::ApiKey(held.key) };
    let told = contained_key_id(granted);
    let unlocking = Unlocking::with_password(unlock, account_keys(granted, &profile)?);
    Opened::with_user_key(tokens, profile, user, unlocking, told).await
}

/// What signs in by API key, and the password that opens the keys then.
pub(super) struct HeldKey {
    pub(super) key: ApiKey,
    pub(super) password: Secret,
}

pub(super) fn contained_key_id(granted: &Granted) -> Option<String> {
    granted.unlock.as_ref()?.contained_key_id.clone()
}

impl Opened {
    /// Opens the rest of the chain; notes which security state was found.
    pub(super) async fn with_user_key(
        tokens: Tokens,
        profile: Profile,
        user: UserKey,
        mut unlocking: Unlocking,
        contained_key_id: Option<String>,
    ) -> Result<Self, Error> {
        let opened = blocking(move || {
            // Another key than the server has on record was put there.
            if contained_key_id.is_some_and(|told| user.id().is_some_and(|id| id != told)) {
                return Err(keys::Error::Inconsistent);
            }
            let ring = KeyRing::open(user, &unlocking.keys)?;
            unlocking.keys.security_version = ring.security_version()?;
            Ok((ring, unlocking))
        });
        let (ring, unlocking) = opened.await?;
        Ok(Self { tokens, profile, ring, unlocking, server_said: None })
    }
}

impl Unlocking {
    fn with_password(password: PasswordUnlock, keys: AccountKeys) -> Self {
        Self { password: Some(password), connector: None, trusted: None, keys }
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
    let told = contained_key_id(granted);
    let unlocking = Unlocking::with_password(unlock, account_keys(granted, &profile)?);
    Opened::with_user_key(granted.tokens.clone(), profile, user, unlocking, told).await
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
    let keys = account_keys(granted, profile)?;
    let password = password.transpose()?;
    Ok(Unlocking { password, connector: None, trusted: None, keys })
}

pub(super) fn account_keys(granted: &Granted, profile: &Profile) -> Result<AccountKeys, Error> {
    let keys = granted.keys.as_ref().or(profile.keys.as_ref());
    let missing = SignInRefusal::Unsupported("its first sign-in in the web vault");
    Ok(keys.ok_or(missing).map_err(server::Error::from)?.clone())
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
