//! Signed out → locked → unlocked.
//!
//! Joins server, store and keys into [`Unlocked`], the pass that every other room asks for. Remembers
//! what it takes to unlock without the server, and nothing else: no password, no hash, no key in clear.

mod accounts;
mod blocking;
mod cache;
mod card;
mod client_keys;
mod folder;
mod leave;
mod network;
mod pin;
mod policy;
mod presence;
mod refusal;
mod remembered;
mod security;
pub mod security_key;
mod server_kind;
mod sessions;
mod sign_in;
mod status;
mod trust;
mod unlock;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::Error;
use crate::keys::{KeyRing, Keyring};
use crate::model::{Account, ServerSettings};
use crate::server::{Link, Server};
use crate::store::Store;

use card::Card;
use folder::{AccountFolder, Folder};
use network::Way;

pub use accounts::COLOURS;
pub use pin::{PIN_SHORTEST, PIN_TRIES};
pub use presence::{NoPresence, Presence, PresenceError};
pub use refusal::UnlockError;
pub use security_key::KeyEvent;
pub use sessions::Sessions;
pub use sign_in::{Attempt, SignInError, Step};
pub use watch::{Due, Moment, Watch};

/// How this program runs here; the same for every account.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// One more trusted root certificate (PEM file), besides that of the network settings.
    pub ca_cert: Option<PathBuf>,
    /// Do without the OS keyring (`WARDROOM_KEYRING=off`).
    pub no_keyring: bool,
}

/// The data folder: which accounts this machine knows.
#[derive(Debug, Clone)]
pub struct Desk(Arc<DeskInner>);

#[derive(Debug)]
struct DeskInner {
    folder: Folder,
    way: Way,
    /// Found on first use: asking the system takes longer than opening a window may.
    keyring: Arc<OnceLock<Keyring>>,
    pins: pin::Pins,
}

/// Who is signed in, and whether their keys are in memory.
#[derive(Debug, Clone)]
pub enum Session {
    /// Nobody.
    SignedOut,
    /// Cache on disk, no key in memory.
    Locked(Locked),
    /// Ready to work.
    Unlocked(Unlocked),
}

/// An account whose keys are not in memory.
#[derive(Debug, Clone)]
pub struct Locked {
    desk: Desk,
    account: Account,
}

/// Keys in memory, cache open. Cheap to clone; all clones end with [`Unlocked::lock`].
#[derive(Debug, Clone)]
pub struct Unlocked(Arc<UnlockedInner>);

#[derive(Debug)]
struct UnlockedInner {
    locked: Locked,
    keys: KeyRing,
    /// Set once the providers' keys are in the ring.
    providers: OnceCell<()>,
    store: Store,
    server: Server,
}

impl Desk {
    /// The platform's data folder for Wardroom; both faces use it.
    #[must_use]
    pub fn default_folder() -> PathBuf {
        folder::platform_folder(|name| {
            std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
        })
    }

    /// Opens (and makes, readable by its owner only) the data folder.
    pub fn open(folder: &Path, options: Options) -> Result<Self, Error> {
        let Options { ca_cert, no_keyring } = options;
        let keyring = if no_keyring { OnceLock::from(Keyring::Off) } else { OnceLock::new() };
        Self::make(folder, ca_cert.as_deref(), keyring)
    }

    /// The same with a keyring of the caller's choice: for tests and the demo, which leave the real one be.
    pub fn with_keyring(folder: &Path, keyring: Keyring) -> Result<Self, Error> {
        Self::make(folder, None, OnceLock::from(keyring))
    }

    fn make(
        folder: &Path,
        ca_cert: Option<&Path>,
        keyring: OnceLock<Keyring>,
    ) -> Result<Self, Error> {
        let (folder, keyring) = (Folder::open(folder)?, Arc::new(keyring));
        let way = Way::open(&folder, ca_cert, Arc::clone(&keyring))?;
        Ok(Self(Arc::new(DeskInner { folder, way, keyring, pins: pin::Pins::default() })))
    }

    /// Somebody who signs in again is reached as their card says, unless other service addresses are given.
    fn known_way(&self, settings: ServerSettings, email: &str) -> ServerSettings {
        let is_it = |account: &Account| {
            account.server == settings.address && account.email.eq_ignore_ascii_case(email.trim())
        };
        if settings.has_own() {
            return settings;
        }
        let known = self.accounts().ok().and_then(|accounts| accounts.into_iter().find(is_it));
        let card = known.and_then(|account| self.account(account.user_id).ok()??.card().ok());
        card.map_or(settings, |card| card.server_settings())
    }

    /// The way to a server, as this machine goes it.
    fn link(&self, settings: &ServerSettings, device: Uuid) -> Result<Link, Error> {
        Ok(Link::new(settings.endpoints()?, device, Arc::clone(&self.0.way.network)))
    }

    /// Blocks: call it off the async threads.
    fn keyring(&self) -> &Keyring {
        self.0.keyring.get_or_init(Keyring::system)
    }
}

impl Locked {
    /// Who.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The web vault's address, for a browser.
    pub fn web_vault(&self) -> Result<String, Error> {
        Ok(self.link()?.vault().to_owned())
    }

    /// The way to this account's server.
    fn link(&self) -> Result<Link, Error> {
        let card = self.card()?;
        self.desk.link(&card.server_settings(), card.device)
    }

    fn folder(&self) -> AccountFolder {
        self.desk.0.folder.account(self.account.user_id)
    }

    /// [`Error::SignedOut`] when another process signed the account out meanwhile.
    fn card(&self) -> Result<Card, Error> {
        Card::read(&self.folder())?.ok_or(Error::SignedOut)
    }

    /// The card of a session that has not ended.
    fn usable_card(&self) -> Result<Card, Error> {
        self.card().and_then(|card| if card.ended { Err(Error::SignedOut) } else { Ok(card) })
    }
}

impl Unlocked {
    /// Who.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.0.locked.account
    }
    /// The same account without its keys; nothing is locked by asking.
    #[must_use]
    pub fn locked(&self) -> &Locked {
        &self.0.locked
    }
    /// The key ring. A client's key is in it after [`Unlocked::keys_for`] or a refresh.
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
}
