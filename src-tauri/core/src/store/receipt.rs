//! The end of an upload: receipt in, staged pages and journal out, in one transaction.

use super::history::add_past;
use super::journal::{begin_durable, end_durable};
use super::source_file::reseal_folders;
use super::staging::rows::state_to_number;
use super::{Error, Store};
use crate::model::{OrganizationId, PastImport, StagedState, StagingId};

/// What stays of a finished import; everything sealed is under a fresh key.
#[derive(Debug)]
pub struct Finish {
    /// The fresh key, wrapped.
    pub wrapped_key: String,
    /// Sealed folder paths and placement.
    pub header: Vec<u8>,
    /// Sealed receipt.
    pub receipt: Vec<u8>,
    /// The source files' folders, sealed, in the order of the files.
    pub folders: Vec<Vec<u8>>,
    /// What the history keeps.
    pub past: PastImport,
}

impl Store {
    /// Stores the receipt and shreds what was staged: pages, journal and the key they were sealed with.
    pub async fn finish_staging(&self, staging: StagingId, finish: &Finish) -> Result<(), Error> {
        let mut connection = self.writer().acquire().await?;
        sqlx::query("pragma secure_delete = on").execute(&mut *connection).await?;
        let mut transaction = begin_durable(&mut connection).await?;
        sqlx::query(
            "update staging set state = ?, wrapped_key = ?, header = ?, receipt = ?
             where staging_id = ?",
        )
        .bind(state_to_number(StagedState::Done))
        .bind(&finish.wrapped_key)
        .bind(&finish.header)
        .bind(&finish.receipt)
        .bind(&staging.0.as_bytes()[..])
        .execute(&mut *transaction)
        .await?;
        for sql in [
            "delete from staging_page where staging_id = ?",
            "delete from staging_step_page where staging_id = ?",
            "delete from staging_step_skip where staging_id = ?",
            "delete from staging_step where staging_id = ?",
            "delete from upload_attempt where staging_id = ?",
            "delete from upload_collection where staging_id = ?",
            "delete from staging_step where staging_id = ?",
            "delete from staging_step_page where staging_id = ?",
            "delete from staging_step_skip where staging_id = ?",
        ] {
            let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]);
            query.execute(&mut *transaction).await?;
        }
        reseal_folders(&mut transaction, staging, &finish.folders).await?;
        add_past(&mut transaction, &finish.past, false).await?;
        transaction.commit().await?;
        end_durable(&mut connection).await?;
        drop(connection);
        self.empty_log().await
    }

    /// Whether a file of this content was imported into `client` before.
    pub async fn was_imported(&self, client: OrganizationId, sha256: &str) -> Result<bool, Error> {
        let sql = "select exists (select 1 from staging s
                       where s.client_id = ?1 and s.state = ?3 and (s.sha256 = ?2 or exists
                           (select 1 from staging_file f
                            where f.staging_id = s.staging_id and f.sha256 = ?2)))";
        let found = sqlx::query_scalar(sql)
            .bind(&client.0.as_bytes()[..])
            .bind(sha256)
            .bind(state_to_number(StagedState::Done))
            .fetch_one(&self.pool)
            .await?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::staging::tests::staged;
    use super::*;

    #[tokio::test]
    async fn a_finished_import_keeps_its_receipt_and_nothing_that_was_staged() {
        let store = Store::in_memory().await;
        let staging = staged(&store, 2).await;
        let client = store.load_staging(staging).await.unwrap().unwrap().client;
        let id = store.open_attempt(staging, &[]).await.unwrap();
        store.settle_attempt(staging, id, &[], &[]).await.unwrap();
        assert!(!store.was_imported(client, "ab").await.unwrap(), "not before it is proven");
        let finish = Finish {
            wrapped_key: "2.fresh".to_owned(),
            header: b"resealed".to_vec(),
            receipt: b"receipt".to_vec(),
            folders: vec![b"resealed folder".to_vec()],
            past: super::super::history::tests::past(staging, client),
        };
        store.finish_staging(staging, &finish).await.unwrap();
        let row = store.load_staging(staging).await.unwrap().unwrap();
        assert_eq!(row.state, StagedState::Done);
        assert_eq!(row.wrapped_key, "2.fresh", "the old key is gone, and the pages with it");
        assert_eq!(row.receipt.as_deref(), Some(&b"receipt"[..]));
        assert_eq!(store.load_page(staging, 0).await.unwrap(), None);
        assert!(store.load_attempts(staging).await.unwrap().is_empty());
        assert!(store.was_imported(client, "ab").await.unwrap());
    }
}
