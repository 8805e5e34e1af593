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

    /// The personal API key the session was begun with: client id and secret.
    pub async fn load_api_key(&self) -> Result<Option<(String, Secret)>, Error> {
        let row = sqlx::query("select client_id, client_secret from token")
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, secret): (Option<String>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        Ok(id.zip(secret.map(Secret::new)))
    }

    /// Replaces the tokens by one that is renewed with a personal API key.
    pub async fn save_token_of_key(
        &self,
        access: &Secret,
        client_id: &str,
        client_secret: &Secret,
    ) -> Result<(), Error> {
        sqlx::query(
            "insert or replace into token (only, access, client_id, client_secret) values (1, ?, ?, ?)",
        )
        .bind(access.expose())
        .bind(client_id)
        .bind(client_secret.expose())
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// Replaces the tokens; an API key goes with them.
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

    #[tokio::test]
    async fn an_api_key_is_kept_until_another_way_in_replaces_it() {
        let store = Store::in_memory().await;
        assert!(store.load_api_key().await.unwrap().is_none());
        let (access, secret) = (Secret::new("a1"), Secret::new("s"));
        store.save_token_of_key(&access, "user.1", &secret).await.unwrap();
        let (id, secret) = store.load_api_key().await.unwrap().unwrap();
        assert_eq!((id.as_str(), secret.expose()), ("user.1", "s"));
        let (access, refresh) = store.load_tokens().await.unwrap().unwrap();
        assert_eq!((access.expose(), refresh.is_none()), ("a1", true));
        store.save_tokens(&Secret::new("a2"), Some(&Secret::new("r"))).await.unwrap();
        assert!(store.load_api_key().await.unwrap().is_none(), "a password session needs none");
    }
}
