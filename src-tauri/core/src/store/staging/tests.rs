use super::*;
use crate::model::{FindingCode, Severity};

pub(crate) fn new_staging() -> NewStaging {
    NewStaging {
        staging_id: StagingId::make(),
        client: OrganizationId(uuid::Uuid::from_u128(1)),
        client_name: "Acme".to_owned(),
        file_name: "export.csv".to_owned(),
        wrapped_key: "2.key".to_owned(),
        created_at: "2026-01-01T00:00:00Z".to_owned(),
        expires_at: None,
    }
}

pub(crate) async fn staged(store: &Store, items: u32) -> StagingId {
    let new = new_staging();
    let mut writer = store.begin_staging(&new).await.unwrap();
    writer.add_page(b"page 0").await.unwrap();
    writer.add_page(b"page 1").await.unwrap();
    let found = |severity, item, row| Finding {
        code: FindingCode::FieldTooLong,
        severity,
        file: None,
        row,
        item,
        field: Some("login.password".to_owned()),
        message: "too long".to_owned(),
    };
    let findings = [
        found(Severity::Warning, Some(0), Some(2)),
        found(Severity::Error, Some(1), Some(3)),
        found(Severity::Error, None, None),
        found(Severity::Error, Some(1), Some(3)),
    ];
    writer.add_findings(&findings).await.unwrap();
    let end = StagingEnd {
        format: "lastpasscsv".to_owned(),
        sha256: "ab".to_owned(),
        items,
        counts: ItemCounts { login: items.into(), ..ItemCounts::default() },
        header: b"header".to_vec(),
        files: vec![crate::store::FileRow {
            name: "export.csv".to_owned(),
            format: "lastpasscsv".to_owned(),
            sha256: "ab".to_owned(),
            folder: b"sealed folder".to_vec(),
        }],
    };
    writer.finish(&end).await.unwrap();
    new.staging_id
}

async fn rows_left(store: &Store) -> i64 {
    sqlx::query_scalar(
        "select (select count(*) from staging) + (select count(*) from staging_page)
              + (select count(*) from staging_finding) + (select count(*) from staging_skip)
              + (select count(*) from upload_collection) + (select count(*) from upload_attempt)",
    )
    .fetch_one(store.writer())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_staging_comes_back_as_it_went_in() {
    let store = Store::in_memory().await;
    let staging = staged(&store, 150).await;
    let row = store.load_staging(staging).await.unwrap().unwrap();
    assert_eq!((row.items, row.counts.login, row.state), (150, 150, StagedState::Staged));
    assert_eq!((row.skipped, row.landed, row.blocking), (0, 0, 3));
    assert_eq!(row.header, b"header");
    assert_eq!(store.load_page(staging, 1).await.unwrap().unwrap(), b"page 1");
    assert_eq!(store.load_page(staging, 2).await.unwrap(), None);
    let findings = store.load_findings(staging).await.unwrap();
    assert_eq!(findings.last().unwrap().severity, Severity::Warning, "the mildest is last");
    assert_eq!(store.count_findings(staging, 0, 2).await.unwrap(), [(0, 1), (1, 2)]);
}

#[tokio::test]
async fn a_staging_that_was_not_finished_leaves_nothing() {
    let store = Store::in_memory().await;
    let mut writer = store.begin_staging(&new_staging()).await.unwrap();
    writer.add_page(b"page").await.unwrap();
    drop(writer);
    assert_eq!(rows_left(&store).await, 0);
}

#[tokio::test]
async fn skipping_an_item_takes_its_errors_out_of_the_way() {
    let store = Store::in_memory().await;
    let staging = staged(&store, 2).await;
    store.save_skipped(staging, &[1, 1, 0], true).await.unwrap();
    let row = store.load_staging(staging).await.unwrap().unwrap();
    assert_eq!((row.skipped, row.blocking), (2, 1), "an error of the whole file stays");
    store.save_skipped(staging, &[1], false).await.unwrap();
    assert_eq!(store.load_skipped(staging).await.unwrap(), [0]);
}

#[tokio::test]
async fn a_started_upload_goes_where_it_was_going() {
    let store = Store::in_memory().await;
    let staging = staged(&store, 2).await;
    store.open_attempt(staging, &[]).await.unwrap();
    assert!(!store.save_header(staging, b"other").await.unwrap());
    let row = store.load_staging(staging).await.unwrap().unwrap();
    assert_eq!(row.header, b"header");
}

#[tokio::test]
async fn discarding_takes_every_row_along() {
    let store = Store::in_memory().await;
    let staging = staged(&store, 2).await;
    store.save_skipped(staging, &[1], true).await.unwrap();
    store.open_attempt(staging, &[]).await.unwrap();
    assert!(store.delete_staging(staging).await.unwrap());
    assert_eq!(rows_left(&store).await, 0, "pages, findings, journal: all of it");
    assert!(!store.delete_staging(staging).await.unwrap(), "nothing left to discard");
}
