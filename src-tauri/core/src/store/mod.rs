//! The only SQL. One encrypted SQLite file per account; one file of this module per table.

mod journal;
mod receipt;
mod staging;

pub use journal::{Attempt, AttemptState, CollectionRow, CollectionState, Entry};
pub use receipt::Finish;
pub use staging::{NewStaging, PAGE_ITEMS, StagingEnd, StagingRow, StagingWriter};

use std::path::Path;

use crate::Code;
use crate::keys::DatabaseKey;

/// What went wrong with the cache file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key does not open the file, or there is none.
    #[error("the local cache cannot be opened with the key at hand")]
    WrongKey,
    /// A newer version of this program wrote it.
    #[error("the local cache was written by a newer version of this app")]
    Newer,
    /// The file is damaged.
    #[error("the local cache is damaged")]
    Damaged,
    /// Disk full, permissions …
    #[error("the local cache could not be read or written")]
    Sqlite(#[from] sqlx::Error),
    /// A file beside the cache could not be read or written.
    #[error("the data folder could not be read or written")]
    Folder(#[source] std::io::Error),
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::WrongKey => Code::CacheLocked,
            Self::Newer => Code::CacheTooNew,
            Self::Damaged => Code::CacheDamaged,
            Self::Sqlite(_) | Self::Folder(_) => Code::Unexpected,
        }
    }
}

/// An open cache. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: sqlx::SqlitePool,
}

impl Store {
    /// Opens or creates the file and brings its schema up to date.
    pub async fn open(path: &Path, key: &DatabaseKey) -> Result<Self, Error> {
        let _ = (path, key);
        todo!("store")
    }
    /// Closes every connection; waits until the file is released.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
