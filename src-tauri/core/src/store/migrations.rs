//! Bringing the schema up to date, and refusing files of newer apps.

use sqlx::{Row as _, SqliteConnection, SqlitePool};

use super::Error;

/// One step of the schema. Never edited once released.
struct Migration {
    version: i64,
    /// The lowest schema an app must know to work with the file afterwards: an app that knows version 1 may
    /// open a file of version 2 when this is 1.
    readable_from: i64,
    sql: &'static str,
}

/// In order, without gaps.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        readable_from: 1,
        sql: include_str!("../../migrations/0001_spine.sql"),
    },
    Migration {
        version: 2,
        readable_from: 2,
        sql: include_str!("../../migrations/0002_import.sql"),
    },
    Migration {
        version: 3,
        readable_from: 2,
        sql: include_str!("../../migrations/0003_api_key.sql"),
    },
    Migration {
        version: 4,
        readable_from: 2,
        sql: include_str!("../../migrations/0004_policy.sql"),
    },
    Migration {
        version: 5,
        readable_from: 5,
        sql: include_str!("../../migrations/0005_bench.sql"),
    },
];

pub(super) async fn run(writer: &SqlitePool) -> Result<(), Error> {
    run_list(writer, MIGRATIONS).await
}

async fn run_list(writer: &SqlitePool, list: &[Migration]) -> Result<(), Error> {
    let newest = list.last().map_or(0, |step| step.version);
    if version(&mut *writer.acquire().await?, newest).await? >= newest {
        return Ok(());
    }
    let mut transaction = writer.begin_with("begin immediate").await?;
    // Another process may have been faster.
    let at_hand = version(&mut transaction, newest).await?;
    for step in list.iter().filter(|step| step.version > at_hand) {
        sqlx::raw_sql(step.sql).execute(&mut *transaction).await?;
        sqlx::query("insert into schema_version (version, readable_from) values (?, ?)")
            .bind(step.version)
            .bind(step.readable_from)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// The file's schema, 0 for a new file. [`Error::Newer`] when an app that knows `newest` may not use it.
async fn version(connection: &mut SqliteConnection, newest: i64) -> Result<i64, Error> {
    let tables: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema").fetch_all(&mut *connection).await?;
    if tables.is_empty() {
        return Ok(0);
    }
    if !tables.iter().any(|name| name == "schema_version") {
        return Err(Error::Damaged);
    }
    let row = sqlx::query("select max(version), max(readable_from) from schema_version")
        .fetch_one(connection)
        .await?;
    let (version, readable_from): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if readable_from > newest { Err(Error::Newer) } else { Ok(version) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const FUTURE: &str = "create table future (x integer) strict;";

    #[tokio::test]
    async fn a_newer_schema_is_refused_unless_it_says_older_apps_may_read_it() {
        let newest = MIGRATIONS.last().unwrap().version;
        let store = Store::in_memory().await;
        let step = |version, readable_from| Migration { version, readable_from, sql: FUTURE };
        run_list(store.writer(), &[step(newest + 1, newest)]).await.unwrap();
        run(store.writer()).await.expect("its newest migration said this app may go on");

        let store = Store::in_memory().await;
        run_list(store.writer(), &[step(newest + 1, newest + 1)]).await.unwrap();
        assert!(matches!(run(store.writer()).await, Err(Error::Newer)));
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let store = Store::in_memory().await;
        let newest = MIGRATIONS.last().unwrap().version;
        let broken = Migration {
            version: newest + 1,
            readable_from: 1,
            sql: "create table half (x integer) strict; create nonsense;",
        };
        assert!(run_list(store.writer(), &[broken]).await.is_err());
        let half: i64 =
            sqlx::query_scalar("select count(*) from sqlite_schema where name = 'half'")
                .fetch_one(store.writer())
                .await
                .unwrap();
        assert_eq!(half, 0);
        run(store.writer()).await.expect("the file still opens");
    }

    #[tokio::test]
    async fn versions_are_counted_without_gaps() {
        for (step, expected) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(step.version, expected);
            assert!(step.readable_from <= step.version);
        }
    }
}
