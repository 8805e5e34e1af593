//! The system's word that the person is there: fingerprint, face, the system's own password.
//!
//! Asking is the face's part, since it takes a window. What it opens: the user key lies sealed in the account's
//! folder, and the key to that in the system's keyring. **The question is a courtesy, not a lock**: on Linux every
//! program of the desktop session can read the keyring once it is open, asked or not. It keeps passers-by out,
//! no program. And it is never the only way: the account keeps the others.

use std::fs;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::blocking::blocking;
use super::folder::{self, AccountFolder};
use super::{Desk, Locked, UnlockError, Unlocked};
use crate::keys::{self, Secret, open_session};
use crate::{Code, Error, store};

/// Asks the system whether the person is there.
pub trait Presence: Send + Sync {
    /// Whether this system can be asked at all.
    fn available(&self) -> bool;

    /// Asks; `reason` is shown where the system shows one.
    fn ask<'a>(&'a self, reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>>;
}

/// For programs and systems that cannot ask.
#[derive(Debug, Clone, Copy)]
pub struct NoPresence;

impl Presence for NoPresence {
    fn available(&self) -> bool {
        false
    }

    fn ask<'a>(&'a self, _reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        Box::pin(std::future::ready(Err(PresenceError::Unavailable)))
    }
}

/// What the system answered instead of yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresenceError {
    /// Asked, and it was not the person.
    #[error("the system did not recognise you; use the master password")]
    Denied,
    /// The person closed the question.
    #[error("the question was closed; use the master password")]
    Cancelled,
    /// It cannot be asked here, or not now.
    #[error("this system cannot vouch for you now; use the master password")]
    Unavailable,
}

impl PresenceError {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Denied | Self::Cancelled => Code::WrongPassword,
            Self::Unavailable => Code::Locked,
        }
    }
}

const VERSION: u32 = 1;

/// `presence.json`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    version: u32,
    /// The user key under a random key.
    envelope: String,
    /// That key's name in the keyring.
    entry: String,
    /// The way to unlock it was made for; see `Card::made_for`.
    made_for: String,
}

fn read(folder: &AccountFolder) -> Option<Kept> {
    let kept: Kept = serde_json::from_slice(&fs::read(folder.presence()).ok()?).ok()?;
    (kept.version == VERSION).then_some(kept)
}

/// Forgets both halves. Blocks.
pub(super) fn forget(desk: &Desk, folder: &AccountFolder) -> Result<(), store::Error> {
    let kept = read(folder);
    folder::delete_file(&folder.presence())?;
    if let Some(kept) = kept
        && let Err(error) = desk.keyring().delete(&kept.entry)
    {
        tracing::warn!(%error, "half of a way to unlock stays in the keyring; it opens nothing");
    }
    Ok(())
}

impl Locked {
    /// Whether the system's word opens this account, as far as the folder tells.
    pub(super) fn has_presence(&self) -> bool {
        let kept = read(&self.folder());
        kept.is_some_and(|kept| self.card().is_ok_and(|card| card.made_for() == kept.made_for))
    }

    /// Unlocks when the system vouches for the person.
    pub async fn unlock_with_presence(&self, presence: &dyn Presence) -> Result<Unlocked, Error> {
        let kept = read(&self.folder()).ok_or(UnlockError::PresenceOff)?;
        if self.usable_card()?.made_for() != kept.made_for {
            self.forget_presence().await?;
            return Err(UnlockError::PresenceOff.into());
        }
        let reason = format!("unlock Wardroom for {}", self.account.email);
        presence.ask(&reason).await.map_err(UnlockError::from)?;
        let (desk, entry) = (self.desk.clone(), kept.entry);
        let value = blocking(move || desk.keyring().load_secret(&entry)).await?;
        // A locked keyring says the same as an empty one: nothing is deleted.
        let value = value.ok_or(keys::Error::Keyring)?;
        self.unlock_with(move |_| open_session(&value, &kept.envelope)).await
    }

    async fn forget_presence(&self) -> Result<(), Error> {
        let (desk, folder) = (self.desk.clone(), self.folder());
        Ok(blocking(move || forget(&desk, &folder)).await?)
    }
}

impl Unlocked {
    /// Lets the system's word open this account, or not any more. Asks first: who may switch it on is who may
    /// use it.
    pub async fn set_presence(&self, on: bool, presence: &dyn Presence) -> Result<(), Error> {
        let locked = self.locked();
        locked.forget_presence().await?;
        if !on {
            return Ok(());
        }
        if !presence.available() {
            return Err(UnlockError::Presence(PresenceError::Unavailable).into());
        }
        presence.ask("let the system unlock Wardroom").await.map_err(UnlockError::from)?;
        let session = self.keys().make_session()?;
        let kept = Kept {
            version: VERSION,
            envelope: session.envelope,
            entry: entry_name(locked, "presence"),
            made_for: locked.card()?.made_for(),
        };
        keep_in_keyring(&locked.desk, &kept.entry, session.value).await?;
        let json = serde_json::to_vec_pretty(&kept).map_err(|_| store::Error::Damaged)?;
        let path = locked.folder().presence();
        Ok(folder::write(&path, &json).map_err(store::Error::Folder)?)
    }
}

/// A name of its own for each, as there may be several data folders.
pub(super) fn entry_name(locked: &Locked, what: &str) -> String {
    let random = Uuid::new_v4().simple().to_string();
    let random = random.get(..8).unwrap_or_default().to_owned();
    format!("{}.{random}.{what}", locked.account.user_id)
}

/// Saves, and reads back: a keyring that forgets is found out before anything depends on it.
pub(super) async fn keep_in_keyring(desk: &Desk, entry: &str, secret: Secret) -> Result<(), Error> {
    let (desk, entry) = (desk.clone(), entry.to_owned());
    let kept = blocking(move || {
        desk.keyring().save_secret(&entry, &secret)?;
        let back = desk.keyring().load_secret(&entry)?;
        Ok::<_, keys::Error>(back.is_some_and(|back| back.expose() == secret.expose()))
    });
    if kept.await? { Ok(()) } else { Err(keys::Error::Keyring.into()) }
}
