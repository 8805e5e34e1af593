//! Opening the index of a staging against the least anybody could do: read the same pages from plain `SQLite`
//! and mask each item. `WARDROOM_BENCH_FILE` names a LastPass export; `cargo xtask bench` makes one.

mod desk;

use std::path::{Path, PathBuf};

use desk::{Scene, Times, report};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use wardroom_core::import::bench::Grid;
use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::import::upload::Cancel;
use wardroom_core::import::{Error, codec, mask, staging};
use wardroom_core::model::{GridQuery, GridSort, Item, Placement};
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
    let options = ReadOptions::default();
    let staged = staging::stage(&unlocked, &file, client, options, Placement::default(), |_| ());
    let staged = staged.await.expect("the file is well-formed");
    let mut plain = plain_copy(&file, &scene.folder.path().join("plain.db")).await;

    let (mut floor, mut ours) = (Times::default(), Times::default());
    let (mut sorted, mut searched) = (Times::default(), Times::default());
    let by_name = GridQuery { sort: GridSort::Name, ..GridQuery::default() };
    let words = GridQuery { text: "host 7".to_owned(), ..GridQuery::default() };
    for _ in 0..ROUNDS {
        let rows = floor.take(async || read_and_mask(&mut plain).await).await;
        let open = async || {
            let grid = Grid::open(&unlocked, staged.staging_id, |_| (), &Cancel::default()).await;
            grid.expect("the staging opens")
        };
        let grid = ours.take(open).await;
        let shown = sorted.take(async || grid.page(&by_name, 0, 50).matching).await;
        assert_eq!((shown, rows), (staged.items, staged.items), "both saw every item");
        searched.take(async || grid.matching(&words)).await;
    }
    report("grid: opening every item, against plain SQLite", &floor, &ours, 3.0);
    report("grid: sorting by name, against opening", &ours, &sorted, 1.0);
    report("grid: searching for two words, against opening", &ours, &searched, 1.0);
}

async fn plain_copy(file: &Path, path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut plain = SqliteConnection::connect_with(&options).await.expect("it can be made");
    let table = "create table page (page integer primary key, content blob not null)";
    sqlx::query(table).execute(&mut plain).await.expect("the table is new");
    let mut items = Vec::new();
    let mut each = |item: Item| -> Result<(), Error> {
        items.push(item);
        Ok(())
    };
    formats::read(file, &ReadOptions::default(), true, &mut each).expect("the file is well-formed");
    for (page, items) in (0_i64..).zip(items.chunks(100)) {
        sqlx::query("insert into page (page, content) values (?, ?)")
            .bind(page)
            .bind(codec::encode_page(items).to_vec())
            .execute(&mut plain)
            .await
            .expect("nobody else writes");
    }
    plain
}

async fn read_and_mask(plain: &mut SqliteConnection) -> u64 {
    let pages: Vec<Vec<u8>> = sqlx::query_scalar("select content from page order by page")
        .fetch_all(plain)
        .await
        .expect("the table is there");
    let mut rows = Vec::new();
    for page in pages {
        let items = codec::decode_page(&page).expect("they were encoded above");
        rows.extend(items.iter().map(|item| mask::masked(item, 0, &[], false, 0)));
    }
    rows.len() as u64
}
