//! Answers of the exposed-password range query, kept for a while.
//!
//! A range says nothing of which password was asked about: each covers about a thousand known ones.

use super::{Error, Store};

/// Ranges kept at most, the newest; about 14 KB each.
const MOST_RANGES: i64 = 4_000;

impl Store {
    /// The kept answer for five hexadecimal digits, unless it is from before `not_before` (RFC 3339 UTC).
    pub async fn load_exposed_range(
        &self,
        prefix: &str,
        not_before: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let sql = "select content from exposed_range where prefix = ? and fetched_at >= ?";
        let query = sqlx::query_scalar(sql).bind(prefix).bind(not_before);
        Ok(query.fetch_optional(&self.pool).await?)
    }

    /// Keeps an answer.
    pub async fn save_exposed_range(
        &self,
        prefix: &str,
        fetched_at: &str,
        content: &[u8],
    ) -> Result<(), Error> {
        let sql =
            "insert or replace into exposed_range (prefix, fetched_at, content) values (?, ?, ?)";
        let query = sqlx::query(sql).bind(prefix).bind(fetched_at).bind(content);
        query.execute(self.writer()).await?;
        Ok(())
    }

    /// Forgets answers from before `not_before` and all but the newest.
    pub async fn trim_exposed_ranges(&self, not_before: &str) -> Result<(), Error> {
        sqlx::query(
            "delete from exposed_range where fetched_at < ? or prefix not in
                 (select prefix from exposed_range order by fetched_at desc, prefix limit ?)",
        )
        .bind(not_before)
        .bind(MOST_RANGES)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_range_is_kept_until_it_is_too_old() {
        let store = Store::in_memory().await;
        store.save_exposed_range("0A1B2", "2026-08-01T00:00:00Z", b"old").await.unwrap();
        store.save_exposed_range("0A1B2", "2026-08-03T00:00:00Z", b"new").await.unwrap();
        store.save_exposed_range("FFFFF", "2026-08-01T00:00:00Z", b"else").await.unwrap();
        let found = store.load_exposed_range("0A1B2", "2026-08-02T00:00:00Z").await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"new"[..]));
        assert_eq!(store.load_exposed_range("0A1B2", "2026-08-04T00:00:00Z").await.unwrap(), None);
        store.trim_exposed_ranges("2026-08-02T00:00:00Z").await.unwrap();
        assert_eq!(store.load_exposed_range("FFFFF", "2026-01-01T00:00:00Z").await.unwrap(), None);
    }
}
