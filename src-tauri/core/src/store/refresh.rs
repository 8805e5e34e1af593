//! Table `refresh`, and the one transaction that brings a refresh in.

use sqlx::{Row as _, SqliteConnection};

use super::{ClientRow, Error, ProviderRow, Store, client, provider, seat};

/// Everything one refresh read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// RFC 3339, UTC.
    pub taken_at: String,
    /// All providers.
    pub providers: Vec<ProviderRow>,
    /// All clients; each organization once.
    pub clients: Vec<ClientRow>,
}

/// What a refresh did to the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// Clients now in the cache.
    pub clients: u64,
    /// Names of clients whose row is new, gone or different.
    pub changed: Vec<String>,
}

pub(super) struct Newest {
    pub(super) taken_at: String,
}

impl Store {
    /// Replaces what the last refresh brought, whole or not at all.
    pub async fn save_refresh(&self, rows: &Rows) -> Result<Refreshed, Error> {
        let mut transaction = self.begin().await?;
        provider::replace_providers(&mut transaction, &rows.providers).await?;
        let changes = client::replace_clients(&mut transaction, &rows.clients).await?;
        let refresh_id = sqlx::query("insert into refresh (taken_at) values (?)")
            .bind(&rows.taken_at)
            .execute(&mut *transaction)
            .await?
            .last_insert_rowid();
        seat::note_changes(&mut transaction, refresh_id, &changes.seats).await?;
        transaction.commit().await?;
        let clients = u64::try_from(changes.rows).unwrap_or(u64::MAX);
        Ok(Refreshed { clients, changed: changes.names })
    }

    /// When the last complete refresh was taken, RFC 3339 UTC.
    pub async fn load_last_refresh(&self) -> Result<Option<String>, Error> {
        let mut connection = self.pool.acquire().await?;
        Ok(newest(&mut connection).await?.map(|newest| newest.taken_at))
    }
}

pub(super) async fn newest(connection: &mut SqliteConnection) -> Result<Option<Newest>, Error> {
    let row = sqlx::query("select taken_at from refresh order by refresh_id desc limit 1")
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(Newest { taken_at: row.try_get(0)? })).transpose()
}
