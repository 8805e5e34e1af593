//! Keyed hashes of what was uploaded, so that it is recognised when it comes again.

use futures_util::TryStreamExt as _;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::staging::rows::read_id;
use super::{Error, Store};
use crate::model::{OrganizationId, StagingId};

/// Rows per statement: four values each, far below what `SQLite` binds.
const ROWS_AT_ONCE: usize = 1_000;

/// What is kept of an item that was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of all its values.
    pub exact: [u8; 16],
    /// Of what identifies it.
    pub near: [u8; 16],
}

/// The same with the upload it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFingerprint {
    /// The import that sent it.
    pub staging: StagingId,
    /// Of all its values, and of what identifies it.
    pub of: Fingerprint,
    /// RFC 3339 UTC.
    pub uploaded_at: String,
}

impl Store {
    /// Forgets what was written of this import: a proof that was interrupted begins again.
    pub async fn clear_fingerprints(&self, staging: StagingId) -> Result<(), Error> {
        let sql = "delete from import_fingerprint where staging_id = ?";
        sqlx::query(sql).bind(&staging.0.as_bytes()[..]).execute(self.writer()).await?;
        Ok(())
    }

    /// Adds fingerprints of items that are proven to be at `client`.
    pub async fn add_fingerprints(
        &self,
        client: OrganizationId,
        staging: StagingId,
        uploaded_at: &str,
        rows: &[Fingerprint],
    ) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "insert into import_fingerprint (client_id, staging_id, exact, near, uploaded_at) ",
            );
            query.push_values(rows, |mut values, row| {
                values
                    .push_bind(client.0.as_bytes().to_vec())
                    .push_bind(staging.0.as_bytes().to_vec())
                    .push_bind(row.exact.to_vec())
                    .push_bind(row.near.to_vec())
                    .push_bind(uploaded_at.to_owned());
            });
            query.build().execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Hands everything that was uploaded to `client` to `each`, oldest first, one by one: there may be more of
    /// it than of what is staged.
    pub async fn each_fingerprint(
        &self,
        client: OrganizationId,
        mut each: impl FnMut(UploadedFingerprint),
    ) -> Result<(), Error> {
        let mut rows = sqlx::query(
            "select staging_id, exact, near, uploaded_at from import_fingerprint
             where client_id = ? order by rowid",
        )
        .bind(client.0.as_bytes().to_vec())
        .fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            let short = |name: &str| -> Result<[u8; 16], Error> {
                let bytes: &[u8] = row.try_get(name)?;
                bytes.try_into().map_err(|_| Error::Damaged)
            };
            each(UploadedFingerprint {
                staging: StagingId(read_id(&row, "staging_id")?),
                of: Fingerprint { exact: short("exact")?, near: short("near")? },
                uploaded_at: row.try_get("uploaded_at")?,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_uploaded_is_told_per_client_and_written_anew_when_begun_again() {
        let store = Store::in_memory().await;
        let client = OrganizationId(uuid::Uuid::from_u128(1));
        let other = OrganizationId(uuid::Uuid::from_u128(2));
        let staging = StagingId::make();
        let print = |n: u8| Fingerprint { exact: [n; 16], near: [n + 100; 16] };
        let many: Vec<_> = (0..2_001).map(|n: u16| print(u8::try_from(n % 50).unwrap())).collect();
        store.add_fingerprints(client, staging, "2026-08-01T00:00:00Z", &many).await.unwrap();
        store.clear_fingerprints(staging).await.unwrap();
        store.add_fingerprints(client, staging, "2026-08-02T00:00:00Z", &many).await.unwrap();
        store
            .add_fingerprints(other, StagingId::make(), "2026-08-03T00:00:00Z", &[print(7)])
            .await
            .unwrap();
        let mut told = Vec::new();
        store.each_fingerprint(client, |row| told.push(row)).await.unwrap();
        assert_eq!(told.len(), many.len(), "once each, and nothing of another client");
        assert!(told.iter().zip(&many).all(|(told, sent)| told.of == *sent));
        assert!(told.iter().all(|row| row.staging == staging));
        assert_eq!(told[0].uploaded_at, "2026-08-02T00:00:00Z");
    }
}
