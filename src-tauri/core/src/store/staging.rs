//! Staged imports: one row each, their sealed pages, findings and skipped items.
//!
//! Sees ciphertext only; the keys stay with the unlocked session.

pub(super) mod rows;
#[cfg(test)]
pub(super) mod tests;

use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::source_file::{FileRow, add_file};
use super::{Error, Store};
use crate::model::{Finding, ItemCounts, OrganizationId, StagedState, StagingId};
use rows::{code_to_text, counts_to_text, row_to_finding, row_to_staging, severity_to_number};

/// Items per sealed page. A page is what a preview opens at once.
pub const PAGE_ITEMS: u32 = 100;

/// Where a finding is from: each origin replaces its own.
const FROM_READER: i64 = 0;
pub(super) const FROM_LIMITS: i64 = 1;

/// A staged import as stored; names and paths stay sealed.
#[derive(Debug, Clone)]
pub struct StagingRow {
    /// Its id.
    pub staging_id: StagingId,
    /// Where it is meant to go.
    pub client: OrganizationId,
    /// That organization's name when it was staged.
    pub client_name: String,
    /// Format id.
    pub format: String,
    /// The source file's name without its folder.
    pub file_name: String,
    /// Of the source file.
    pub sha256: String,
    /// Items, skipped ones included.
    pub items: u32,
    /// The same by kind.
    pub counts: ItemCounts,
    /// Where in its life.
    pub state: StagedState,
    /// The staging key under the user key.
    pub wrapped_key: String,
    /// Sealed folder paths and placement.
    pub header: Vec<u8>,
    /// Sealed receipt, once done.
    pub receipt: Option<Vec<u8>>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// When it is forgotten by itself, RFC 3339 UTC.
    pub expires_at: Option<String>,
    /// Source files' names, in the order they were read.
    pub files: Vec<String>,
    /// Counts the changes.
    pub revision: u64,
    /// Items left out.
    pub skipped: u32,
    /// Items in attempts that landed.
    pub landed: u32,
    /// Findings of severity error that no skipped item covers.
    pub blocking: u32,
}

/// What is known of a staging before its file was read.
#[derive(Debug)]
pub struct NewStaging {
    /// Its id.
    pub staging_id: StagingId,
    /// Where it is meant to go.
    pub client: OrganizationId,
    /// That organization's name.
    pub client_name: String,
    /// The source file's name without its folder.
    pub file_name: String,
    /// The staging key under the user key.
    pub wrapped_key: String,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// When it is forgotten by itself; `None` for never.
    pub expires_at: Option<String>,
}

/// What is known at the end of the files.
#[derive(Debug)]
pub struct StagingEnd {
    /// Format id.
    pub format: String,
    /// Of the source file.
    pub sha256: String,
    /// Items read.
    pub items: u32,
    /// The same by kind.
    pub counts: ItemCounts,
    /// Sealed folder paths and placement.
    pub header: Vec<u8>,
    /// Where it was read from.
    pub files: Vec<FileRow>,
}

/// Writes one staging in one transaction; dropped before [`StagingWriter::finish`] it leaves nothing.
pub struct StagingWriter {
    transaction: Transaction<'static, Sqlite>,
    staging: StagingId,
    pages: u32,
    findings: u32,
}

impl StagingWriter {
    /// Appends the next page.
    pub async fn add_page(&mut self, sealed: &[u8]) -> Result<(), Error> {
        sqlx::query("insert into staging_page (staging_id, page, content) values (?, ?, ?)")
            .bind(&self.staging.0.as_bytes()[..])
            .bind(self.pages)
            .bind(sealed)
            .execute(&mut *self.transaction)
            .await?;
        self.pages += 1;
        Ok(())
    }

    /// Appends the reader's findings in the order met.
    pub async fn add_findings(&mut self, findings: &[Finding]) -> Result<(), Error> {
        self.add_findings_of(FROM_READER, findings).await
    }

    /// Appends what the server's limits say; a change makes these anew.
    pub async fn add_limit_findings(&mut self, findings: &[Finding]) -> Result<(), Error> {
        self.add_findings_of(FROM_LIMITS, findings).await
    }

    async fn add_findings_of(&mut self, origin: i64, findings: &[Finding]) -> Result<(), Error> {
        for finding in findings {
            add_finding(&mut self.transaction, self.staging, self.findings, origin, finding)
                .await?;
            self.findings += 1;
        }
        Ok(())
    }

    /// Fills in the rest and commits.
    pub async fn finish(mut self, end: &StagingEnd) -> Result<(), Error> {
        sqlx::query(
            "update staging set format = ?, sha256 = ?, items = ?, counts = ?, header = ?
             where staging_id = ?",
        )
        .bind(&end.format)
        .bind(&end.sha256)
        .bind(end.items)
        .bind(counts_to_text(&end.counts))
        .bind(&end.header)
        .bind(&self.staging.0.as_bytes()[..])
        .execute(&mut *self.transaction)
        .await?;
        for (position, file) in (0_i64..).zip(&end.files) {
            add_file(&mut self.transaction, self.staging, position, file).await?;
        }
        Ok(self.transaction.commit().await?)
    }
}

pub(super) async fn add_finding(
    connection: &mut SqliteConnection,
    staging: StagingId,
    position: u32,
    origin: i64,
    finding: &Finding,
) -> Result<(), Error> {
    sqlx::query(
        "insert into staging_finding
             (staging_id, position, origin, severity, code, source_row, item, field, message, file)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&staging.0.as_bytes()[..])
    .bind(position)
    .bind(origin)
    .bind(severity_to_number(finding.severity))
    .bind(code_to_text(finding.code))
    .bind(finding.row)
    .bind(finding.item)
    .bind(&finding.field)
    .bind(&finding.message)
    .bind(finding.file)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Starts a staging. The write lock is held until the writer is finished or dropped.
    pub async fn begin_staging(&self, new: &NewStaging) -> Result<StagingWriter, Error> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "insert into staging (staging_id, client_id, client_name, format, file_name, sha256, items,
                 counts, state, wrapped_key, header, created_at, expires_at)
             values (?, ?, ?, '', ?, '', 0, '', 0, ?, x'', ?, ?)",
        )
        .bind(&new.staging_id.0.as_bytes()[..])
        .bind(&new.client.0.as_bytes()[..])
        .bind(&new.client_name)
        .bind(&new.file_name)
        .bind(&new.wrapped_key)
        .bind(&new.created_at)
        .bind(&new.expires_at)
        .execute(&mut *transaction)
        .await?;
        Ok(StagingWriter { transaction, staging: new.staging_id, pages: 0, findings: 0 })
    }

    /// A client's name as cached; `None` when there is no such client.
    pub async fn load_client_name(&self, client: OrganizationId) -> Result<Option<String>, Error> {
        let sql = "select name from client where organization_id = ?";
        let query = sqlx::query_scalar(sql).bind(&client.0.as_bytes()[..]);
        Ok(query.fetch_optional(&self.pool).await?)
    }

    /// Every staged, running and finished import, newest first.
    pub async fn load_stagings(&self) -> Result<Vec<StagingRow>, Error> {
        let rows = sqlx::query("select * from staging_listed order by created_at desc, staging_id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(row_to_staging).collect()
    }

    /// One of them; `None` when there is no such staging.
    pub async fn load_staging(&self, staging: StagingId) -> Result<Option<StagingRow>, Error> {
        let row = sqlx::query("select * from staging_listed where staging_id = ?")
            .bind(&staging.0.as_bytes()[..])
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(row_to_staging).transpose()
    }

    /// One sealed page; `None` past the end.
    pub async fn load_page(&self, staging: StagingId, page: u32) -> Result<Option<Vec<u8>>, Error> {
        let sql = "select content from staging_page where staging_id = ? and page = ?";
        let content = sqlx::query_scalar(sql)
            .bind(&staging.0.as_bytes()[..])
            .bind(page)
            .fetch_optional(&self.pool)
            .await?;
        Ok(content)
    }

    /// Findings, most severe first, then in file order.
    pub async fn load_findings(&self, staging: StagingId) -> Result<Vec<Finding>, Error> {
        let rows = sqlx::query(
            "select * from staging_finding where staging_id = ?
             order by severity desc, source_row, position",
        )
        .bind(&staging.0.as_bytes()[..])
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(row_to_finding).collect()
    }

    /// How many findings each of `count` items from `from` on has, as (item, findings).
    pub async fn count_findings(
        &self,
        staging: StagingId,
        from: u32,
        count: u32,
    ) -> Result<Vec<(u32, u32)>, Error> {
        let rows = sqlx::query_as(
            "select item, count(*) from staging_finding
             where staging_id = ? and item >= ? and item < ? group by item order by item",
        )
        .bind(&staging.0.as_bytes()[..])
        .bind(from)
        .bind(from.saturating_add(count))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }

    /// Items left out of the upload, ascending.
    pub async fn load_skipped(&self, staging: StagingId) -> Result<Vec<u32>, Error> {
        let sql = "select item from staging_skip where staging_id = ? order by item";
        let items =
            sqlx::query_scalar(sql).bind(&staging.0.as_bytes()[..]).fetch_all(&self.pool).await?;
        Ok(items)
    }

    /// Leaves items out, or takes them back in.
    pub async fn save_skipped(
        &self,
        staging: StagingId,
        items: &[u32],
        skipped: bool,
    ) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        sqlx::query("update staging set revision = revision + 1 where staging_id = ?")
            .bind(&staging.0.as_bytes()[..])
            .execute(&mut *transaction)
            .await?;
        let sql = if skipped {
            "insert or ignore into staging_skip (staging_id, item) values (?, ?)"
        } else {
            "delete from staging_skip where staging_id = ? and item = ?"
        };
        for item in items {
            let query = sqlx::query(sql).bind(&staging.0.as_bytes()[..]).bind(item);
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Replaces the sealed header. `false`, and nothing done, once uploading has started.
    pub async fn save_header(&self, staging: StagingId, header: &[u8]) -> Result<bool, Error> {
        let sql = "update staging set header = ?, revision = revision + 1
             where staging_id = ? and state = 0";
        let query = sqlx::query(sql).bind(header).bind(&staging.0.as_bytes()[..]);
        Ok(query.execute(self.writer()).await?.rows_affected() == 1)
    }

    /// Rows and wrapped key gone, overwritten on disk. `false` when there was no such staging.
    pub async fn delete_staging(&self, staging: StagingId) -> Result<bool, Error> {
        let mut connection = self.writer().acquire().await?;
        sqlx::query("pragma secure_delete = on").execute(&mut *connection).await?;
        let query = sqlx::query("delete from staging where staging_id = ?")
            .bind(&staging.0.as_bytes()[..])
            .execute(&mut *connection)
            .await?;
        drop(connection);
        self.empty_log().await?;
        Ok(query.rows_affected() == 1)
    }

    /// Moves the write-ahead log into the file and cuts it to nothing: deleted pages do not linger there.
    ///
    /// A reader at work keeps it from doing so; then the next checkpoint does.
    pub(super) async fn empty_log(&self) -> Result<(), Error> {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(self.writer()).await?;
        Ok(())
    }
}
