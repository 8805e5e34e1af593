//! Several files become one import; what is left of it when it is over; what is forgotten by itself.

use jiff::{Timestamp, ToSpan};
use wardroom_core::import::formats::{ReadOptions, Source};
use wardroom_core::import::upload::Cancel;
use wardroom_core::import::{history, staging};
use wardroom_core::model::{
    Client, FindingCode, ImportEnd, ImportSettings, SourceNow, StagedImport,
};
use wardroom_core::session::Unlocked;
use wardroom_core::{Code, Error};
use wardroom_sandbox::Fault;

use crate::imports::{assert_landed_once, clients, export, managed, send, stage};
use crate::office::Office;

fn source(path: &std::path::Path) -> Source {
    Source { path: path.to_owned(), options: ReadOptions::default() }
}

async fn two_files(office: &Office, unlocked: &Unlocked, client: &Client) -> StagedImport {
    let folder = office.folder();
    let files = vec![source(&export(&folder, "Acme", 150)), source(&export(&folder, "Bolt", 120))];
    let placement = managed(unlocked, client).await;
    let (id, cancel) = (client.organization_id, Cancel::default());
    staging::stage_files(unlocked, files, id, placement, &cancel, |_| ()).await.unwrap()
}

#[tokio::test]
async fn several_files_become_one_import_and_land_once() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let staged = two_files(&office, &unlocked, &client).await;
    assert_eq!((staged.items, staged.files.len()), (270, 2));
    assert_eq!(staged.files, ["Acme.csv", "Bolt.csv"]);
    let items = staging::items(&unlocked, staged.staging_id, 149, 2).await.unwrap();
    assert_eq!(
        items.iter().map(|item| (item.file, item.row)).collect::<Vec<_>>(),
        [(0, 151), (1, 2)],
        "each item names its own file and its line there"
    );

    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_landed_once(&office.sandbox, &client, "Acme", 150);
    assert_landed_once(&office.sandbox, &client, "Bolt", 120);
    let named: Vec<_> = receipt.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(named, ["Acme.csv", "Bolt.csv"]);
    assert_ne!(receipt.files[0].sha256, receipt.files[1].sha256);

    // The second file alone is known again.
    let again = export(&office.folder(), "Bolt", 120);
    let again = stage(&unlocked, &again, &client, managed(&unlocked, &client).await).await;
    let findings = staging::findings(&unlocked, again.staging_id).await.unwrap();
    assert!(findings.iter().any(|finding| finding.code == FindingCode::ImportedBefore));
}

#[tokio::test]
async fn a_finding_names_the_file_it_is_about() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let whole = export(&office.folder(), "Acme", 3);
    let gap = office.folder().join("gap.csv");
    std::fs::write(&gap, "name,url,username,password\na,b.example,c,d\n\ne,f.example,g,h\n")
        .unwrap();
    let (id, cancel) = (client.organization_id, Cancel::default());
    let placement = managed(&unlocked, &client).await;
    let files = vec![source(&whole), source(&gap)];
    let staged =
        staging::stage_files(&unlocked, files, id, placement, &cancel, |_| ()).await.unwrap();
    let findings = staging::findings(&unlocked, staged.staging_id).await.unwrap();
    let blank = findings.iter().find(|finding| finding.code == FindingCode::BlankRow).unwrap();
    assert_eq!((blank.file, blank.row), (Some(1), Some(3)));
}

#[tokio::test]
async fn one_file_that_cannot_be_read_keeps_nothing_of_the_others() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let good = export(&office.folder(), "Acme", 300);
    let bad = office.folder().join("bad.csv");
    std::fs::write(&bad, "no,such,columns\n1,2,3\n").unwrap();
    let (id, cancel) = (client.organization_id, Cancel::default());
    let refuse = source(&bad);
    let refuse = Source {
        options: ReadOptions { format: Some("chromecsv".to_owned()), ..ReadOptions::default() },
        ..refuse
    };
    let placement = managed(&unlocked, &client).await;
    let failed = staging::stage_files(
        &unlocked,
        vec![source(&good), refuse],
        id,
        placement,
        &cancel,
        |_| (),
    );
    assert_eq!(failed.await.unwrap_err().code(), Code::InputRefused);
    assert!(staging::list(&unlocked).await.unwrap().is_empty());
}

#[tokio::test]
async fn reading_can_be_stopped_and_leaves_nothing() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = source(&export(&office.folder(), "Acme", 5_000));
    let (id, cancel) = (client.organization_id, Cancel::default());
    let stop = cancel.clone();
    let placement = managed(&unlocked, &client).await;
    let stopped =
        staging::stage_files(&unlocked, vec![file], id, placement, &cancel, move |_| stop.cancel());
    let error = stopped.await.unwrap_err();
    assert!(matches!(error, Error::Import(wardroom_core::import::Error::Cancelled)), "{error}");
    assert!(staging::list(&unlocked).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_staged_too_long_is_forgotten_and_the_person_is_told_once() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let now = Timestamp::now();
    let placement = managed(&unlocked, &client).await;
    let file = export(&office.folder(), "Acme", 10);
    let first = stage(&unlocked, &file, &client, placement.clone()).await;
    let kept = stage(&unlocked, &file, &client, placement.clone()).await;
    history::set_settings(&unlocked, &ImportSettings { keep_days: 0 }).await.unwrap();
    let forever = stage(&unlocked, &file, &client, placement).await;
    assert_eq!(forever.expires_at, None, "the setting counts from now on");
    let days = |days: i64| now + (24 * days).hours();

    assert!(
        history::expired(&unlocked, days(13)).await.unwrap().is_empty(),
        "two weeks by default"
    );
    let longer = history::keep(&unlocked, kept.staging_id, 30, days(13)).await.unwrap();
    assert!(longer.expires_at > kept.expires_at);
    let told = history::expired(&unlocked, days(15)).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].import.staging_id, first.staging_id);
    assert_eq!((told[0].import.end, told[0].import.items), (ImportEnd::Expired, 10));
    let left = staging::list(&unlocked).await.unwrap();
    assert_eq!(left.len(), 2, "the kept one and the one without an end are still there");
    assert_eq!(history::expired(&unlocked, days(15)).await.unwrap(), told, "until it was seen");
    history::expired_seen(&unlocked).await.unwrap();
    assert!(history::expired(&unlocked, days(15)).await.unwrap().is_empty());
    assert!(history::keep(&unlocked, kept.staging_id, 99_999, now).await.is_err());
}

#[tokio::test]
async fn an_upload_under_way_does_not_expire() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = managed(&unlocked, &client).await;
    let file = export(&office.folder(), "Acme", 10);
    let staged = stage(&unlocked, &file, &client, placement).await;
    let import = "/api/ciphers/import-organization";
    office.sandbox.fail("POST", import, Fault::Status(500), 99);
    let _ = send(&unlocked, staged.staging_id).await;
    let state = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!(state.expires_at, None);
    let later = Timestamp::now() + (24 * 400).hours();
    assert!(history::expired(&unlocked, later).await.unwrap().is_empty());
    assert_eq!(staging::list(&unlocked).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_source_file_goes_only_when_it_is_the_one_that_was_proven() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let staged = two_files(&office, &unlocked, &client).await;
    let id = staged.staging_id;
    let early = history::delete_source(&unlocked, id, 0).await.unwrap_err();
    assert_eq!(
        early.code(),
        Code::InputRefused,
        "before the proof it is the only other copy: {early}"
    );
    send(&unlocked, id).await.unwrap();

    let path = office.folder().join("Bolt.csv");
    std::fs::write(&path, "something else").unwrap();
    let now: Vec<_> =
        history::sources(&unlocked, id).await.unwrap().iter().map(|file| file.now).collect();
    assert_eq!(now, [SourceNow::Same, SourceNow::Changed]);
    assert!(history::delete_source(&unlocked, id, 1).await.is_err());
    assert!(path.exists(), "a file with other content is somebody's work");
    let gone = history::delete_source(&unlocked, id, 0).await.unwrap();
    assert_eq!((gone.now, gone.name.as_str()), (SourceNow::Gone, "Acme.csv"));
    assert!(!office.folder().join("Acme.csv").exists());
    assert_eq!(history::delete_source(&unlocked, id, 0).await.unwrap().now, SourceNow::Gone);
    assert_eq!(history::delete_source(&unlocked, id, 2).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn past_imports_are_found_by_client_file_and_person_when_all_else_is_gone() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let all = clients(&unlocked).await;
    let done = two_files(&office, &unlocked, &all[0]).await;
    send(&unlocked, done.staging_id).await.unwrap();
    let file = export(&office.folder(), "Other", 4);
    let placement = managed(&unlocked, &all[1]).await;
    let discarded = stage(&unlocked, &file, &all[1], placement).await;
    staging::discard(&unlocked, discarded.staging_id, false).await.unwrap();
    staging::discard(&unlocked, done.staging_id, false).await.unwrap();
    assert!(staging::list(&unlocked).await.unwrap().is_empty());

    let found = async |client, text: &str| {
        let past = history::list(&unlocked, client, text).await.unwrap();
        past.into_iter().map(|past| (past.staging_id, past.end, past.landed)).collect::<Vec<_>>()
    };
    let finished = (done.staging_id, ImportEnd::Done, 270);
    let dropped = (discarded.staging_id, ImportEnd::Discarded, 0);
    assert_eq!(found(None, "").await.len(), 2);
    assert_eq!(found(Some(all[0].organization_id), "").await, [finished]);
    assert_eq!(found(None, "OTHER.csv").await, [dropped]);
    assert_eq!(found(None, "bolt lastpass").await, [finished]);
    assert!(found(None, "bolt other").await.is_empty(), "every word must fit");
    assert_eq!(found(None, &unlocked.account().email.clone()).await.len(), 2, "by whom");
}
