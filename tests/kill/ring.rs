//! A keyring that outlives a process: one file for each entry.

use std::any::Any;
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error, Result};
use wardroom_core::keys::Keyring;

pub(crate) fn keyring(folder: &Path) -> Keyring {
    Keyring::of(Arc::new(Folder(folder.to_owned())))
}

#[derive(Debug)]
struct Folder(PathBuf);

#[derive(Debug)]
struct InFile(PathBuf);

fn failure(error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => Error::NoEntry,
        _ => Error::PlatformFailure(Box::new(error)),
    }
}

impl CredentialApi for InFile {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        // Whole or not at all, as real ones.
        let beside = self.0.with_extension("new");
        fs::write(&beside, secret).and_then(|()| fs::rename(&beside, &self.0)).map_err(failure)
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        fs::read(&self.0).map_err(failure)
    }

    fn delete_credential(&self) -> Result<()> {
        fs::remove_file(&self.0).map_err(failure)
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialStoreApi for Folder {
    fn vendor(&self) -> String {
        "a folder".to_owned()
    }

    fn id(&self) -> String {
        "a folder".to_owned()
    }

    fn build(&self, _: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(InFile(self.0.join(user)))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
