//! Table `refresh`, and the one transaction that brings a refresh in.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sqlx::{Row as _, SqliteConnection};

use super::{ClientRow, Error, ProviderRow, Store, client, provider, seat};
use crate::model::OrganizationId;

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
    refresh_id: i64,
    pub(super) taken_at: String,
}

/// Shared by a store's clones.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Option<Timestamp>>>);

impl Seen {
    fn note(&self, taken_at: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = taken_at.parse().ok();
    }

    /// The later of both.
    fn or(&self, on_disk: String) -> String {
        let seen = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = seen.filter(|seen| on_disk.parse().is_ok_and(|on_disk| *seen > on_disk));
        newer.map_or(on_disk, |seen| seen.to_string())
    }
}

/// Longest that a refresh without a change goes unnoticed on disk: after a restart a list may look this much
/// older than it is, and never younger.
const UNNOTED: SignedDuration = SignedDuration::from_mins(30);

impl Store {
    /// Replaces what the last refresh brought, whole or not at all.
    pub async fn save_refresh(&self, rows: &Rows) -> Result<Refreshed, Error> {
        self.bring_in(rows, SignedDuration::ZERO).await
    }

    /// The same for a refresh nobody asked for: one that changed nothing is not written, half an hour long.
    pub async fn keep_refresh(&self, rows: &Rows) -> Result<Refreshed, Error> {
        self.bring_in(rows, UNNOTED).await
    }

    async fn bring_in(&self, rows: &Rows, unnoted: SignedDuration) -> Result<Refreshed, Error> {
        let mut transaction = self.begin().await?;
        let providers = provider::replace_providers(&mut transaction, &rows.providers).await?;
        let changes = client::replace_clients(&mut transaction, &rows.clients).await?;
        let newest = newest(&mut transaction).await?;
        if providers || !changes.names.is_empty() || !is_recent(newest.as_ref(), rows, unnoted) {
            let refresh_id = sqlx::query("insert into refresh (taken_at) values (?)")
                .bind(&rows.taken_at)
                .execute(&mut *transaction)
                .await?
                .last_insert_rowid();
            seat::note_changes(&mut transaction, refresh_id, &changes.seats).await?;
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        self.seen.note(&rows.taken_at);
        let clients = u64::try_from(changes.rows).unwrap_or(u64::MAX);
        Ok(Refreshed { clients, changed: changes.names })
    }

    /// Puts a newly counted Used beside a client; false when it was known already.
    pub async fn save_used(
        &self,
        client: OrganizationId,
        used: Option<i64>,
    ) -> Result<bool, Error> {
        let mut transaction = self.begin().await?;
        let Some(seats) = client::replace_used(&mut transaction, client, used).await? else {
            transaction.rollback().await?;
            return Ok(false);
        };
        // It belongs to the refresh that listed the client.
        if let Some(newest) = newest(&mut transaction).await? {
            let change = [(client, Some(seats))];
            seat::note_changes(&mut transaction, newest.refresh_id, &change).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// When the last complete refresh was taken, RFC 3339 UTC.
    pub async fn load_last_refresh(&self) -> Result<Option<String>, Error> {
        self.as_of(&mut *self.pool.acquire().await?).await
    }

    /// The age of what is on disk.
    pub(super) async fn as_of(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Option<String>, Error> {
        Ok(newest(connection).await?.map(|newest| self.seen.or(newest.taken_at)))
    }
}

fn is_recent(newest: Option<&Newest>, rows: &Rows, unnoted: SignedDuration) -> bool {
    let at = |text: &str| text.parse::<Timestamp>().ok();
    let age =
        newest.and_then(|newest| Some(at(&rows.taken_at)?.duration_since(at(&newest.taken_at)?)));
    age.is_some_and(|age| age >= SignedDuration::ZERO && age < unnoted)
}

async fn newest(connection: &mut SqliteConnection) -> Result<Option<Newest>, Error> {
    let row =
        sqlx::query("select refresh_id, taken_at from refresh order by refresh_id desc limit 1")
            .fetch_optional(connection)
            .await?;
    row.map(|row| Ok(Newest { refresh_id: row.try_get(0)?, taken_at: row.try_get(1)? })).transpose()
}
