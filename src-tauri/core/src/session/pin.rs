//! Unlocking with a PIN, in one of two ways.
//!
//! *Until the program ends*: the envelope lives in this process, also while locked. It is sealed, so a lock leaves
//! no key; but whoever can read this process's memory gets the envelope, and four digits are guessed within hours.
//! *After a restart, too*: the envelope is in the account's folder, sealed once more under a random key that the
//! system's keyring keeps; without a keyring it is refused.
//!
//! Each try is written down before it is made, so that ending the program does not give another one.

use std::collections::HashMap;
use std::fs;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::blocking::blocking;
use super::folder::{self, AccountFolder};
use super::presence::{entry_name, keep_in_keyring};
use super::{Desk, Locked, UnlockError, Unlocked};
use crate::keys::{self, Secret, UserKey, open_apart, open_with_pin, seal_apart};
use crate::model::{PinState, UserId};
use crate::{Error, store};

/// Wrong tries, in all, that delete a PIN; a right one begins the count anew. As Bitwarden's clients have it.
pub const PIN_TRIES: u32 = 5;

/// Fewest characters of a PIN; Bitwarden's clients ask for as many.
pub const PIN_SHORTEST: usize = 4;

const VERSION: u32 = 1;

/// PINs that end with the program, by account.
#[derive(Default)]
pub(super) struct Pins(Mutex<HashMap<UserId, InMemory>>);

impl std::fmt::Debug for Pins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pins(..)")
    }
}

#[derive(Clone)]
struct InMemory {
    envelope: String,
    made_for: String,
    tries: u32,
}

/// `pin.json`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnDisk {
    version: u32,
    /// The envelope under a random key.
    sealed: String,
    /// That key's name in the keyring.
    entry: String,
    /// The way to unlock it was made for; see `Card::made_for`.
    made_for: String,
    /// Begun since the last right one.
    tries: u32,
}

impl OnDisk {
    fn read(folder: &AccountFolder) -> Option<Self> {
        let kept: Self = serde_json::from_slice(&fs::read(folder.pin()).ok()?).ok()?;
        (kept.version == VERSION).then_some(kept)
    }

    fn write(&self, folder: &AccountFolder) -> Result<(), store::Error> {
        let json = serde_json::to_vec_pretty(self).map_err(|_| store::Error::Damaged)?;
        folder::write(&folder.pin(), &json).map_err(store::Error::Folder)
    }
}

/// The one PIN of an account, wherever it is.
#[derive(Clone)]
enum Kept {
    Memory(InMemory),
    Disk(OnDisk),
}

impl Pins {
    fn get(&self, user: UserId) -> Option<InMemory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&user).cloned()
    }

    fn put(&self, user: UserId, pin: Option<InMemory>) {
        let mut pins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pin {
            Some(pin) => pins.insert(user, pin),
            None => pins.remove(&user),
        };
    }
}

impl Kept {
    fn tries(&self) -> u32 {
        match self {
            Self::Memory(pin) => pin.tries,
            Self::Disk(pin) => pin.tries,
        }
    }

    fn made_for(&self) -> &str {
        match self {
            Self::Memory(pin) => &pin.made_for,
            Self::Disk(pin) => &pin.made_for,
        }
    }
}

impl Locked {
    fn pin(&self) -> Option<Kept> {
        let in_memory = self.desk.0.pins.get(self.account.user_id).map(Kept::Memory);
        in_memory.or_else(|| OnDisk::read(&self.folder()).map(Kept::Disk))
    }

    /// The PIN that opens this account now, if one does.
    pub(super) fn pin_state(&self) -> Option<PinState> {
        let kept = self.pin()?;
        let is_good = self.card().is_ok_and(|card| card.made_for() == kept.made_for());
        let tries_left = PIN_TRIES.saturating_sub(kept.tries());
        let after_restart = matches!(kept, Kept::Disk(_));
        (is_good && tries_left > 0).then_some(PinState { after_restart, tries_left })
    }

    /// Unlocks with the PIN.
    ///
    /// # Errors
    /// [`UnlockError::WrongPin`] with what is left, [`UnlockError::NoPin`] when none opens it.
    pub async fn unlock_with_pin(&self, pin: Secret) -> Result<Unlocked, Error> {
        if self.rules().pin_forbidden {
            self.forget_pin().await?;
            return Err(UnlockError::PinForbidden.into());
        }
        let made_for = self.usable_card()?.made_for();
        let locked = self.clone();
        let user = blocking(move || locked.try_pin(&made_for, &pin)).await?;
        self.unlock_with(move |_| Ok(user)).await
    }

    /// One try. Blocks; no other one, in this program or another, runs meanwhile.
    fn try_pin(&self, made_for: &str, pin: &Secret) -> Result<UserKey, Error> {
        let _turn = self.folder().take_turn()?;
        let kept = self.pin().ok_or(UnlockError::NoPin)?;
        if kept.made_for() != made_for || kept.tries() >= PIN_TRIES {
            delete(&self.desk, self.account.user_id, &self.folder())?;
            return Err(UnlockError::NoPin.into());
        }
        // Before it counts: a keyring that is locked is not the PIN's fault.
        let envelope = self.envelope(&kept)?;
        let tries = kept.tries() + 1;
        self.note_tries(&kept, tries)?;
        match open_with_pin(envelope.expose(), pin) {
            Ok(user) => {
                self.note_tries(&kept, 0)?;
                Ok(user)
            }
            Err(keys::Error::WrongPassword) => {
                let tries_left = PIN_TRIES.saturating_sub(tries);
                if tries_left == 0 {
                    delete(&self.desk, self.account.user_id, &self.folder())?;
                }
                Err(UnlockError::WrongPin { tries_left }.into())
            }
            Err(_) => {
                delete(&self.desk, self.account.user_id, &self.folder())?;
                Err(UnlockError::NoPin.into())
            }
        }
    }

    fn envelope(&self, kept: &Kept) -> Result<Secret, Error> {
        let kept = match kept {
            Kept::Memory(pin) => return Ok(Secret::new(pin.envelope.clone())),
            Kept::Disk(kept) => kept,
        };
        let Ok(Some(key)) = self.desk.keyring().load_secret(&kept.entry) else {
            return Err(UnlockError::PinNeedsKeyring.into());
        };
        Ok(open_apart(&kept.sealed, &key).map_err(|_| UnlockError::NoPin)?)
    }

    /// On disk before it is acted on.
    fn note_tries(&self, kept: &Kept, tries: u32) -> Result<(), Error> {
        match kept {
            Kept::Memory(pin) => {
                let pin = InMemory { tries, ..pin.clone() };
                self.desk.0.pins.put(self.account.user_id, Some(pin));
                Ok(())
            }
            Kept::Disk(pin) => Ok(OnDisk { tries, ..pin.clone() }.write(&self.folder())?),
        }
    }

    pub(super) async fn forget_pin(&self) -> Result<(), Error> {
        let (desk, folder, user) = (self.desk.clone(), self.folder(), self.account.user_id);
        Ok(blocking(move || delete(&desk, user, &folder)).await?)
    }
}

/// Forgets the PIN, wherever it is. Blocks.
pub(super) fn delete(
    desk: &Desk,
    user: UserId,
    folder: &AccountFolder,
) -> Result<(), store::Error> {
    desk.0.pins.put(user, None);
    let kept = OnDisk::read(folder);
    folder::delete_file(&folder.pin())?;
    if let Some(kept) = kept
        && let Err(error) = desk.keyring().delete(&kept.entry)
    {
        tracing::warn!(%error, "half of a PIN stays in the keyring; it opens nothing");
    }
    Ok(())
}

impl Unlocked {
    /// Sets the PIN, in place of the one before. `after_restart`: it also opens the account after the program
    /// has ended; needs a keyring.
    pub async fn set_pin(&self, pin: Secret, after_restart: bool) -> Result<(), Error> {
        let locked = self.locked();
        if locked.rules().pin_forbidden {
            return Err(UnlockError::PinForbidden.into());
        }
        if pin.expose().chars().count() < PIN_SHORTEST {
            return Err(UnlockError::PinTooShort.into());
        }
        let made_for = locked.card()?.made_for();
        let keys = self.keys().clone();
        let envelope = blocking(move || keys.seal_under_pin(&pin)).await?;
        locked.forget_pin().await?;
        if after_restart {
            return locked.keep_pin(&envelope, made_for).await;
        }
        let pin = InMemory { envelope, made_for, tries: 0 };
        locked.desk.0.pins.put(locked.account.user_id, Some(pin));
        Ok(())
    }

    /// Forgets the PIN.
    pub async fn clear_pin(&self) -> Result<(), Error> {
        self.locked().forget_pin().await
    }
}

impl Locked {
    /// Puts the envelope into the folder and the key around it into the keyring.
    async fn keep_pin(&self, envelope: &str, made_for: String) -> Result<(), Error> {
        let (sealed, key) = seal_apart(envelope)?;
        let entry = entry_name(self, "pin");
        if keep_in_keyring(&self.desk, &entry, key).await.is_err() {
            return Err(UnlockError::PinNeedsKeyring.into());
        }
        let kept = OnDisk { version: VERSION, sealed, entry, made_for, tries: 0 };
        Ok(kept.write(&self.folder())?)
    }
}
