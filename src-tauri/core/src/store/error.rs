//! What can go wrong with the cache file: three polite refusals, and the rest.

use crate::Code;

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
    /// The account was locked meanwhile: the cache is closed.
    #[error("locked")]
    Locked,
    /// Disk full, permissions …
    #[error("the local cache could not be read or written")]
    Sqlite(#[source] sqlx::Error),
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
            Self::Locked => Code::Locked,
            Self::Sqlite(_) | Self::Folder(_) => Code::Unexpected,
        }
    }
}

/// Primary result codes (`sqlite3.h`): `SQLite`'s own, the extended part cut off.
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_NOTADB: i32 = 26;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let number = match &error {
            sqlx::Error::PoolClosed => return Self::Locked,
            // A column that holds what it never held: the file was changed by somebody else.
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => return Self::Damaged,
            sqlx::Error::Database(database) => {
                database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default()
            }
            _ => 0,
        };
        match number & 0xff {
            // SQLCipher cannot tell a wrong key from a damaged first page; whoever knows that the key is
            // the right one may say `Damaged`.
            SQLITE_NOTADB => Self::WrongKey,
            SQLITE_CORRUPT => Self::Damaged,
            _ => Self::Sqlite(error),
        }
    }
}
