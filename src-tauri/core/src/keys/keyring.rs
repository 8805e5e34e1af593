//! The operating system's keyring, for the key of the local database.
//!
//! Every call blocks, some for as long as a person takes to answer a prompt: call them off the async
//! threads.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error as Failure};
use zeroize::Zeroizing;

use super::{DatabaseKey, Error, Secret};

/// Under which name the entries show in the system's own keyring program.
const SERVICE: &str = "Wardroom";

/// Where the database key is kept, if anywhere.
#[derive(Debug, Clone)]
pub enum Keyring {
    /// The person does without (`WARDROOM_KEYRING=off`); nothing is read or written.
    Off,
    /// This machine has none, or none that runs.
    Absent,
    /// The system's, or a stand-in.
    Present(KeyringStore),
}

/// A keyring that answers.
#[derive(Debug, Clone)]
pub struct KeyringStore(Arc<CredentialStore>);

impl Keyring {
    /// The system's. A keyring that could not be reached stays [`Keyring::Absent`] until the program
    /// starts again: `keyring` remembers the first attempt.
    #[must_use]
    pub fn system() -> Self {
        if keyring::Entry::store_status().is_err() {
            return Self::Absent;
        }
        match keyring_core::get_default_store() {
            Some(store) => Self::Present(KeyringStore(store)),
            None => Self::Absent,
        }
    }

    /// Forgets everything with the process: for tests and the demo, which must not touch the real one.
    #[must_use]
    pub fn in_memory() -> Self {
        match keyring_core::mock::Store::new() {
            Ok(store) => Self::Present(KeyringStore(store)),
            Err(_) => Self::Absent,
        }
    }

    /// A store of the caller's own: for tests of programs that end and begin again.
    #[must_use]
    pub fn of(store: Arc<CredentialStore>) -> Self {
        Self::Present(KeyringStore(store))
    }

    /// The key kept for this account; `None` when there is no entry.
    ///
    /// `None` does not mean that there never was one: the Secret Service also answers so while its
    /// collection is locked. When a database file exists, stop and ask, and do not make a new key.
    ///
    /// # Errors
    /// [`Error::NoKeyring`] when off or absent; [`Error::Keyring`] when it is locked, refuses, or holds
    /// something that is no key.
    pub fn load(&self, account: &str) -> Result<Option<DatabaseKey>, Error> {
        match self.entry(account)?.get_secret() {
            Ok(secret) => {
                let secret = Zeroizing::new(secret);
                DatabaseKey::from_bytes(&secret).map(Some).map_err(|_| Error::Keyring)
            }
            Err(Failure::NoEntry) => Ok(None),
            Err(failure) => Err(refused("read", &failure)),
        }
    }

    /// Keeps the key for this account, and reads it back, so that a keyring that forgets is found out
    /// before anything depends on it.
    ///
    /// # Errors
    /// As [`Keyring::load`]; also [`Error::Keyring`] when another key is kept there already: that one
    /// may be the only way into an existing database, so it must be deleted on purpose first.
    pub fn save(&self, account: &str, key: &DatabaseKey) -> Result<(), Error> {
        match self.load(account)? {
            Some(kept) if same(&kept, key) => return Ok(()),
            Some(_) => return Err(Error::Keyring),
            None => {}
        }
        let written = self.entry(account)?.set_secret(key.bytes());
        written.map_err(|failure| refused("write", &failure))?;
        match self.load(account)? {
            Some(kept) if same(&kept, key) => Ok(()),
            _ => Err(Error::Keyring),
        }
    }

    /// A secret text kept under this name; `None` when there is none (which a locked keyring may also say).
    ///
    /// # Errors
    /// As [`Keyring::load`].
    pub fn load_secret(&self, name: &str) -> Result<Option<Secret>, Error> {
        match self.entry(name)?.get_secret() {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                let text = std::str::from_utf8(&bytes).map_err(|_| Error::Keyring)?;
                Ok(Some(Secret::new(text)))
            }
            Err(Failure::NoEntry) => Ok(None),
            Err(failure) => Err(refused("read", &failure)),
        }
    }

    /// Keeps a secret text under this name, over what was there. Not for keys of databases.
    ///
    /// # Errors
    /// As [`Keyring::load`].
    pub fn save_secret(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        let written = self.entry(name)?.set_secret(secret.expose().as_bytes());
        written.map_err(|failure| refused("write", &failure))
    }

    /// Forgets what is kept under this name; also fine when there is nothing.
    pub fn delete(&self, account: &str) -> Result<(), Error> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(Failure::NoEntry) => Ok(()),
            Err(failure) => Err(refused("delete", &failure)),
        }
    }

    fn entry(&self, account: &str) -> Result<Entry, Error> {
        let Self::Present(KeyringStore(store)) = self else {
            return Err(Error::NoKeyring);
        };
        let no_modifiers: Option<&HashMap<&str, &str>> = None;
        store.build(SERVICE, account, no_modifiers).map_err(|failure| refused("find", &failure))
    }
}

fn same(one: &DatabaseKey, other: &DatabaseKey) -> bool {
    one.bytes() == other.bytes()
}

/// Some failures carry the stored bytes: only their kind is logged.
fn refused(doing: &'static str, failure: &Failure) -> Error {
    let kind = match failure {
        Failure::NoStorageAccess(_) => "locked or denied",
        Failure::PlatformFailure(_) => "platform failure",
        Failure::Ambiguous(_) => "ambiguous",
        _ => "other",
    };
    tracing::warn!(doing, kind, "the system keyring refused");
    Error::Keyring
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;

    const ACCOUNT: &str = "5f1a17fb-d821-4ec8-b18b-9006e3cacd9c";

    fn fails_next(keyring: &Keyring, failure: Failure) {
        let entry = keyring.entry(ACCOUNT).unwrap();
        entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(failure);
    }

    fn denied() -> Failure {
        Failure::NoStorageAccess("dismissed".into())
    }

    #[test]
    fn a_key_comes_back_for_its_account_only() {
        let keyring = Keyring::in_memory();
        let key = DatabaseKey::make();
        keyring.save(ACCOUNT, &key).unwrap();
        let kept = keyring.load(ACCOUNT).unwrap().unwrap();
        assert_eq!(kept.pragma().expose(), key.pragma().expose());
        assert!(keyring.load("another account").unwrap().is_none());
        keyring.save(ACCOUNT, &key).unwrap();
        keyring.delete(ACCOUNT).unwrap();
        assert!(keyring.load(ACCOUNT).unwrap().is_none());
        keyring.delete(ACCOUNT).unwrap();
    }

    #[test]
    fn a_secret_text_is_kept_replaced_and_forgotten() {
        let keyring = Keyring::in_memory();
        let kept = |name: &str| keyring.load_secret(name).unwrap();
        assert!(kept("proxy").is_none());
        keyring.save_secret("proxy", &Secret::new("one")).unwrap();
        keyring.save_secret("proxy", &Secret::new("two")).unwrap();
        assert_eq!(kept("proxy").unwrap().expose(), "two");
        keyring.delete("proxy").unwrap();
        assert!(kept("proxy").is_none());
        assert_eq!(Keyring::Off.load_secret("proxy").err(), Some(Error::NoKeyring));
    }

    #[test]
    fn an_existing_key_is_never_overwritten() {
        let keyring = Keyring::in_memory();
        let first = DatabaseKey::make();
        keyring.save(ACCOUNT, &first).unwrap();
        assert_eq!(keyring.save(ACCOUNT, &DatabaseKey::make()), Err(Error::Keyring));
        let kept = keyring.load(ACCOUNT).unwrap().unwrap();
        assert!(same(&kept, &first), "it may be the only way into the database");
    }

    #[test]
    fn no_keyring_no_entry_and_a_locked_keyring_are_three_answers() {
        for none in [Keyring::Off, Keyring::Absent] {
            assert_eq!(none.load(ACCOUNT).err(), Some(Error::NoKeyring));
            assert_eq!(none.save(ACCOUNT, &DatabaseKey::make()), Err(Error::NoKeyring));
            assert_eq!(none.delete(ACCOUNT), Err(Error::NoKeyring));
        }
        let keyring = Keyring::in_memory();
        assert!(matches!(keyring.load(ACCOUNT), Ok(None)));
        fails_next(&keyring, denied());
        assert_eq!(keyring.load(ACCOUNT).err(), Some(Error::Keyring));
        fails_next(&keyring, Failure::PlatformFailure("bus is gone".into()));
        assert_eq!(keyring.load(ACCOUNT).err(), Some(Error::Keyring));
    }

    #[test]
    fn a_locked_keyring_is_not_written_to() {
        let keyring = Keyring::in_memory();
        fails_next(&keyring, denied());
        assert_eq!(keyring.save(ACCOUNT, &DatabaseKey::make()), Err(Error::Keyring));
        assert!(matches!(keyring.load(ACCOUNT), Ok(None)), "nothing was written");
        fails_next(&keyring, denied());
        assert_eq!(keyring.delete(ACCOUNT), Err(Error::Keyring));
    }

    #[test]
    fn an_entry_that_is_no_key_counts_as_refused() {
        let keyring = Keyring::in_memory();
        keyring.entry(ACCOUNT).unwrap().set_secret(b"short").unwrap();
        assert_eq!(keyring.load(ACCOUNT).err(), Some(Error::Keyring));
    }
}
