//! Table `seat_change`: seats over time.

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::{Error, Store};
use crate::model::{OrganizationId, SeatSnapshot};

/// Rows in one statement, as for the clients.
const ROWS_AT_ONCE: usize = 1000;

impl Store {
    /// A client's seats at each refresh that listed it, oldest first.
    pub async fn load_seats(&self, client: OrganizationId) -> Result<Vec<SeatSnapshot>, Error> {
        let rows = sqlx::query(
            "select refresh.taken_at, change.listed, change.assigned, change.used, change.plan
             from refresh join seat_change as change
                on change.organization_id = ?1 and change.refresh_id = (
                    select max(refresh_id) from seat_change
                    where organization_id = ?1 and refresh_id <= refresh.refresh_id)
             where change.listed = 1
             order by refresh.refresh_id",
        )
        .bind(client.0.as_bytes().as_slice())
        .fetch_all(&self.pool)
        .await?;
        let snapshot = |row: &sqlx::sqlite::SqliteRow| {
            Ok(SeatSnapshot {
                taken_at: row.try_get(0)?,
                assigned: row.try_get(2)?,
                used: row.try_get(3)?,
                plan: row.try_get(4)?,
            })
        };
        rows.iter().map(snapshot).collect()
    }
}

/// Notes what became different with this refresh; `None` for clients that left the list.
pub(super) async fn note_changes(
    connection: &mut SqliteConnection,
    refresh_id: i64,
    changes: &[(OrganizationId, Option<SeatSnapshot>)],
) -> Result<(), Error> {
    for changes in changes.chunks(ROWS_AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert or replace into seat_change \
             (organization_id, refresh_id, listed, assigned, used, plan) ",
        );
        insert.push_values(changes, |mut values, (client, seats)| {
            values
                .push_bind(client.0.as_bytes().as_slice())
                .push_bind(refresh_id)
                .push_bind(seats.is_some())
                .push_bind(seats.as_ref().and_then(|seats| seats.assigned))
                .push_bind(seats.as_ref().and_then(|seats| seats.used))
                .push_bind(seats.as_ref().map_or("", |seats| seats.plan.as_str()));
        });
        insert.build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}
