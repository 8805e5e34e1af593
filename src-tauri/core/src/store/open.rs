//! Opening and closing the file.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};

use super::refresh::Seen;
use super::{Error, Store, migrations};
use crate::keys::DatabaseKey;

/// Page cache of one connection, in KiB. `SQLCipher` decrypts a page again each time it falls out: ten thousand
/// clients are about 6 MB.
const CACHE_KIB: &str = "-16384";
const READERS: u32 = 3;
/// Another process (window and terminal share the file) may hold the lock while it stages a large import.
const BUSY_TIMEOUT: Duration = Duration::from_mins(1);
/// Readers that nobody needs give their memory back.
const READER_IDLE: Duration = Duration::from_secs(30);

impl Store {
    /// Opens or creates the file and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Newer`] and [`Error::Damaged`] are for people to act on; none of them
    /// changes the file.
    pub async fn open(path: &Path, key: &DatabaseKey) -> Result<Self, Error> {
        // SQLite takes an empty file for a new database; here it is one that lost its content.
        match std::fs::metadata(path) {
            Ok(file) if file.len() == 0 => return Err(Error::Damaged),
            Ok(_) => {}
            Err(_) => Self::make(path, key).await?,
        }
        Self::open_file(path, key).await
    }

    /// Makes the file beside its place and moves it there when it is a database: whoever is killed on the way
    /// must not leave an empty file, which looks like one that lost its content.
    async fn make(path: &Path, key: &DatabaseKey) -> Result<(), Error> {
        let beside = path.with_extension("new");
        for left in ["new", "new-wal", "new-shm"] {
            let _ = std::fs::remove_file(path.with_extension(left));
        }
        make_private(&beside).map_err(Error::Folder)?;
        Self::open_file(&beside, key).await?.close().await;
        std::fs::rename(&beside, path).map_err(Error::Folder)
    }

    async fn open_file(path: &Path, key: &DatabaseKey) -> Result<Self, Error> {
        let options = options(key)
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let writer = pool(1).connect_lazy_with(options.clone());
        let readers = pool(READERS).idle_timeout(READER_IDLE);
        let pool = readers.connect_lazy_with(options.read_only(true));
        let store = Self { pool, writer, seen: Seen::default() };
        match migrations::run(&store.writer).await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// A cache in memory, gone with its last clone.
    #[cfg(test)]
    pub(crate) async fn in_memory() -> Self {
        let key = DatabaseKey::make();
        let writer = pool(1).connect_lazy_with(options(&key).in_memory(true));
        migrations::run(&writer).await.expect("a new database migrates");
        Self { pool: writer.clone(), writer, seen: Seen::default() }
    }

    /// Closes every connection; waits until the file is released. The key goes with it.
    pub async fn close(&self) {
        self.pool.close().await;
        self.writer.close().await;
        for pool in [&self.pool, &self.writer] {
            pool.set_connect_options(SqliteConnectOptions::new());
        }
    }
}

fn options(key: &DatabaseKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .pragma("key", key.pragma().expose().to_owned())
        // SQLCipher writes to standard error on its own otherwise.
        .pragma("cipher_log_level", "NONE")
        .pragma("cache_size", CACHE_KIB)
        .pragma("temp_store", "memory")
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // The first statement of each connection holds the key.
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .after_connect(|connection, _| Box::pin(cover_the_key(connection)))
        .max_connections(connections)
        .min_connections(0)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .acquire_timeout(BUSY_TIMEOUT)
}

/// Made before `SQLite` would make it readable for everybody; its journal takes over the file's rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// `SQLite` frees a statement's text without wiping it: the key would stay readable in the process, also after
/// a lock. It lies in one of the connection's 93 small memory slots (`SQLITE_DEFAULT_LOOKASIDE`); a statement
/// of more constants than that, each as long as a slot, writes over all of them.
async fn cover_the_key(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let constant = format!("'{:0>42}'", 0);
    let constants = vec![constant; 160].join(",");
    let cover = sqlx::raw_sql(AssertSqlSafe(format!("select {constants}")));
    cover.fetch_one(connection).await.map(drop)
}
