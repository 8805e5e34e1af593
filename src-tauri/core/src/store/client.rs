//! Table `client`: the portal's Clients table.

use std::collections::{HashMap, HashSet};

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::{Error, Store, uuid_at, uuid_or_null_at};
use crate::model::{
    Client, ClientSource, OrganizationId, ProviderId, ProviderOrganizationId, SeatSnapshot,
};

/// A client organization with its sealed keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// What people see of it. `synced_at` is not stored here: all rows are as old as the last refresh.
    pub client: Client,
    /// The organization's key under the provider's key.
    pub provider_wrapped_key: Option<String>,
    /// The organization's key for the person's RSA key.
    pub member_wrapped_key: Option<String>,
}

/// Rows in one statement: below `SQLite`'s 32,766 values, and few enough statements for ten thousand clients.
const ROWS_AT_ONCE: usize = 500;

macro_rules! columns {
    () => {
        "organization_id, provider_organization_id, provider_id, name, assigned, used, remaining, \
         plan, product_tier, enabled, use_groups, has_key, provider_wrapped_key, member_wrapped_key"
    };
}

impl Store {
    /// Every client, by name.
    pub async fn load_clients(&self) -> Result<Vec<Client>, Error> {
        let mut connection = self.pool.acquire().await?;
        let taken_at = self.as_of(&mut connection).await?;
        let mut rows = load_rows(&mut connection, &taken_at.unwrap_or_default()).await?;
        // Sorted here: SQLite knows the order of ASCII letters only.
        rows.sort_by_cached_key(|row| (row.client.name.to_lowercase(), row.client.organization_id));
        Ok(rows.into_iter().map(|row| row.client).collect())
    }

    /// One client.
    pub async fn load_client(&self, client: OrganizationId) -> Result<Option<Client>, Error> {
        let mut connection = self.pool.acquire().await?;
        let row =
            sqlx::query(concat!("select ", columns!(), " from client where organization_id = ?"))
                .bind(client.0.as_bytes().as_slice())
                .fetch_optional(&mut *connection)
                .await?;
        let Some(row) = row else { return Ok(None) };
        let taken_at = self.as_of(&mut connection).await?.unwrap_or_default();
        Ok(Some(read_row(&row, &taken_at)?.client))
    }

    /// The sealed copies of a client's key; `None` when it is not in the list or its chain was broken at the
    /// last refresh.
    pub async fn load_client_key(
        &self,
        client: OrganizationId,
    ) -> Result<Option<WrappedKey>, Error> {
        let row = sqlx::query(
            "select provider_id, provider_wrapped_key, member_wrapped_key
             from client where organization_id = ? and has_key = 1",
        )
        .bind(client.0.as_bytes().as_slice())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(WrappedKey::read).transpose()
    }
}

/// The sealed copies of one client's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Under its provider's key.
    pub by_provider: Option<(ProviderId, String)>,
    /// For the person's RSA key.
    pub by_membership: Option<String>,
}

impl WrappedKey {
    fn read(row: &SqliteRow) -> Result<Self, Error> {
        let provider = uuid_or_null_at(row, 0)?.map(ProviderId);
        let wrapped: Option<String> = row.try_get(1)?;
        Ok(Self { by_provider: provider.zip(wrapped), by_membership: row.try_get(2)? })
    }
}

pub(super) async fn load_rows(
    connection: &mut SqliteConnection,
    taken_at: &str,
) -> Result<Vec<ClientRow>, Error> {
    let rows =
        sqlx::query(concat!("select ", columns!(), " from client")).fetch_all(connection).await?;
    rows.iter().map(|row| read_row(row, taken_at)).collect()
}

/// Makes the table hold exactly `rows`. Returns the names of clients that are new, gone or different.
/// Rows that stay the same are not written.
pub(super) async fn replace_clients(
    connection: &mut SqliteConnection,
    rows: &[ClientRow],
) -> Result<Changes, Error> {
    let mut before: HashMap<OrganizationId, ClientRow> = load_rows(connection, "")
        .await?
        .into_iter()
        .map(|row| (row.client.organization_id, row))
        .collect();
    let mut changes = Changes::default();
    let mut different = Vec::new();
    let mut seen = HashSet::with_capacity(rows.len());
    for row in rows {
        // Two providers never share a client; should a server say so, the first row counts.
        if !seen.insert(row.client.organization_id) {
            continue;
        }
        let old = before.remove(&row.client.organization_id);
        if old.as_ref().is_some_and(|old| same(old, row)) {
            continue;
        }
        if old.is_none_or(|old| seats(&old.client) != seats(&row.client)) {
            changes.seats.push((row.client.organization_id, Some(seats(&row.client))));
        }
        changes.names.push(row.client.name.clone());
        different.push(row);
    }
    for rows in different.chunks(ROWS_AT_ONCE) {
        save_rows(connection, rows).await?;
    }
    for (gone, row) in before {
        sqlx::query("delete from client where organization_id = ?")
            .bind(gone.0.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        changes.seats.push((gone, None));
        changes.names.push(row.client.name);
    }
    changes.rows = seen.len();
    changes.names.sort_by_cached_key(|name| name.to_lowercase());
    Ok(changes)
}

/// Changes one client's Used; its seats, when that made a difference.
pub(super) async fn replace_used(
    connection: &mut SqliteConnection,
    client: OrganizationId,
    used: Option<i64>,
) -> Result<Option<SeatSnapshot>, Error> {
    let row = sqlx::query(
        "update client set used = ?1, remaining = assigned - ?1
         where organization_id = ?2 and used is not ?1 returning assigned, plan",
    )
    .bind(used)
    .bind(client.0.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    let seats = |row: SqliteRow| {
        let (assigned, plan) = (row.try_get(0)?, row.try_get(1)?);
        Ok(SeatSnapshot { taken_at: String::new(), assigned, used, plan })
    };
    row.map(seats).transpose()
}

/// What a refresh changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Rows in the table now.
    pub(super) rows: usize,
    pub(super) names: Vec<String>,
    /// Clients whose seats or plan are different now; `None` when the client has left the list.
    pub(super) seats: Vec<(OrganizationId, Option<SeatSnapshot>)>,
}

fn same(old: &ClientRow, new: &ClientRow) -> bool {
    let as_read_now = Client { synced_at: new.client.synced_at.clone(), ..old.client.clone() };
    as_read_now == new.client
        && old.provider_wrapped_key == new.provider_wrapped_key
        && old.member_wrapped_key == new.member_wrapped_key
}

/// Undated: the refresh has the date.
fn seats(client: &Client) -> SeatSnapshot {
    SeatSnapshot {
        taken_at: String::new(),
        assigned: client.assigned,
        used: client.used,
        plan: client.plan.clone(),
    }
}

async fn save_rows(connection: &mut SqliteConnection, rows: &[&ClientRow]) -> Result<(), Error> {
    let mut insert =
        QueryBuilder::<Sqlite>::new(concat!("insert or replace into client (", columns!(), ") "));
    insert.push_values(rows, |mut values, row| {
        let client = &row.client;
        values
            .push_bind(client.organization_id.0.as_bytes().as_slice())
            .push_bind(client.provider_organization_id.map(|id| id.0.as_bytes().to_vec()))
            .push_bind(client.provider_id.map(|id| id.0.as_bytes().to_vec()))
            .push_bind(&client.name)
            .push_bind(client.assigned)
            .push_bind(client.used)
            .push_bind(client.remaining)
            .push_bind(&client.plan)
            .push_bind(client.product_tier)
            .push_bind(client.enabled)
            .push_bind(client.use_groups)
            .push_bind(client.has_key)
            .push_bind(&row.provider_wrapped_key)
            .push_bind(&row.member_wrapped_key);
    });
    insert.build().persistent(false).execute(connection).await?;
    Ok(())
}

fn read_row(row: &SqliteRow, taken_at: &str) -> Result<ClientRow, Error> {
    let provider_id = uuid_or_null_at(row, 2)?.map(ProviderId);
    let source = match provider_id {
        Some(_) => ClientSource::Provider,
        None => ClientSource::Membership,
    };
    let client = Client {
        organization_id: OrganizationId(uuid_at(row, 0)?),
        provider_organization_id: uuid_or_null_at(row, 1)?.map(ProviderOrganizationId),
        provider_id,
        name: row.try_get(3)?,
        assigned: row.try_get(4)?,
        used: row.try_get(5)?,
        remaining: row.try_get(6)?,
        plan: row.try_get(7)?,
        product_tier: row.try_get(8)?,
        enabled: row.try_get(9)?,
        source,
        use_groups: row.try_get(10)?,
        has_key: row.try_get(11)?,
        synced_at: taken_at.to_owned(),
    };
    Ok(ClientRow {
        client,
        provider_wrapped_key: row.try_get(12)?,
        member_wrapped_key: row.try_get(13)?,
    })
}
