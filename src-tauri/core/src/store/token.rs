//! Table `token`: what keeps the person signed in. Nowhere else on disk.

use sqlx::Row as _;

use super::{Error, Store};
use crate::keys::Secret;

impl Store {
    /// Access and refresh token; `None` once the session has ended.
    pub async fn load_tokens(&self) -> Result<Option<(Secret, Option<Secret>)>, Error> {
        let row =
            sqlx::query("select access, refresh from token").fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let access: String = row.try_get(0)?;
        let refresh: Option<String> = row.try_get(1)?;
        Ok(Some((Secret::new(access), refresh.map(Secret::new))))
    }

    /// Replaces the tokens.
    pub async fn save_tokens(
        &self,
        access: &Secret,
        refresh: Option<&Secret>,
    ) -> Result<(), Error> {
        sqlx::query("insert or replace into token (only, access, refresh) values (1, ?, ?)")
            .bind(access.expose())
            .bind(refresh.map(Secret::expose))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// Forgets them.
    pub async fn delete_tokens(&self) -> Result<(), Error> {
        sqlx::query("delete from token").execute(self.writer()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_newest_tokens_are_the_only_ones_kept() {
        let store = Store::in_memory().await;
        assert!(store.load_tokens().await.unwrap().is_none());
        store.save_tokens(&Secret::new("a1"), Some(&Secret::new("r1"))).await.unwrap();
        store.save_tokens(&Secret::new("a2"), None).await.unwrap();
        let (access, refresh) = store.load_tokens().await.unwrap().unwrap();
        assert_eq!((access.expose(), refresh.is_none()), ("a2", true));
    }
}
