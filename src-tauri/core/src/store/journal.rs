//! What an upload has sent, written before it is sent.
//!
//! One row per request that carried items and one per collection. Whatever happens to the process, these
//! rows say what may be on the server and by which ciphertext to find it there.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::staging::rows::{read_id, state_to_number};
use super::{Error, Store};
use crate::model::{CollectionId, StagedState, StagingId};

/// One item of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Index of the item in its staging.
    pub item: u32,
    /// First 16 bytes of the SHA-256 of the item's name as sent. A random IV makes it unique.
    pub fingerprint: [u8; 16],
    /// Positions of the collections it was to be in ([`CollectionRow::position`]).
    pub collections: Box<[u32]>,
}

/// What is known about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// Sent or about to be: look before anything else.
    Sending,
    /// Every item of it is on the server.
    Landed,
    /// None of it was there when looked, or it was refused.
    Absent,
}

/// A request that carried items.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Its number.
    pub attempt_id: i64,
    /// What is known about it.
    pub state: AttemptState,
    /// What it carried.
    pub entries: Vec<Entry>,
}

/// How far a collection of an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionState {
    /// Neither found nor made.
    Wanted,
    /// A request to make it was sent or is about to be.
    Creating,
    /// Its id is known.
    Known,
    /// Made by the first import request that uses it.
    Carried,
}

/// A collection an upload needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionRow {
    /// Place in the list; entries of the journal name it by this.
    pub position: u32,
    /// Sealed path.
    pub path: Vec<u8>,
    /// How far.
    pub state: CollectionState,
    /// The server's id, once known.
    pub collection: Option<CollectionId>,
    /// The name as sent or as found.
    pub sealed_name: Option<String>,
    /// Made by this import.
    pub created: bool,
}

impl Store {
    /// The file of this cache; `None` when it lives in memory.
    pub async fn file(&self) -> Result<Option<std::path::PathBuf>, Error> {
        let sql = "select file from pragma_database_list where name = 'main'";
        let file: String = sqlx::query_scalar(sql).fetch_one(&self.pool).await?;
        Ok(Some(file).filter(|file| !file.is_empty()).map(Into::into))
    }

    /// Every request of an upload that may matter, oldest first.
    pub async fn load_attempts(&self, staging: StagingId) -> Result<Vec<Attempt>, Error> {
        let sql = "select * from upload_attempt where staging_id = ? order by attempt_id";
        let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]);
        query.fetch_all(&self.pool).await?.iter().map(row_to_attempt).collect()
    }

    /// Notes a request before it is sent, and waits until the disk has it.
    pub async fn open_attempt(&self, staging: StagingId, entries: &[Entry]) -> Result<i64, Error> {
        let mut connection = self.writer().acquire().await?;
        let mut transaction = begin_durable(&mut connection).await?;
        mark_uploading(&mut transaction, staging).await?;
        let state = AttemptState::Sending;
        let id = insert_attempt(&mut transaction, staging, state, entries).await?;
        transaction.commit().await?;
        end_durable(&mut connection).await?;
        Ok(id)
    }

    /// Notes what became of a request: the items that are there, and those that are not.
    ///
    /// Both keep their fingerprints, so that a latecomer is still recognised.
    pub async fn settle_attempt(
        &self,
        staging: StagingId,
        attempt_id: i64,
        landed: &[Entry],
        absent: &[Entry],
    ) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        if landed.is_empty() || absent.is_empty() {
            let state = if absent.is_empty() { AttemptState::Landed } else { AttemptState::Absent };
            sqlx::query("update upload_attempt set state = ? where attempt_id = ?")
                .bind(state_number(state))
                .bind(attempt_id)
                .execute(&mut *transaction)
                .await?;
        } else {
            sqlx::query("delete from upload_attempt where attempt_id = ?")
                .bind(attempt_id)
                .execute(&mut *transaction)
                .await?;
            insert_attempt(&mut transaction, staging, AttemptState::Landed, landed).await?;
            insert_attempt(&mut transaction, staging, AttemptState::Absent, absent).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The collections an upload needs, by position. Empty before the first upload.
    pub async fn load_collections(&self, staging: StagingId) -> Result<Vec<CollectionRow>, Error> {
        let sql = "select * from upload_collection where staging_id = ? order by position";
        let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]);
        query.fetch_all(&self.pool).await?.iter().map(row_to_collection).collect()
    }

    /// Adds or replaces collections of an upload, and waits until the disk has them.
    pub async fn save_collections(
        &self,
        staging: StagingId,
        rows: &[CollectionRow],
    ) -> Result<(), Error> {
        let mut connection = self.writer().acquire().await?;
        let mut transaction = begin_durable(&mut connection).await?;
        mark_uploading(&mut transaction, staging).await?;
        for row in rows {
            save_collection(&mut transaction, staging, row).await?;
        }
        transaction.commit().await?;
        end_durable(&mut connection).await
    }
}

// A killed process loses nothing either way; a machine without power would lose what the write-ahead log
// had not reached the disk with, unless `synchronous` is full (sqlite.org/pragma.html#pragma_synchronous).
pub(super) async fn begin_durable(
    connection: &mut PoolConnection<Sqlite>,
) -> Result<Transaction<'_, Sqlite>, Error> {
    use sqlx::Connection;
    sqlx::query("pragma synchronous = full").execute(&mut **connection).await?;
    Ok(connection.begin_with("begin immediate").await?)
}

pub(super) async fn end_durable(connection: &mut PoolConnection<Sqlite>) -> Result<(), Error> {
    sqlx::query("pragma synchronous = normal").execute(&mut **connection).await?;
    Ok(())
}

async fn mark_uploading(
    connection: &mut SqliteConnection,
    staging: StagingId,
) -> Result<(), Error> {
    sqlx::query("update staging set state = ? where staging_id = ?")
        .bind(state_to_number(StagedState::Uploading))
        .bind(&staging.0.as_bytes()[..])
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_attempt(
    connection: &mut SqliteConnection,
    staging: StagingId,
    state: AttemptState,
    entries: &[Entry],
) -> Result<i64, Error> {
    let done = sqlx::query(
        "insert into upload_attempt (staging_id, state, items, entries) values (?, ?, ?, ?)",
    )
    .bind(&staging.0.as_bytes()[..])
    .bind(state_number(state))
    .bind(i64::try_from(entries.len()).unwrap_or(i64::MAX))
    .bind(pack(entries))
    .execute(connection)
    .await?;
    Ok(done.last_insert_rowid())
}

fn state_number(state: AttemptState) -> i64 {
    match state {
        AttemptState::Sending => 0,
        AttemptState::Landed => 1,
        AttemptState::Absent => 2,
    }
}

async fn save_collection(
    connection: &mut SqliteConnection,
    staging: StagingId,
    row: &CollectionRow,
) -> Result<(), Error> {
    sqlx::query(
        "insert or replace into upload_collection
             (staging_id, position, path, state, collection_id, sealed_name, created)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&staging.0.as_bytes()[..])
    .bind(row.position)
    .bind(&row.path)
    .bind(match row.state {
        CollectionState::Wanted => 0,
        CollectionState::Creating => 1,
        CollectionState::Known => 2,
        CollectionState::Carried => 3,
    })
    .bind(row.collection.map(|id| id.0.as_bytes().to_vec()))
    .bind(&row.sealed_name)
    .bind(row.created)
    .execute(connection)
    .await?;
    Ok(())
}

fn row_to_attempt(row: &SqliteRow) -> Result<Attempt, Error> {
    let state = match row.try_get("state")? {
        0 => AttemptState::Sending,
        1 => AttemptState::Landed,
        2 => AttemptState::Absent,
        _ => return Err(Error::Damaged),
    };
    let entries = unpack(row.try_get("entries")?).ok_or(Error::Damaged)?;
    Ok(Attempt { attempt_id: row.try_get("attempt_id")?, state, entries })
}

fn row_to_collection(row: &SqliteRow) -> Result<CollectionRow, Error> {
    let collection: Option<&[u8]> = row.try_get("collection_id")?;
    let collection = match collection {
        Some(_) => Some(CollectionId(read_id(row, "collection_id")?)),
        None => None,
    };
    let state = match row.try_get("state")? {
        0 => CollectionState::Wanted,
        1 => CollectionState::Creating,
        2 => CollectionState::Known,
        3 => CollectionState::Carried,
        _ => return Err(Error::Damaged),
    };
    Ok(CollectionRow {
        position: row.try_get("position")?,
        path: row.try_get("path")?,
        state,
        collection,
        sealed_name: row.try_get("sealed_name")?,
        created: row.try_get("created")?,
    })
}

/// Little-endian: item, fingerprint, number of collections, their positions.
fn pack(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * 28);
    for entry in entries {
        bytes.extend_from_slice(&entry.item.to_le_bytes());
        bytes.extend_from_slice(&entry.fingerprint);
        let count = u32::try_from(entry.collections.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&count.to_le_bytes());
        for position in &entry.collections {
            bytes.extend_from_slice(&position.to_le_bytes());
        }
    }
    bytes
}

fn unpack(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::with_capacity(bytes.len() / 24);
    while !bytes.is_empty() {
        let item = take_number(&mut bytes)?;
        let (fingerprint, rest) = bytes.split_first_chunk::<16>()?;
        bytes = rest;
        let count = take_number(&mut bytes)?;
        let collections = (0..count).map(|_| take_number(&mut bytes)).collect::<Option<_>>()?;
        entries.push(Entry { item, fingerprint: *fingerprint, collections });
    }
    Some(entries)
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::super::staging::tests::staged;
    use super::*;

    fn entry(item: u32) -> Entry {
        let collections = (0..item).collect();
        Entry { item, fingerprint: [u8::try_from(item).unwrap(); 16], collections }
    }

    #[test]
    fn entries_survive_packing_and_cut_ones_are_noticed() {
        let entries = vec![entry(0), entry(3), entry(1)];
        let packed = pack(&entries);
        assert_eq!(unpack(&packed), Some(entries));
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        assert_eq!(pack(&[entry(1)]), {
            let mut bytes = vec![1, 0, 0, 0];
            bytes.extend([1; 16]);
            bytes.extend([1, 0, 0, 0, 0, 0, 0, 0]);
            bytes
        });
    }

    #[tokio::test]
    async fn a_request_is_open_until_it_is_settled_and_keeps_its_fingerprints() {
        let store = Store::in_memory().await;
        let staging = staged(&store, 4).await;
        let entries = [entry(0), entry(1), entry(2)];
        let id = store.open_attempt(staging, &entries).await.unwrap();
        let open = store.load_attempts(staging).await.unwrap();
        assert_eq!(open[0].state, AttemptState::Sending);
        let row = store.load_staging(staging).await.unwrap().unwrap();
        assert_eq!((row.state, row.landed), (StagedState::Uploading, 0));

        store.settle_attempt(staging, id, &entries[..1], &entries[1..]).await.unwrap();
        let settled = store.load_attempts(staging).await.unwrap();
        let told: Vec<_> = settled.iter().map(|a| (a.state, a.entries.len())).collect();
        assert_eq!(told, [(AttemptState::Landed, 1), (AttemptState::Absent, 2)]);
        assert_eq!(store.load_staging(staging).await.unwrap().unwrap().landed, 1);

        let id = store.open_attempt(staging, &entries[1..]).await.unwrap();
        store.settle_attempt(staging, id, &entries[1..], &[]).await.unwrap();
        assert_eq!(store.load_staging(staging).await.unwrap().unwrap().landed, 3);
    }

    #[tokio::test]
    async fn collections_keep_what_finds_them_again() {
        let store = Store::in_memory().await;
        let staging = staged(&store, 4).await;
        let mut row = CollectionRow {
            position: 0,
            path: b"sealed".to_vec(),
            state: CollectionState::Creating,
            collection: None,
            sealed_name: Some("2.name".to_owned()),
            created: false,
        };
        store.save_collections(staging, std::slice::from_ref(&row)).await.unwrap();
        assert_eq!(store.load_collections(staging).await.unwrap(), [row.clone()]);
        row.state = CollectionState::Known;
        row.collection = Some(CollectionId(uuid::Uuid::from_u128(5)));
        row.created = true;
        store.save_collections(staging, std::slice::from_ref(&row)).await.unwrap();
        assert_eq!(store.load_collections(staging).await.unwrap(), [row]);
    }
}
