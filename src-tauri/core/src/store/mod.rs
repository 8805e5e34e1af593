//! The only SQL. One encrypted `SQLite` file per account; one file of this module per table.
//!
//! `SQLCipher` seals the whole file, its journal included (docs/decisions/0001). One connection writes,
//! few read. A refresh goes in by one transaction.

mod bench;
mod client;
mod error;
mod exposed;
mod finding;
mod fingerprint;
mod grid;
mod history;
mod journal;
mod migrations;
mod open;
mod policy;
mod provider;
mod receipt;
mod recipe;
mod refresh;
mod seat;
mod source_file;
mod staging;
mod token;

pub use bench::{StagingChange, StepContent, StepMove, StepRow};
pub use client::{ClientRow, WrappedKey};
pub use error::Error;
pub use finding::FindingOrigin;
pub use fingerprint::{Fingerprint, UploadedFingerprint};
pub use grid::{FindingMark, FindingPlace};
pub use journal::{Attempt, AttemptState, CollectionRow, CollectionState, Entry};
pub use provider::ProviderRow;
pub use receipt::Finish;
pub use recipe::RecipeRow;
pub use refresh::{Refreshed, Rows};
pub use source_file::FileRow;
pub use staging::{NewStaging, PAGE_ITEMS, StagingEnd, StagingRow, StagingWriter};

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

/// An open cache. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// For reading: few connections, opened when needed.
    pub(crate) pool: sqlx::SqlitePool,
    /// For writing: one connection, so that writers queue here instead of failing in `SQLite`.
    writer: sqlx::SqlitePool,
    /// When the server last confirmed what is on disk, without anything to write.
    seen: refresh::Seen,
}

impl Store {
    /// The one connection that writes. Begin with [`Store::begin`] when there are several statements.
    pub(crate) fn writer(&self) -> &sqlx::SqlitePool {
        &self.writer
    }

    /// A transaction that has the right to write from its first statement on.
    pub(crate) async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, Error> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }
}

/// An id, kept as its 16 bytes.
fn uuid_at(row: &SqliteRow, index: usize) -> Result<Uuid, Error> {
    Uuid::from_slice(row.try_get(index)?).map_err(|_| Error::Damaged)
}

fn uuid_or_null_at(row: &SqliteRow, index: usize) -> Result<Option<Uuid>, Error> {
    let bytes: Option<&[u8]> = row.try_get(index)?;
    bytes.map(|bytes| Uuid::from_slice(bytes).map_err(|_| Error::Damaged)).transpose()
}

#[cfg(test)]
mod tests;
