//! The scene of every story: a server with a demo company, and one technician's machine.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::ServerAddress;
use wardroom_core::session::{Desk, Locked, Unlocked};
use wardroom_core::sync;
use wardroom_sandbox::{DemoAccount, Options, Sandbox};

/// A sandbox, a data folder and a keyring of their own. On drop it fails the story when the sandbox saw a
/// request it knows no route for.
pub(crate) struct Office {
    /// The server.
    pub(crate) sandbox: Sandbox,
    /// What the machine's keyring would be.
    pub(crate) keyring: Keyring,
    folder: TempDir,
}

impl Office {
    /// The demo company with its forty clients.
    pub(crate) async fn open() -> Self {
        Self::with(Options::default()).await
    }

    /// A small company, for stories that do not look at the list.
    pub(crate) async fn small() -> Self {
        Self::with(Options { clients: 3, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { sandbox, keyring: Keyring::in_memory(), folder: tempfile::tempdir().unwrap() }
    }

    /// The same without a keyring.
    pub(crate) async fn without_keyring() -> Self {
        let mut office = Self::small().await;
        office.keyring = Keyring::Off;
        office
    }

    /// A fresh start of the program on the same machine.
    pub(crate) fn desk(&self) -> Desk {
        Desk::with_keyring(&self.folder(), self.keyring.clone()).unwrap()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The only account's part of the data folder.
    pub(crate) fn account_folder(&self) -> PathBuf {
        let mut inside = std::fs::read_dir(self.folder().join("accounts")).unwrap();
        inside.next().unwrap().unwrap().path()
    }

    pub(crate) fn address(&self) -> ServerAddress {
        ServerAddress::parse(&self.sandbox.url()).unwrap()
    }

    /// The first account of that role.
    pub(crate) fn account(&self, role: &str) -> DemoAccount {
        self.sandbox.accounts().into_iter().find(|account| account.role == role).unwrap()
    }

    pub(crate) fn password(&self) -> Secret {
        Secret::new(self.account("providerAdmin").password)
    }

    /// Signed in as the provider admin.
    pub(crate) async fn sign_in(&self) -> Unlocked {
        self.sign_in_as("providerAdmin").await
    }

    pub(crate) async fn sign_in_as(&self, role: &str) -> Unlocked {
        let account = self.account(role);
        let password = Secret::new(account.password);
        self.desk().sign_in(&self.address(), &account.email, password).await.unwrap()
    }

    /// Signed in and refreshed.
    pub(crate) async fn refreshed(&self) -> Unlocked {
        let unlocked = self.sign_in().await;
        sync::refresh(&unlocked).await.unwrap();
        unlocked
    }

    /// As the program finds it after a restart.
    pub(crate) fn locked(&self) -> Locked {
        self.desk().locked(None).unwrap().unwrap()
    }

    /// How many requests the server saw with this method and path.
    pub(crate) fn seen(&self, method: &str, path: &str) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|seen| seen.method == method && seen.path == path).count()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unknown = self.sandbox.unknown_routes();
            assert!(unknown.is_empty(), "the server has no route for {unknown:?}");
        }
    }
}

/// Every file under `folder`.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
