//! Table `policy`: what the person's organizations demand.

use super::{Error, Store};

impl Store {
    /// As it was kept last.
    pub async fn load_policy(&self) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("select rules from policy").fetch_optional(&self.pool).await?)
    }

    /// Replaces it.
    pub async fn save_policy(&self, rules: &str) -> Result<(), Error> {
        sqlx::query("insert or replace into policy (only, rules) values (1, ?)")
            .bind(rules)
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
