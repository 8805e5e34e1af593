//! Signed out → locked → unlocked.
//!
//! Joins server, store and keys into [`Unlocked`], the pass that every other room asks for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;
use crate::keys::{KeyRing, Secret};
use crate::model::{Account, ServerAddress, Status};
use crate::server::Server;
use crate::store::Store;

/// How this program runs here; the same for every account.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// One more trusted root certificate (PEM file).
    pub ca_cert: Option<PathBuf>,
    /// Do without the OS keyring (`WARDROOM_KEYRING=off`).
    pub no_keyring: bool,
}

/// The data folder: which accounts this machine knows.
#[derive(Clone)]
pub struct Desk(Arc<DeskInner>);

struct DeskInner {
    folder: PathBuf,
    options: Options,
}

/// Who is signed in, and whether their keys are in memory.
#[derive(Clone)]
pub enum Session {
    /// Nobody.
    SignedOut,
    /// Cache on disk, no key in memory.
    Locked(Locked),
    /// Ready to work.
    Unlocked(Unlocked),
}

/// An account whose keys are not in memory.
#[derive(Clone)]
pub struct Locked {
    desk: Desk,
    account: Account,
}

/// Keys in memory, cache open. Cheap to clone; all clones end with [`Unlocked::lock`].
#[derive(Clone)]
pub struct Unlocked(Arc<UnlockedInner>);

struct UnlockedInner {
    locked: Locked,
    keys: KeyRing,
    store: Store,
    server: Server,
}

impl Desk {
    /// The platform's data folder for Wardroom; both faces use it.
    #[must_use]
    pub fn default_folder() -> PathBuf {
        todo!("session")
    }
    /// Opens (and makes, readable by its owner only) the data folder.
    pub fn open(folder: &Path, options: Options) -> Result<Self, Error> {
        let _ = (folder, options);
        todo!("session")
    }
    /// Every account on this machine, most recently used first.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        todo!("session")
    }
    /// The account named by e-mail, or the most recently used one; `None` when there is none.
    pub fn locked(&self, email: Option<&str>) -> Result<Option<Locked>, Error> {
        let _ = email;
        todo!("session")
    }
    /// Signs in with e-mail and master password, reads the profile, opens or makes the cache.
    pub async fn sign_in(
        &self,
        server: &ServerAddress,
        email: &str,
        password: Secret,
    ) -> Result<Unlocked, Error> {
        let _ = (server, email, password);
        todo!("session")
    }
    /// What a frame or `status` shows for a session.
    pub async fn status(&self, session: &Session) -> Result<Status, Error> {
        let _ = session;
        todo!("session")
    }
}

impl Locked {
    /// Who.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }
    /// Unlocks with the master password, without the server.
    pub async fn unlock(&self, password: Secret) -> Result<Unlocked, Error> {
        let _ = password;
        todo!("session")
    }
    /// Unlocks with a session value made by [`Unlocked::make_session`].
    pub async fn resume(&self, session: &Secret) -> Result<Unlocked, Error> {
        let _ = session;
        todo!("session")
    }
    /// Makes every session value of this account useless.
    pub fn forget_sessions(&self) -> Result<(), Error> {
        todo!("session")
    }
    /// Forgets the account: cache, keys in the keyring, sessions. Staged imports go with it.
    pub async fn sign_out(&self) -> Result<(), Error> {
        todo!("session")
    }
}

impl Unlocked {
    /// Who.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.0.locked.account
    }
    /// The key ring.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.0.keys
    }
    /// The cache.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }
    /// The server; requests fail with `Unreachable` when offline.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.0.server
    }
    /// A session value for `WARDROOM_SESSION`; its envelope is kept in the account's folder.
    pub fn make_session(&self) -> Result<Secret, Error> {
        todo!("session")
    }
    /// Wipes the keys and closes the cache, in all clones.
    pub async fn lock(&self) -> Result<Locked, Error> {
        todo!("session")
    }
}
