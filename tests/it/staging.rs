//! A technician reads an export, looks at it, leaves something out, changes their mind.

use wardroom_core::import::formats::ReadOptions;
use wardroom_core::import::staging;
use wardroom_core::model::{FindingCode, Placement, Severity, StagedState};
use wardroom_core::{Code, Error};

use crate::imports::{assert_landed_once, clients, export, managed, send, stage};
use crate::office::{Office, files};

const LASTPASS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/import/lastpasscsv/sample.csv");

fn by_folder() -> Placement {
    Placement { folders_to_collections: true, ..Placement::default() }
}

#[tokio::test]
async fn a_staged_file_is_listed_masked_and_survives_a_restart() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let staged = stage(&unlocked, LASTPASS.as_ref(), &client, by_folder()).await;
    assert_eq!(staged.file_name, "sample.csv", "the name, not where it lies");
    assert_eq!((staged.format.as_str(), staged.state), ("lastpasscsv", StagedState::Staged));
    assert_eq!((staged.items, staged.counts.total()), (staged.items, staged.items));
    assert_eq!(staged.client_name, client.name);
    assert!(staged.folders.iter().any(|path| path == "Work/Finance"), "{:?}", staged.folders);

    let unlocked = {
        unlocked.lock().await.unwrap();
        office.locked().unlock(office.password()).await.unwrap()
    };
    assert_eq!(staging::list(&unlocked).await.unwrap(), std::slice::from_ref(&staged));
    let items = staging::items(&unlocked, staged.staging_id, 0, 1_000).await.unwrap();
    assert_eq!(items.len() as u64, staged.items);
    let mail = &items[0];
    assert_eq!((mail.name.as_str(), mail.host.as_str()), ("Example Mail", "mail.example.com"));
    assert_eq!(mail.username, "a•••@example.com");
    assert!(mail.has_password && mail.has_totp);
    let shown = format!("{items:?}");
    for secret in ["CorrectHorse-1!", "JBSWY3DPEHPK3PXP", "noname-pw", "alice@"] {
        assert!(!shown.contains(secret), "a masked item holds {secret}");
    }
    let some = staging::items(&unlocked, staged.staging_id, 2, 3).await.unwrap();
    assert_eq!(some, items[2..5], "a window of the list is the same items");
}

#[tokio::test]
async fn pages_join_without_a_seam() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 250);
    let staged = stage(&unlocked, &file, &client, by_folder()).await;
    let items = staging::items(&unlocked, staged.staging_id, 95, 110).await.unwrap();
    let names: Vec<_> = items.iter().map(|item| item.name.clone()).collect();
    let expected: Vec<_> = (95..205).map(|item| format!("Acme {item}")).collect();
    assert_eq!(names, expected);
    assert!(items.iter().zip(95..).all(|(item, index)| item.item == index));
    assert!(staging::items(&unlocked, staged.staging_id, 250, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn discarding_leaves_nothing_behind() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let before = files(&office.folder());
    let staged = stage(&unlocked, LASTPASS.as_ref(), &client, by_folder()).await;
    staging::discard(&unlocked, staged.staging_id, false).await.unwrap();
    assert!(staging::list(&unlocked).await.unwrap().is_empty());
    assert!(staging::findings(&unlocked, staged.staging_id).await.is_err());
    let gone = staging::discard(&unlocked, staged.staging_id, false).await.unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    assert_eq!(files(&office.folder()), before, "no lock or other file stays");
}

#[tokio::test]
async fn an_item_that_is_too_long_blocks_until_it_is_left_out() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 3);
    let long = format!("https://x.example,u,{},,,Too long,Acme Web,0\n", "p".repeat(3_696));
    let csv = std::fs::read_to_string(&file).unwrap() + &long;
    std::fs::write(&file, csv).unwrap();
    let placement = managed(&unlocked, &client).await;
    let staged = stage(&unlocked, &file, &client, placement).await;
    let findings = staging::findings(&unlocked, staged.staging_id).await.unwrap();
    let worst = &findings[0];
    assert_eq!((worst.code, worst.severity), (FindingCode::FieldTooLong, Severity::Error));
    assert_eq!((worst.row, worst.item), (Some(5), Some(3)), "named by its line and its place");
    assert_eq!(worst.field.as_deref(), Some("login.password"));
    assert_eq!(staged.blocking, 1);

    office.sandbox.forget_requests();
    let refused = send(&unlocked, staged.staging_id).await.unwrap_err();
    assert!(matches!(refused, Error::Import(wardroom_core::import::Error::Blocked { count: 1 })));
    assert!(office.sandbox.requests().is_empty(), "measured before anything is asked or sent");

    let staged = staging::set_skipped(&unlocked, staged.staging_id, &[3], true).await.unwrap();
    assert_eq!((staged.skipped, staged.blocking), (1, 0));
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.items, receipt.landed, receipt.skipped), (4, 3, 1));
    assert_landed_once(&office.sandbox, &client, "Acme", 3);
    assert_eq!(office.sandbox.item_count(client.organization_id.0), 3, "the long one stayed here");
}

#[tokio::test]
async fn the_choice_of_collections_is_followed_by_what_is_said_about_it() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 3);
    let staged = stage(&unlocked, &file, &client, Placement::default()).await;
    let codes = |findings: Vec<wardroom_core::model::Finding>| {
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    let found = codes(staging::findings(&unlocked, staged.staging_id).await.unwrap());
    assert!(found.contains(&FindingCode::NoCollection), "{found:?}");

    let placement = managed(&unlocked, &client).await;
    staging::set_placement(&unlocked, staged.staging_id, placement).await.unwrap();
    let found = codes(staging::findings(&unlocked, staged.staging_id).await.unwrap());
    assert!(found.is_empty(), "{found:?}");

    let open = by_folder();
    staging::set_placement(&unlocked, staged.staging_id, open).await.unwrap();
    let found = codes(staging::findings(&unlocked, staged.staging_id).await.unwrap());
    assert_eq!(found, [FindingCode::NobodyHasAccess]);
}

#[tokio::test]
async fn a_file_that_fails_half_way_leaves_no_trace() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = office.folder().join("broken.csv");
    std::fs::write(&file, "this is no export").unwrap();
    let placement = by_folder();
    let id = client.organization_id;
    let failed = staging::stage(&unlocked, &file, id, ReadOptions::default(), placement, |_| ());
    assert_eq!(failed.await.unwrap_err().code(), Code::InputRefused);
    assert!(staging::list(&unlocked).await.unwrap().is_empty());

    let stranger = wardroom_core::model::OrganizationId(uuid::Uuid::from_u128(1));
    let nobody = staging::stage(
        &unlocked,
        LASTPASS.as_ref(),
        stranger,
        ReadOptions::default(),
        Placement::default(),
        |_| (),
    );
    assert_eq!(nobody.await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn the_same_file_is_recognised_the_second_time() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2);
    let placement = managed(&unlocked, &client).await;
    let first = stage(&unlocked, &file, &client, placement.clone()).await;
    let waiting = stage(&unlocked, &file, &client, placement.clone()).await;
    let told = |findings: &[wardroom_core::model::Finding]| {
        findings.iter().any(|finding| finding.code == FindingCode::ImportedBefore)
    };
    let findings = staging::findings(&unlocked, waiting.staging_id).await.unwrap();
    assert!(!told(&findings), "nothing of it is on the server yet");
    send(&unlocked, first.staging_id).await.unwrap();
    let again = stage(&unlocked, &file, &client, placement).await;
    let findings = staging::findings(&unlocked, again.staging_id).await.unwrap();
    assert!(told(&findings), "a second upload would double everything: {findings:?}");
    assert_eq!(again.blocking, 0, "a person may still want it");
}
