//! One upload of a staging at a time, across windows and terminals.
//!
//! Two at once would each send what the other has not noted yet. A lock of the operating system on a file
//! beside the database does it: it goes away with the process that held it, however that ended.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use crate::Error;
use crate::model::StagingId;
use crate::store::{self, Store};

/// Held until dropped.
pub(super) struct Hold(Option<(File, PathBuf)>);

impl Hold {
    /// Refused when another process, or another task of this one, holds it.
    pub(super) async fn take(store: &Store, staging: StagingId) -> Result<Self, Error> {
        let Some(database) = store.file().await? else { return Ok(Self(None)) };
        let path = database.with_file_name(format!("import-{staging}.lock"));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(store::Error::Folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some((file, path)))),
            Err(TryLockError::WouldBlock) => Err(Error::Refused(
                "another window or command is working on this import".to_owned(),
            )),
            Err(TryLockError::Error(error)) => Err(store::Error::Folder(error).into()),
        }
    }

    /// Lets go for good: the staging is done or gone, nobody will need the file again.
    pub(super) fn remove(self) {
        if let Some((file, path)) = self.0 {
            drop(file);
            // Somebody may have opened it meanwhile: they find the staging finished.
            let _ = std::fs::remove_file(path);
        }
    }
}
