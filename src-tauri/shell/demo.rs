//! The sample world inside the window: a server with forty clients, its sign-in filled in, an export to try.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wardroom_core::{Error, store};
use wardroom_sandbox::{Options, Sandbox};

use crate::start::Start;
use crate::wire::DemoSignIn;

/// Made up by hand; every password in it is worth nothing.
const SAMPLE: &str = include_str!("demo/lastpass_export.csv");

/// The sample world; all of it goes with [`Demo::end`].
pub(crate) struct Demo {
    /// Stops when dropped; `None` when the server was given from outside.
    sandbox: Option<Sandbox>,
    sign_in: DemoSignIn,
    folder: TempDir,
}

impl Demo {
    /// Starts the server, unless `WARDROOM_SERVER` names one.
    pub(crate) fn start(_: &Start) -> Result<Self, Error> {
        let folder = own_folder().map_err(store::Error::Folder)?;
        if let Ok(server) = std::env::var("WARDROOM_SERVER") {
            let sign_in = DemoSignIn { server, email: String::new(), password: String::new() };
            return Ok(Self { sandbox: None, sign_in, folder });
        }
        let started = tauri::async_runtime::block_on(Sandbox::start(Options::default()));
        let sandbox = started.map_err(store::Error::Folder)?;
        // As the real server answers a wrong password.
        sandbox.delay_failures(Some(std::time::Duration::from_secs(2)));
        let sign_in = filled_in(&sandbox);
        Ok(Self { sandbox: Some(sandbox), sign_in, folder })
    }

    /// Where the demo keeps its cache when no folder is named.
    #[allow(clippy::unnecessary_wraps)] // The shape of `no_demo.rs`.
    pub(crate) fn folder(&self) -> Option<&Path> {
        Some(self.folder.path())
    }

    /// The provider admin's sign-in.
    #[allow(clippy::unnecessary_wraps)]
    pub(crate) fn sign_in(&self) -> Option<DemoSignIn> {
        Some(self.sign_in.clone())
    }

    /// Where the sample world answers range queries.
    pub(crate) fn exposed_passwords(&self) -> Option<String> {
        self.sandbox.as_ref().map(Sandbox::exposed_passwords)
    }

    /// Writes the sample export; only its owner can read it, as it should be with a real one.
    pub(crate) fn sample(&self) -> Result<Option<PathBuf>, Error> {
        let path = self.folder.path().join("lastpass_export.csv");
        write_owner_only(&path, SAMPLE.as_bytes()).map_err(store::Error::Folder)?;
        Ok(Some(path))
    }

    /// Deletes what the demo wrote. Nothing is dropped when a window's program ends, so it must be told to.
    pub(crate) fn end(&self) {
        // A leftover in the temporary folder harms nobody: its contents are made up.
        let _ = std::fs::remove_dir_all(self.folder.path());
    }
}

fn own_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("wardroom-demo-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn filled_in(sandbox: &Sandbox) -> DemoSignIn {
    let admin = sandbox.accounts().into_iter().next();
    let admin = admin.expect("the sample world begins with its provider's admin");
    DemoSignIn { server: sandbox.url(), email: admin.email, password: admin.password }
}

fn write_owner_only(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}
