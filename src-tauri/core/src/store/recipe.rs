//! Table `import_recipe`: how spreadsheets with these columns are read.

use sqlx::Row as _;

use super::{Error, Store};

/// A recipe as stored.
#[derive(Debug, Clone)]
pub struct RecipeRow {
    /// Its id.
    pub recipe_id: String,
    /// For people.
    pub name: String,
    /// SHA-256 of the names of its columns: offers it again.
    pub header: [u8; 32],
    /// JSON.
    pub content: String,
    /// RFC 3339 UTC.
    pub changed_at: String,
}

impl Store {
    /// Every recipe, the one changed last first.
    pub async fn load_recipes(&self) -> Result<Vec<RecipeRow>, Error> {
        let rows = sqlx::query("select * from import_recipe order by changed_at desc, recipe_id")
            .fetch_all(&self.pool)
            .await?;
        let row = |row: &sqlx::sqlite::SqliteRow| {
            let header: &[u8] = row.try_get("header")?;
            Ok(RecipeRow {
                recipe_id: row.try_get("recipe_id")?,
                name: row.try_get("name")?,
                header: header.try_into().map_err(|_| Error::Damaged)?,
                content: row.try_get("content")?,
                changed_at: row.try_get("changed_at")?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// Keeps a recipe, in place of the one with its id.
    pub async fn save_recipe(&self, recipe: &RecipeRow) -> Result<(), Error> {
        sqlx::query(
            "insert or replace into import_recipe (recipe_id, name, header, content, changed_at)
             values (?, ?, ?, ?, ?)",
        )
        .bind(&recipe.recipe_id)
        .bind(&recipe.name)
        .bind(&recipe.header[..])
        .bind(&recipe.content)
        .bind(&recipe.changed_at)
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// Forgets a recipe; false when there is none with this id.
    pub async fn delete_recipe(&self, recipe_id: &str) -> Result<bool, Error> {
        let done = sqlx::query("delete from import_recipe where recipe_id = ?")
            .bind(recipe_id)
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
