//! Findings by their origin: each origin replaces its own and leaves the others' alone.

use sqlx::{QueryBuilder, Sqlite};

use super::staging::rows::{code_to_text, row_to_finding, severity_to_number};
use super::{Error, Store};
use crate::model::{Finding, StagingId};

/// Findings per statement: ten values each, far below what `SQLite` binds.
const ROWS_AT_ONCE: usize = 500;

/// Who found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingOrigin {
    /// The reader of the file.
    Reader,
    /// The measuring against the server's limits.
    Limits,
    /// The search for duplicates.
    Duplicates,
    /// The health check.
    Health,
}

impl FindingOrigin {
    fn number(self) -> i64 {
        match self {
            Self::Reader => 0,
            Self::Limits => 1,
            Self::Duplicates => 2,
            Self::Health => 3,
        }
    }
}

impl Store {
    /// How often this staging was changed; `None` when there is none.
    pub async fn load_revision(&self, staging: StagingId) -> Result<Option<u64>, Error> {
        let sql = "select revision from staging where staging_id = ?";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(staging.0.as_bytes().to_vec());
        let revision = query.fetch_optional(&self.pool).await?;
        revision.map(|number| u64::try_from(number).map_err(|_| Error::Damaged)).transpose()
    }

    /// Findings of one origin, in the order they were written.
    pub async fn load_findings_of(
        &self,
        staging: StagingId,
        origin: FindingOrigin,
    ) -> Result<Vec<Finding>, Error> {
        let rows = sqlx::query(
            "select * from staging_finding where staging_id = ? and origin = ? order by position",
        )
        .bind(staging.0.as_bytes().to_vec())
        .bind(origin.number())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(row_to_finding).collect()
    }

    /// Puts these findings in the place of what this origin found before. What shows findings is told by a new
    /// revision when they are other ones; answers the revision now in force.
    pub async fn replace_findings(
        &self,
        staging: StagingId,
        origin: FindingOrigin,
        findings: &[Finding],
    ) -> Result<u64, Error> {
        if self.load_findings_of(staging, origin).await? != findings {
            self.write_findings(staging, origin, findings).await?;
        }
        self.load_revision(staging).await?.ok_or(Error::Damaged)
    }

    async fn write_findings(
        &self,
        staging: StagingId,
        origin: FindingOrigin,
        findings: &[Finding],
    ) -> Result<(), Error> {
        let id = staging.0.as_bytes().to_vec();
        let mut transaction = self.begin().await?;
        sqlx::query("delete from staging_finding where staging_id = ? and origin = ?")
            .bind(&id)
            .bind(origin.number())
            .execute(&mut *transaction)
            .await?;
        let next =
            "select coalesce(max(position) + 1, 0) from staging_finding where staging_id = ?";
        let next: i64 = sqlx::query_scalar(next).bind(&id).fetch_one(&mut *transaction).await?;
        let numbered: Vec<_> = (next..).zip(findings).collect();
        for rows in numbered.chunks(ROWS_AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "insert into staging_finding
                     (staging_id, position, severity, code, file, source_row, item, field, message, origin) ",
            );
            query.push_values(rows, |mut values, (position, finding)| {
                values
                    .push_bind(id.clone())
                    .push_bind(*position)
                    .push_bind(severity_to_number(finding.severity))
                    .push_bind(code_to_text(finding.code))
                    .push_bind(finding.file)
                    .push_bind(finding.row)
                    .push_bind(finding.item)
                    .push_bind(finding.field.clone())
                    .push_bind(finding.message.clone())
                    .push_bind(origin.number());
            });
            query.build().execute(&mut *transaction).await?;
        }
        sqlx::query("update staging set revision = revision + 1 where staging_id = ?")
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::staging::tests::staged;
    use super::*;
    use crate::model::{FindingCode, Severity};

    fn found(item: u32) -> Finding {
        Finding {
            code: FindingCode::Duplicate,
            severity: Severity::Warning,
            file: None,
            row: Some(item + 2),
            item: Some(item),
            field: None,
            message: "the same item is in line 2".to_owned(),
        }
    }

    #[tokio::test]
    async fn an_origin_replaces_its_own_findings_and_nobody_elses() {
        let store = Store::in_memory().await;
        let staging = staged(&store, 4).await;
        let before = store.load_findings(staging).await.unwrap().len();
        let many: Vec<_> = (0..1_200).map(found).collect();
        let origin = FindingOrigin::Duplicates;
        assert_eq!(store.replace_findings(staging, origin, &many).await.unwrap(), 1);
        assert_eq!(store.replace_findings(staging, origin, &many).await.unwrap(), 1, "the same");
        let health = FindingOrigin::Health;
        assert_eq!(store.replace_findings(staging, health, &[found(3)]).await.unwrap(), 2);
        assert_eq!(store.replace_findings(staging, origin, &[found(1)]).await.unwrap(), 3);
        assert_eq!(store.load_findings_of(staging, origin).await.unwrap(), [found(1)]);
        assert_eq!(store.load_findings_of(staging, health).await.unwrap(), [found(3)]);
        assert_eq!(store.load_findings(staging).await.unwrap().len(), before + 2);
    }
}
