//! The data folder: where things are, readable by their owner only, never half written.
//!
//! ```text
//! device                     this installation, as servers know it
//! network.json               CA file and proxy; nothing in it is secret
//! recent.json                accounts, most recently used first
//! accounts/<user id>/
//!     card.json              how to unlock; nothing in it is secret
//!     cache.db               encrypted as a whole
//!     look.json              its colour
//!     settings.json          when it locks itself
//!     policy.json            what the person's organizations demand of that
//!     pin.json               the user key under a PIN, under a key in the keyring; tries
//!     presence.json          the user key under a key in the keyring
//!     sessions/<id>          envelopes of session values
//!     seen                   when the window last had it open, for what is due after a restart
//!     turn                   locked while a PIN is tried
//! ```

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::model::UserId;
use crate::store;

/// The identifier both faces and the installers use.
const IDENTIFIER: &str = "app.wardroom.desktop";

/// The data folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// One account's part of it.
#[derive(Debug, Clone)]
pub(super) struct AccountFolder(PathBuf);

/// Where this platform keeps an app's data; the working directory when it does not say.
pub(super) fn platform_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    let under_home = |inner: &str| variable("HOME").map(|home| home.join(inner));
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        under_home("Library/Application Support")
    } else {
        // Relative values are to be ignored (XDG Base Directory Specification).
        let xdg = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
        xdg.or_else(|| under_home(".local/share"))
    };
    base.unwrap_or_default().join(IDENTIFIER)
}

impl Folder {
    /// Makes the folder when it is not there.
    pub(super) fn open(path: &Path) -> Result<Self, store::Error> {
        make_private_folder(&path.join("accounts")).map_err(store::Error::Folder)?;
        Ok(Self(path.to_owned()))
    }

    pub(super) fn account(&self, user: UserId) -> AccountFolder {
        AccountFolder(self.0.join("accounts").join(user.to_string()))
    }

    /// Every account with a folder, most recently used first.
    pub(super) fn users(&self) -> Result<Vec<UserId>, store::Error> {
        let mut users: Vec<UserId> = fs::read_dir(self.0.join("accounts"))
            .map_err(store::Error::Folder)?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        let recent = self.recent();
        let place = |user: &UserId| recent.iter().position(|id| id == user).unwrap_or(usize::MAX);
        users.sort_by_key(|user| (place(user), *user));
        Ok(users)
    }

    /// The network settings' file.
    pub(super) fn network(&self) -> PathBuf {
        self.0.join("network.json")
    }

    /// Puts the account in front.
    pub(super) fn note_use(&self, user: UserId) -> Result<(), store::Error> {
        let mut recent = self.recent();
        if recent.first() == Some(&user) {
            return Ok(());
        }
        recent.retain(|id| *id != user);
        recent.insert(0, user);
        let json = serde_json::to_vec(&recent).expect("ids are plain text");
        write(&self.0.join("recent.json"), &json).map_err(store::Error::Folder)
    }

    fn recent(&self) -> Vec<UserId> {
        let read = fs::read(self.0.join("recent.json")).ok();
        read.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }

    /// Names this installation to servers; made once, outlives accounts. A server that sees a new one asks
    /// for a new-device code.
    pub(super) fn device(&self) -> Result<Uuid, store::Error> {
        let path = self.0.join("device");
        let known = fs::read_to_string(&path).ok();
        if let Some(device) = known.and_then(|text| Uuid::parse_str(text.trim()).ok()) {
            return Ok(device);
        }
        let device = Uuid::new_v4();
        write(&path, device.to_string().as_bytes()).map_err(store::Error::Folder)?;
        Ok(device)
    }
}

impl AccountFolder {
    pub(super) fn make(&self) -> Result<(), store::Error> {
        make_private_folder(&self.0).map_err(store::Error::Folder)
    }

    pub(super) fn card(&self) -> PathBuf {
        self.0.join("card.json")
    }

    pub(super) fn cache(&self) -> PathBuf {
        self.0.join("cache.db")
    }

    pub(super) fn look(&self) -> PathBuf {
        self.0.join("look.json")
    }

    pub(super) fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    pub(super) fn policy(&self) -> PathBuf {
        self.0.join("policy.json")
    }

    pub(super) fn pin(&self) -> PathBuf {
        self.0.join("pin.json")
    }

    pub(super) fn presence(&self) -> PathBuf {
        self.0.join("presence.json")
    }

    pub(super) fn seen(&self) -> PathBuf {
        self.0.join("seen")
    }

    /// Waits until no other process of this machine holds it; ends with the file.
    pub(super) fn take_turn(&self) -> Result<fs::File, store::Error> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.0.join("turn")).map_err(store::Error::Folder)?;
        file.lock().map_err(store::Error::Folder)?;
        Ok(file)
    }

    /// The envelope's file; `id` is hex (`keys::session_id`), so it cannot leave the folder.
    pub(super) fn envelope(&self, id: &str) -> PathBuf {
        self.0.join("sessions").join(id)
    }

    pub(super) fn write_envelope(&self, id: &str, envelope: &str) -> Result<(), store::Error> {
        make_private_folder(&self.0.join("sessions")).map_err(store::Error::Folder)?;
        write(&self.envelope(id), envelope.as_bytes()).map_err(store::Error::Folder)
    }

    pub(super) fn delete_envelopes(&self) -> Result<(), store::Error> {
        delete_tree(&self.0.join("sessions"))
    }

    /// Everything of the account.
    pub(super) fn delete(&self) -> Result<(), store::Error> {
        // The card last: while it is there the account is listed, and deleting can be repeated.
        let gone = |name: &str| delete_file(&self.0.join(name));
        self.delete_envelopes()?;
        ["cache.db-wal", "cache.db-shm", "cache.db", "card.json"].into_iter().try_for_each(gone)?;
        delete_tree(&self.0)
    }
}

/// Also fine when it is not there.
pub(super) fn delete_file(path: &Path) -> Result<(), store::Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(store::Error::Folder(error)),
        _ => Ok(()),
    }
}

fn delete_tree(path: &Path) -> Result<(), store::Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(store::Error::Folder(error)),
        _ => Ok(()),
    }
}

/// Replaces the file whole or not at all, readable by its owner only.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", Uuid::new_v4().simple()));
    let written = write_new(&beside, content).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What failed is told; a leftover beside it is only untidy.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// On Windows the profile folder's own rights apply.
fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_platforms_folder_is_found_as_the_specification_says() {
        let with = |xdg: Option<&str>| {
            platform_folder(|name| match name {
                "XDG_DATA_HOME" => xdg.map(PathBuf::from),
                "HOME" => Some(PathBuf::from("/homes/ann")),
                _ => None,
            })
        };
        let own = PathBuf::from("/homes/ann/.local/share/app.wardroom.desktop");
        assert_eq!(with(None), own);
        assert_eq!(with(Some("relative")), own, "a relative value must be ignored");
        assert_eq!(with(Some("/data")), PathBuf::from("/data/app.wardroom.desktop"));
    }

    #[test]
    fn the_installation_keeps_its_name_and_accounts_their_order() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        let device = folder.device().unwrap();
        assert_eq!(Folder::open(place.path()).unwrap().device().unwrap(), device);

        let [ann, bob] = [UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2))];
        for user in [ann, bob] {
            folder.account(user).make().unwrap();
        }
        assert_eq!(folder.users().unwrap(), [ann, bob]);
        folder.note_use(bob).unwrap();
        assert_eq!(folder.users().unwrap(), [bob, ann]);
        folder.account(bob).delete().unwrap();
        assert_eq!(folder.users().unwrap(), [ann]);
        folder.account(bob).delete().expect("deleting twice is fine");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_only_its_owner_can_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("data");
        let account = Folder::open(&root).unwrap().account(UserId(Uuid::from_u128(1)));
        account.make().unwrap();
        account.write_envelope("00ff", "2.x").unwrap();
        write(&account.card(), b"{}").unwrap();
        write(&account.card(), b"{ }").expect("replacing is fine");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&root), 0o700);
        assert_eq!(mode(&account.card()), 0o600);
        assert_eq!(mode(&account.envelope("00ff")), 0o600);
        let left: Vec<_> = fs::read_dir(&account.0).unwrap().collect();
        assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
    }
}
