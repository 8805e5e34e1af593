//! Imports that ended, how long staged ones are kept, and what was forgotten by itself.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::staging::rows::{read_id, texts_from_text, texts_to_text};
use super::{Error, Store};
use crate::model::{ImportEnd, OrganizationId, PastImport, StagingId};

/// The most entries one answer holds; the newest.
const MOST_ENTRIES: i64 = 10_000;

pub(super) async fn add_past(
    connection: &mut SqliteConnection,
    past: &PastImport,
    unseen: bool,
) -> Result<(), Error> {
    // A finished import whose receipt is discarded later stays what it was: finished.
    sqlx::query(
        "insert or ignore into import_history (staging_id, client_id, client_name, ended, ended_at,
             ended_by, files, formats, items, landed, unseen)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&past.staging_id.0.as_bytes()[..])
    .bind(&past.client.0.as_bytes()[..])
    .bind(&past.client_name)
    .bind(end_to_number(past.end))
    .bind(&past.ended_at)
    .bind(&past.by)
    .bind(texts_to_text(&past.files))
    .bind(texts_to_text(&past.formats))
    .bind(i64::try_from(past.items).map_err(|_| Error::Damaged)?)
    .bind(i64::try_from(past.landed).map_err(|_| Error::Damaged)?)
    .bind(unseen)
    .execute(connection)
    .await?;
    Ok(())
}

fn end_to_number(end: ImportEnd) -> i64 {
    match end {
        ImportEnd::Done => 0,
        ImportEnd::Discarded => 1,
        ImportEnd::Expired => 2,
    }
}

fn row_to_past(row: &SqliteRow) -> Result<PastImport, Error> {
    let end = match row.try_get("ended")? {
        0 => ImportEnd::Done,
        1 => ImportEnd::Discarded,
        2 => ImportEnd::Expired,
        _ => return Err(Error::Damaged),
    };
    let count = |column| -> Result<u64, Error> {
        u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::Damaged)
    };
    Ok(PastImport {
        staging_id: StagingId(read_id(row, "staging_id")?),
        client: OrganizationId(read_id(row, "client_id")?),
        client_name: row.try_get("client_name")?,
        end,
        ended_at: row.try_get("ended_at")?,
        by: row.try_get("ended_by")?,
        files: texts_from_text(row.try_get("files")?)?,
        formats: texts_from_text(row.try_get("formats")?)?,
        items: count("items")?,
        landed: count("landed")?,
    })
}

impl Store {
    /// Past imports, the newest first; of one client, or of all.
    pub async fn load_history(
        &self,
        client: Option<OrganizationId>,
    ) -> Result<Vec<PastImport>, Error> {
        let rows = sqlx::query(
            "select * from import_history where ?1 is null or client_id = ?1
             order by ended_at desc, staging_id limit ?2",
        )
        .bind(client.map(|client| client.0.as_bytes().to_vec()))
        .bind(MOST_ENTRIES)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(row_to_past).collect()
    }

    /// Imports that were forgotten by themselves and of which the person was not told.
    pub async fn load_unseen(&self) -> Result<Vec<PastImport>, Error> {
        let sql = "select * from import_history where unseen = 1 order by ended_at, staging_id";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(row_to_past).collect()
    }

    /// The person was told.
    pub async fn save_seen(&self) -> Result<(), Error> {
        sqlx::query("update import_history set unseen = 0").execute(self.writer()).await?;
        Ok(())
    }

    /// Notes how an import ended.
    pub async fn save_past(&self, past: &PastImport, unseen: bool) -> Result<(), Error> {
        let mut connection = self.writer().acquire().await?;
        add_past(&mut connection, past, unseen).await
    }

    /// When a staged import is forgotten by itself; `None` for never. `false` once uploading has started.
    pub async fn save_expiry(
        &self,
        staging: StagingId,
        expires_at: Option<&str>,
    ) -> Result<bool, Error> {
        let sql = "update staging set expires_at = ? where staging_id = ? and state = 0";
        let query = sqlx::query(sql).bind(expires_at).bind(&staging.0.as_bytes()[..]);
        Ok(query.execute(self.writer()).await?.rows_affected() == 1)
    }

    /// A setting of the import room; `None` when it was never set.
    pub async fn load_import_setting(&self, name: &str) -> Result<Option<String>, Error> {
        let query = sqlx::query_scalar("select value from import_setting where name = ?");
        Ok(query.bind(name).fetch_optional(&self.pool).await?)
    }

    /// Keeps a setting of the import room.
    pub async fn save_import_setting(&self, name: &str, value: &str) -> Result<(), Error> {
        sqlx::query("insert or replace into import_setting (name, value) values (?, ?)")
            .bind(name)
            .bind(value)
            .execute(self.writer())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn past(staging_id: StagingId, client: OrganizationId) -> PastImport {
        PastImport {
            staging_id,
            client,
            client_name: "Acme".to_owned(),
            end: ImportEnd::Done,
            ended_at: "2026-01-02T00:00:00Z".to_owned(),
            by: "ann@acme.example".to_owned(),
            files: vec!["export.csv".to_owned()],
            formats: vec!["lastpasscsv".to_owned()],
            items: 2,
            landed: 2,
        }
    }

    #[tokio::test]
    async fn the_history_keeps_the_first_end_of_an_import() {
        let store = Store::in_memory().await;
        let client = OrganizationId(uuid::Uuid::from_u128(1));
        let done = past(StagingId::make(), client);
        store.save_past(&done, false).await.unwrap();
        let discarded = PastImport { end: ImportEnd::Discarded, ..done.clone() };
        store.save_past(&discarded, false).await.unwrap();
        assert_eq!(store.load_history(Some(client)).await.unwrap(), [done], "it was finished");
        let other = OrganizationId(uuid::Uuid::from_u128(2));
        assert!(store.load_history(Some(other)).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_expired_is_told_until_it_was_seen() {
        let store = Store::in_memory().await;
        let client = OrganizationId(uuid::Uuid::from_u128(1));
        let expired = PastImport { end: ImportEnd::Expired, ..past(StagingId::make(), client) };
        store.save_past(&expired, true).await.unwrap();
        assert_eq!(store.load_unseen().await.unwrap(), std::slice::from_ref(&expired));
        store.save_seen().await.unwrap();
        assert!(store.load_unseen().await.unwrap().is_empty());
        assert_eq!(store.load_history(None).await.unwrap(), [expired]);
    }
}
