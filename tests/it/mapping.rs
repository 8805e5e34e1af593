//! Folders of a file become the client's collections, by the technician's rules; nothing lands twice.

use std::collections::BTreeMap;

use wardroom_core::Code;
use wardroom_core::import::{bench, staging};
use wardroom_core::keys::Secret;
use wardroom_core::model::{Client, FindingCode, Flatten, FolderRule, Placement, StagingId};
use wardroom_core::session::Unlocked;
use wardroom_sandbox::Fault;

use crate::imports::{clients, managed, send, stage, text};
use crate::office::Office;

const ROWS: &str = "\
url,username,password,totp,extra,name,grouping,fav
https://a.example,u,p,,,one,IT > Servers,0
https://a.example,u,p,,,two,IT > Servers > Web,0
https://a.example,u,p,,,three,Old,0
https://a.example,u,p,,,four,Trash,0
https://a.example,u,p,,,five,,0
";

/// The separator of the source, below a folder of ours, one folder renamed, one dropped.
async fn ruled(unlocked: &Unlocked, client: &Client) -> Placement {
    let rule = |folder: &str, to: Option<&str>| FolderRule {
        folder: folder.to_owned(),
        to: to.map(str::to_owned),
    };
    Placement {
        separator: Some(">".to_owned()),
        prefix: "Imported".to_owned(),
        parents: true,
        rules: vec![rule("Old", Some("Archive")), rule("Trash", None)],
        ..managed(unlocked, client).await
    }
}

async fn scene(office: &Office, round: &str) -> (Unlocked, Client, StagingId) {
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = office.folder().join(format!("{round}.csv"));
    std::fs::write(&file, ROWS).unwrap();
    let placement = ruled(&unlocked, &client).await;
    let staged = stage(&unlocked, &file, &client, placement).await;
    (unlocked, client, staged.staging_id)
}

/// Where each item is, by its name; fails when one is there twice or a collection is.
fn places(office: &Office, client: &Client) -> BTreeMap<String, Vec<String>> {
    let collections = office.sandbox.collections(client.organization_id.0);
    let mut paths = BTreeMap::new();
    for collection in &collections {
        let path = collection.text.clone().unwrap();
        let twice = collections.iter().filter(|c| c.text.as_ref() == Some(&path)).count() > 1;
        assert!(!twice, "collection {path} was made twice");
        paths.insert(collection.id.to_string(), path);
    }
    let mut places = BTreeMap::new();
    for item in office.sandbox.opened_items(client.organization_id.0) {
        let ids = item["collectionIds"].as_array().unwrap().iter();
        let there = ids.map(|id| paths[id.as_str().unwrap()].clone()).collect();
        let name = text(&item, "name").unwrap().to_owned();
        assert!(places.insert(name.clone(), there).is_none(), "{name} is there twice");
    }
    places
}

fn expected() -> BTreeMap<String, Vec<String>> {
    let place = |name: &str, path: &[&str]| {
        (name.to_owned(), path.iter().map(|path| (*path).to_owned()).collect())
    };
    BTreeMap::from([
        place("one", &["Imported/IT/Servers"]),
        place("two", &["Imported/IT/Servers/Web"]),
        place("three", &["Archive"]),
        place("four", &[]),
        place("five", &[]),
    ])
}

#[tokio::test]
async fn the_preview_says_what_the_upload_does() {
    let office = Office::small().await;
    let (unlocked, client, staging) = scene(&office, "once").await;
    let before: Vec<_> =
        office.sandbox.collections(client.organization_id.0).into_iter().map(|c| c.id).collect();
    let targets = staging::targets(&unlocked, staging, true).await.unwrap();
    let told: Vec<_> = targets.iter().map(|t| (t.path.as_str(), t.items)).collect();
    assert_eq!(
        told,
        [
            ("Imported", 0),
            ("Imported/IT", 0),
            ("Imported/IT/Servers", 1),
            ("Imported/IT/Servers/Web", 1),
            ("Archive", 1),
            ("", 2),
        ]
    );
    assert_eq!(targets[2].folders, ["IT > Servers"]);
    assert_eq!(targets[5].folders, ["Trash"]);
    assert!(targets[..5].iter().all(|target| target.exists == Some(false)));
    let findings = staging::findings(&unlocked, staging).await.unwrap();
    let unplaced = findings.iter().find(|f| f.code == FindingCode::NoCollection).unwrap();
    assert!(unplaced.message.starts_with("2 of 5 "), "{}", unplaced.message);
    assert_eq!(unplaced.item, Some(3));

    let receipt = send(&unlocked, staging).await.unwrap();
    let made = office.sandbox.collections(client.organization_id.0);
    let mut made: Vec<_> = made.iter().filter(|c| !before.contains(&c.id)).collect();
    made.sort_by_key(|c| c.text.clone());
    let mut previewed: Vec<_> = targets[..5].iter().map(|t| Some(t.path.clone())).collect();
    previewed.sort();
    assert_eq!(made.iter().map(|c| c.text.clone()).collect::<Vec<_>>(), previewed);
    assert_eq!(receipt.collections.len(), 5);
    assert_eq!(places(&office, &client), expected());
}

#[tokio::test]
async fn collections_of_the_client_are_found_by_name_after_mapping() {
    let office = Office::small().await;
    let (unlocked, client, first) = scene(&office, "first").await;
    send(&unlocked, first).await.unwrap();
    let file = office.folder().join("second.csv");
    let row = "https://b.example,u,p,,,six,Deep > Servers,0\n";
    std::fs::write(&file, format!("{}{row}", ROWS.lines().next().unwrap().to_owned() + "\n"))
        .unwrap();
    let placement = Placement {
        flatten: Flatten::Last,
        prefix: "Imported/IT".to_owned(),
        ..ruled(&unlocked, &client).await
    };
    let placement = Placement { parents: false, ..placement };
    let second = stage(&unlocked, &file, &client, placement).await;
    let targets = staging::targets(&unlocked, second.staging_id, true).await.unwrap();
    assert_eq!(targets.len(), 1);
    assert_eq!((targets[0].path.as_str(), targets[0].exists), ("Imported/IT/Servers", Some(true)));
    let offline = staging::targets(&unlocked, second.staging_id, false).await.unwrap();
    assert_eq!(offline[0].exists, None, "nobody was asked");
    let receipt = send(&unlocked, second.staging_id).await.unwrap();
    assert!(!receipt.collections[0].created);
    assert_eq!(places(&office, &client)["six"], ["Imported/IT/Servers"]);
}

/// Whatever breaks on `route`, with an edit before and a change of rules in the middle.
async fn each_fault_on(method: &str, path: &str) {
    let faults = [
        Fault::Status(500),
        Fault::Status(504),
        Fault::CutBody,
        Fault::Reset,
        Fault::AnswerLost,
        Fault::SlowDown(3),
    ];
    for fault in faults {
        let office = Office::small().await;
        let (unlocked, client, staging) = scene(&office, "fault").await;
        bench::edit(&unlocked, staging, 0, "login.password", Secret::new("new")).await.unwrap();
        bench::edit(&unlocked, staging, 1, "notes", Secret::new("gone again")).await.unwrap();
        bench::undo(&unlocked, staging).await.unwrap();
        let told = format!("{fault:?}");
        office.sandbox.fail(method, path, fault, 2);
        for _ in 0..5 {
            if send(&unlocked, staging).await.is_ok() {
                break;
            }
        }
        office.sandbox.forgive();
        send(&unlocked, staging).await.unwrap();
        assert_eq!(places(&office, &client), expected(), "after {told}");
        let items = office.sandbox.opened_items(client.organization_id.0);
        let named = |name: &str| items.iter().find(|i| text(i, "name") == Some(name)).unwrap();
        assert_eq!(named("one")["login"]["password"], "new", "after {told}");
        assert!(named("two")["notes"].is_null(), "after {told}: it was taken back");
    }
}

#[tokio::test]
async fn mapped_items_arrive_once_whatever_breaks_while_they_are_sent() {
    each_fault_on("POST", "/api/ciphers/import-organization").await;
}

#[tokio::test]
async fn mapped_collections_are_made_once_whatever_breaks_meanwhile() {
    each_fault_on("POST", "/api/organizations/*/collections").await;
}

#[tokio::test]
async fn rules_change_until_the_first_request_and_not_after_it() {
    let office = Office::small().await;
    let (unlocked, client, staging) = scene(&office, "rules").await;
    let mut placement = ruled(&unlocked, &client).await;
    office.sandbox.go_down().await;
    send(&unlocked, staging).await.unwrap_err();
    placement.rules.push(FolderRule { folder: "Old".to_owned(), to: Some("Kept".to_owned()) });
    staging::set_placement(&unlocked, staging, placement.clone()).await.unwrap();
    office.sandbox.come_up().await.unwrap();
    office.sandbox.fail("POST", "/api/ciphers/import-organization", Fault::AnswerLost, 1);
    office.sandbox.fail("GET", "/api/ciphers/organization-details", Fault::Reset, 100);
    send(&unlocked, staging).await.unwrap_err();
    let late = staging::set_placement(&unlocked, staging, placement).await.unwrap_err();
    assert_eq!(late.code(), Code::InputRefused, "items are on their way by the old rules");
    office.sandbox.forgive();
    send(&unlocked, staging).await.unwrap();
    let mut expected = expected();
    expected.insert("three".to_owned(), vec!["Kept".to_owned()]);
    assert_eq!(places(&office, &client), expected, "the last rule for a folder counts");
}
