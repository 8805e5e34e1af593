//! Table `provider`.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Error, Store};
use crate::model::{Provider, ProviderId, ProviderRole};

/// A provider the person works for, with its sealed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// What people see of it.
    pub provider: Provider,
    /// The provider's key for the person's RSA key.
    pub wrapped_key: Option<String>,
}

macro_rules! columns {
    () => {
        "provider_id, name, role, enabled, wrapped_key"
    };
}

impl Store {
    /// Every provider, by name.
    pub async fn load_providers(&self) -> Result<Vec<ProviderRow>, Error> {
        let rows = sqlx::query(concat!(
            "select ",
            columns!(),
            " from provider order by name collate nocase, provider_id"
        ))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_row).collect()
    }

    /// Replaces all of them.
    pub async fn save_providers(&self, providers: &[ProviderRow]) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        replace_providers(&mut transaction, providers).await?;
        Ok(transaction.commit().await?)
    }
}

/// Replaces all rows; false when they are the same already.
pub(super) async fn replace_providers(
    connection: &mut SqliteConnection,
    providers: &[ProviderRow],
) -> Result<bool, Error> {
    let rows = sqlx::query(concat!("select ", columns!(), " from provider"))
        .fetch_all(&mut *connection)
        .await?;
    let before: Vec<ProviderRow> = rows.iter().map(read_row).collect::<Result<_, _>>()?;
    let is_there = |row: &ProviderRow| before.contains(row);
    if before.len() == providers.len() && providers.iter().all(is_there) {
        return Ok(false);
    }
    sqlx::query("delete from provider").execute(&mut *connection).await?;
    for row in providers {
        sqlx::query(
            "insert or replace into provider (provider_id, name, role, enabled, wrapped_key)
             values (?, ?, ?, ?, ?)",
        )
        .bind(row.provider.id.0.as_bytes().as_slice())
        .bind(&row.provider.name)
        .bind(row.provider.role.number())
        .bind(row.provider.enabled)
        .bind(&row.wrapped_key)
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

fn read_row(row: &SqliteRow) -> Result<ProviderRow, Error> {
    Ok(ProviderRow {
        provider: Provider {
            id: ProviderId(super::uuid_at(row, 0)?),
            name: row.try_get(1)?,
            role: ProviderRole::from_number(row.try_get(2)?),
            enabled: row.try_get(3)?,
        },
        wrapped_key: row.try_get(4)?,
    })
}
