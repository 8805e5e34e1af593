//! The first refresh of 10,000 clients against the least anybody could do with the same bytes: read the JSON
//! and write the same rows to plain `SQLite` in one transaction. Then the same refresh when nothing changed.

#[allow(dead_code, reason = "the other benches use more of it")]
mod desk;
mod replay;

use desk::{Scene, Times, report};
use replay::Replay;
use serde::Deserialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, QueryBuilder, Sqlite};
use wardroom_core::sync;

const ROUNDS: usize = 9;
const CLIENTS: usize = 10_000;
/// As many rows in a statement as the store writes.
const ROWS_AT_ONCE: usize = 500;

#[tokio::main]
async fn main() {
    // `cargo test --benches` starts this program as well: there is nothing to measure then.
    if std::env::var_os("WARDROOM_BENCH_FILE").is_none() {
        return;
    }
    let scene = Scene::with_clients(CLIENTS).await;
    let replay = Replay::before(&scene.sandbox.url()).await;
    let (_, unlocked) = scene.sign_in_at(&replay.url, "first").await;
    sync::refresh(&unlocked).await.expect("the sandbox answers");
    let answers = [replay.body("/accounts/profile"), replay.body("/organizations")];
    let mut plain = plain_database(&scene.folder.path().join("plain.db")).await;

    let (mut floor, mut ours, mut again) = (Times::default(), Times::default(), Times::default());
    for round in 0..ROUNDS {
        sqlx::query("delete from client").execute(&mut plain).await.expect("nobody else writes");
        let written = floor.take(async || parse_and_write(&answers, &mut plain).await).await;
        // A new folder: the cache is open and empty, as the plain one is.
        let (_, unlocked) = scene.sign_in_at(&replay.url, &format!("round {round}")).await;
        let done = ours.take(async || sync::refresh(&unlocked).await).await;
        let done = done.expect("the answers are known");
        assert_eq!((written, done.changed.len(), done.requests), (CLIENTS, CLIENTS, 2));
        let unchanged = again.take(async || sync::refresh(&unlocked).await).await;
        assert!(unchanged.expect("the answers are known").changed.is_empty());
        unlocked.lock().await.expect("it was unlocked");
    }
    report("sync: first 10,000 clients, against plain SQLite", &floor, &ours, 2.0);
    report("sync: the same once more, unchanged, against writing them", &floor, &again, 2.0);
}

/// Set up like the store's, without a key.
async fn plain_database(file: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("it can be made");
    let table = "create table client (organization_id text primary key not null, id text, name text, \
                 key text, seats integer, used integer, remaining integer, plan text, tier integer, \
                 enabled integer) strict, without rowid";
    sqlx::raw_sql(table).execute(&mut connection).await.expect("the table is new");
    connection
}

#[derive(Deserialize)]
struct Profile {
    #[serde(rename = "providerOrganizations")]
    organizations: Vec<Described>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    enabled: bool,
    product_tier_type: i64,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    organization_id: String,
    organization_name: String,
    key: String,
    seats: Option<i64>,
    occupied_seats: i64,
    remaining_seats: Option<i64>,
    plan: String,
}

/// The floor: no lenience, no keys, no ciphers, no network; the join, the rows and one transaction.
async fn parse_and_write(answers: &[Vec<u8>; 2], plain: &mut SqliteConnection) -> usize {
    let profile: Profile = serde_json::from_slice(&answers[0]).expect("the server's JSON");
    let list: List = serde_json::from_slice(&answers[1]).expect("the server's JSON");
    let described: std::collections::HashMap<&str, &Described> =
        profile.organizations.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut writing = plain.begin().await.expect("nobody else writes");
    for rows in list.data.chunks(ROWS_AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into client ");
        insert.push_values(rows, |mut values, row| {
            let more = described.get(row.organization_id.as_str());
            values
                .push_bind(&row.organization_id)
                .push_bind(&row.id)
                .push_bind(&row.organization_name)
                .push_bind(&row.key)
                .push_bind(row.seats)
                .push_bind(row.occupied_seats)
                .push_bind(row.remaining_seats)
                .push_bind(&row.plan)
                .push_bind(more.map(|more| more.product_tier_type))
                .push_bind(more.map(|more| more.enabled));
        });
        insert.build().execute(&mut *writing).await.expect("the disk has room");
    }
    writing.commit().await.expect("the disk has room");
    list.data.len()
}
