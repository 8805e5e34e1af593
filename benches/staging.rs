//! Staging a file against the least anybody could do: read the same file and write the same bytes to
//! plain `SQLite`. `WARDROOM_BENCH_FILE` names a LastPass export; `cargo xtask bench` makes one.

mod desk;

use std::path::{Path, PathBuf};

use desk::{Scene, Times, report};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::import::{Error, codec, staging};
use wardroom_core::model::{Item, OrganizationId, Placement};
use wardroom_core::session::Unlocked;
use wardroom_core::sync;

const ROUNDS: usize = 7;

#[tokio::main]
async fn main() {
    // `cargo test --benches` starts this program as well, without a file: there is nothing to measure.
    let Some(file) = std::env::var_os("WARDROOM_BENCH_FILE").map(PathBuf::from) else { return };
    let scene = Scene::open().await;
    let (_, unlocked) = scene.sign_in().await;
    sync::refresh(&unlocked).await.expect("the sandbox answers");
    let clients = sync::clients(&unlocked).await.expect("the cache answers");
    let client = clients.first().expect("the sample provider has clients").organization_id;

    let (mut floor, mut ours) = (Times::default(), Times::default());
    // Open before the clock starts, as the store is: making a file costs more than filling it.
    let mut plain = plain_database(&scene.folder.path().join("plain.db")).await;
    for _ in 0..ROUNDS {
        let written = floor.take(async || parse_and_write(&file, &mut plain).await).await;
        sqlx::query("delete from page").execute(&mut plain).await.expect("nobody else writes");
        let staged = ours.take(async || stage(&unlocked, &file, client).await).await;
        assert_eq!(written, staged.items, "both kept every item");
        staging::discard(&unlocked, staged.staging_id, true).await.expect("it was never sent");
    }
    report("staging: time, against plain SQLite", &floor, &ours, 2.0);
}

async fn stage(
    unlocked: &Unlocked,
    file: &Path,
    client: OrganizationId,
) -> wardroom_core::model::StagedImport {
    let (options, placement) = (ReadOptions::default(), Placement::default());
    let staged = staging::stage(unlocked, file, client, options, placement, |_| ()).await;
    staged.expect("the file is well-formed")
}

/// Set up like the store's, without a key.
async fn plain_database(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("it can be made");
    let table =
        "create table page (number integer primary key not null, content blob not null) strict";
    sqlx::raw_sql(table).execute(&mut connection).await.expect("the table is new");
    connection
}

/// The floor: the same reader, the same bytes, pages of the same size, one transaction; nothing sealed,
/// nothing checked, nothing encrypted.
async fn parse_and_write(file: &Path, plain: &mut SqliteConnection) -> u64 {
    let pages = parse(file);
    let mut writing = plain.begin().await.expect("nobody else writes");
    for content in &pages.written {
        let insert = sqlx::query("insert into page (content) values (?)").bind(content.as_slice());
        insert.execute(&mut *writing).await.expect("the disk has room");
    }
    writing.commit().await.expect("the disk has room");
    pages.items
}

#[derive(Default)]
struct Pages {
    written: Vec<zeroize::Zeroizing<Vec<u8>>>,
    waiting: Vec<Item>,
    items: u64,
}

fn parse(file: &Path) -> Pages {
    const PAGE_ITEMS: usize = wardroom_core::store::PAGE_ITEMS as usize;
    let mut pages = Pages::default();
    let mut keep = |item: Item| {
        pages.items += 1;
        pages.waiting.push(item);
        if pages.waiting.len() == PAGE_ITEMS {
            pages.written.push(codec::encode_page(&pages.waiting));
            pages.waiting.clear();
        }
        Ok(())
    };
    let read = formats::read::<Error>(file, &ReadOptions::default(), true, &mut keep);
    read.expect("the file is well-formed");
    pages.written.push(codec::encode_page(&pages.waiting));
    pages
}
