//! The cache file: what stands in the way of opening it is said politely, and nothing is overwritten.

use std::fs;
use std::path::Path;

use wardroom_core::Code;
use wardroom_core::keys::{DatabaseKey, Secret};
use wardroom_core::store::{self, Rows, Store};

async fn made(path: &Path, key: &DatabaseKey) {
    let store = Store::open(path, key).await.unwrap();
    let rows = Rows { taken_at: "2026-08-01T10:00:00Z".into(), providers: vec![], clients: vec![] };
    store.save_refresh(&rows).await.unwrap();
    store.save_tokens(&Secret::new("marker-access-token"), None).await.unwrap();
    store.close().await;
}

async fn refused(path: &Path, key: &DatabaseKey) -> store::Error {
    let before = fs::read(path).unwrap();
    let error = Store::open(path, key).await.expect_err("this file must not open");
    assert_eq!(fs::read(path).unwrap(), before, "a file that is refused stays as it is");
    error
}

#[tokio::test]
async fn a_reopened_cache_still_knows_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let key = DatabaseKey::make();
    made(&path, &key).await;
    let store = Store::open(&path, &key).await.unwrap();
    let last = store.load_last_refresh().await.unwrap();
    assert_eq!(last.as_deref(), Some("2026-08-01T10:00:00Z"));
    let (access, _) = store.load_tokens().await.unwrap().unwrap();
    assert_eq!(access.expose(), "marker-access-token");
}

#[tokio::test]
async fn nothing_in_the_file_can_be_read_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let key = DatabaseKey::make();
    let store = Store::open(&path, &key).await.unwrap();
    store.save_tokens(&Secret::new("marker-access-token"), None).await.unwrap();
    // Still open: the journal is there too.
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for word in ["marker-access-token", "SQLite format", "schema_version"] {
            assert!(!text.contains(word), "{word:?} is in the file in clear");
        }
    }
}

#[tokio::test]
async fn a_wrong_key_a_newer_schema_and_damage_are_three_different_answers() {
    let folder = tempfile::tempdir().unwrap();
    let key = DatabaseKey::make();

    let path = folder.path().join("wrong-key.db");
    made(&path, &key).await;
    let wrong = refused(&path, &DatabaseKey::make()).await;
    assert!(matches!(wrong, store::Error::WrongKey), "{wrong:?}");

    let path = folder.path().join("damaged.db");
    made(&path, &key).await;
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(512) {
        *byte ^= 0xff;
    }
    fs::write(&path, &bytes).unwrap();
    let damaged = refused(&path, &key).await;
    assert!(matches!(damaged, store::Error::Damaged), "{damaged:?}");

    let path = folder.path().join("emptied.db");
    fs::write(&path, b"").unwrap();
    let emptied = refused(&path, &key).await;
    assert!(matches!(emptied, store::Error::Damaged), "{emptied:?}");

    let path = folder.path().join("newer.db");
    made(&path, &key).await;
    from_the_future(&path, &key).await;
    let newer = refused(&path, &key).await;
    assert!(matches!(newer, store::Error::Newer), "{newer:?}");

    let codes = [wrong.code(), newer.code(), damaged.code()];
    assert_eq!(codes, [Code::CacheLocked, Code::CacheTooNew, Code::CacheDamaged]);
    let said = [wrong.to_string(), newer.to_string(), damaged.to_string()];
    assert!(said[0] != said[1] && said[1] != said[2], "each has its own sentence");
}

/// As an app of the year 2040 would leave it.
async fn from_the_future(path: &Path, key: &DatabaseKey) {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", key.pragma().expose().to_owned());
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("insert into schema_version (version, readable_from) values (9000, 9000)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_cache_and_its_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let store = Store::open(&path, &DatabaseKey::make()).await.unwrap();
    store.save_tokens(&Secret::new("a"), None).await.unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}
