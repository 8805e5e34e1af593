//! A technician sends a staged import; each item is on the server once, where it belongs.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use wardroom_core::Code;
use wardroom_core::Error;
use wardroom_core::import::{self, staging, upload};
use wardroom_core::model::{Placement, StagedState, UploadStage};

use crate::imports::{QuickClock, assert_landed_once, clients, export, managed, send, stage, text};
use crate::office::Office;

const LASTPASS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/import/lastpasscsv/sample.csv");

#[tokio::test]
async fn an_export_arrives_whole_in_collections_somebody_can_manage() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = managed(&unlocked, &client).await;
    let manager = placement.access[0].id.clone();
    let staged = stage(&unlocked, LASTPASS.as_ref(), &client, placement).await;
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.landed, receipt.items, receipt.chunks), (staged.items, staged.items, 1));
    assert_eq!(receipt.by, unlocked.account().email);

    let organization = client.organization_id.0;
    let contents = office.sandbox.contents(organization).unwrap();
    assert_eq!(contents.items as u64, staged.items);
    assert_eq!((contents.duplicates, contents.unreadable), (0, 0));
    let items = office.sandbox.opened_items(organization);
    let bank = items.iter().find(|i| text(i, "name") == Some("Zürich Bänk – E-Banking")).unwrap();
    assert_eq!(bank["login"]["username"], "müller");
    assert_eq!(bank["login"]["password"], "p@ss,\"wörd\";x");
    assert_eq!(bank["notes"], "Zeile 1\nZeile 2, mit Komma\n\nZeile 4 \"zitiert\"");
    assert_eq!(
        bank["login"]["uris"][0]["uri"],
        "https://bank.example.ch:8443/login?lang=de&next=%2Fkonto"
    );

    let collections = office.sandbox.collections(organization);
    for made in &receipt.collections {
        assert!(made.created);
        let there = collections.iter().find(|there| there.id == made.id.0).unwrap();
        assert_eq!(there.text.as_deref(), Some(made.name.as_str()));
        assert!(there.managed, "{}: nobody could open it otherwise", made.name);
        assert_eq!(there.members.iter().map(ToString::to_string).collect::<Vec<_>>(), [&*manager]);
    }
    assert!(receipt.collections.iter().any(|made| made.name == "Work/Finance"));
}

#[tokio::test]
async fn a_finished_upload_answers_its_receipt_and_sends_nothing_more() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 5);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    office.sandbox.forget_requests();
    assert_eq!(send(&unlocked, staged.staging_id).await.unwrap(), receipt);
    assert_eq!(staging::receipt(&unlocked, staged.staging_id).await.unwrap(), receipt);
    assert!(office.sandbox.requests().is_empty());

    let done = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((done.state, done.landed, done.folders), (StagedState::Done, 5, staged.folders));
    assert!(staging::items(&unlocked, staged.staging_id, 0, 10).await.unwrap().is_empty());
    staging::discard(&unlocked, staged.staging_id, false).await.unwrap();
    assert!(staging::receipt(&unlocked, staged.staging_id).await.is_err(), "discarded with it");
}

#[tokio::test]
async fn collections_that_are_there_are_used_and_not_made_again() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = managed(&unlocked, &client).await;
    let first = export(&office.folder(), "Acme", 4);
    let first = stage(&unlocked, &first, &client, placement.clone()).await;
    send(&unlocked, first.staging_id).await.unwrap();
    let before = office.sandbox.collections(client.organization_id.0);

    let second = office.folder().join("second.csv");
    std::fs::write(
        &second,
        "url,username,password,totp,extra,name,grouping,fav\n\
         https://a.example,u,p,,,Other,Acme Web,0\n",
    )
    .unwrap();
    let placement = Placement { collections: vec!["Acme Mail".to_owned()], ..placement };
    let second = stage(&unlocked, &second, &client, placement).await;
    let receipt = send(&unlocked, second.staging_id).await.unwrap();
    assert!(receipt.collections.iter().all(|used| !used.created), "{:?}", receipt.collections);
    assert_eq!(office.sandbox.collections(client.organization_id.0), before);
    let items = office.sandbox.opened_items(client.organization_id.0);
    let other = items.iter().find(|item| text(item, "name") == Some("Other")).unwrap();
    assert_eq!(other["collectionIds"].as_array().unwrap().len(), 2, "its folder's and the chosen");
}

#[tokio::test]
async fn a_plan_says_what_would_happen_and_does_none_of_it() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2_100);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    staging::set_skipped(&unlocked, staged.staging_id, &[0, 7], true).await.unwrap();
    office.sandbox.forget_requests();
    let plan = upload::plan(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((plan.items, plan.skipped, plan.chunks), (2_098, 2, 3));
    assert_eq!(plan.new_collections, ["Acme Web", "Acme Mail"]);
    assert_eq!(plan.access.len(), 1);
    assert_eq!(plan.client, client.name);
    assert!(office.sandbox.requests().iter().all(|request| request.method == "GET"));
    let still = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!(still.state, StagedState::Staged, "it can still be changed");
}

#[tokio::test]
async fn a_large_import_goes_in_several_requests_and_its_steps_are_told() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2_100);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let steps = Arc::new(Mutex::new(Vec::new()));
    let listener = steps.clone();
    let clock = Arc::new(QuickClock::default());
    let cancel = upload::Cancel::default();
    let listen = move |step| listener.lock().unwrap().push(step);
    let receipt =
        upload::upload_at(&unlocked, staged.staging_id, cancel, clock, listen).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks), (2_100, 3));
    assert_landed_once(&office.sandbox, &client, "Acme", 2_100);
    assert_eq!(office.seen("POST", "/api/ciphers/import-organization"), 3);

    let told = steps.lock().unwrap();
    let mut order: Vec<_> = told.iter().map(|step| step.stage).collect();
    order.dedup();
    let all = [
        UploadStage::Looking,
        UploadStage::Collections,
        UploadStage::Sending,
        UploadStage::Verifying,
        UploadStage::Finished,
    ];
    assert_eq!(order, all);
    assert!(told.iter().all(|step| step.total == 2_100));
    assert!(told.windows(2).all(|pair| pair[0].landed <= pair[1].landed), "never backwards");
}

#[tokio::test]
async fn without_a_manager_the_collections_travel_with_the_items() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 1_200);
    let placement = Placement { folders_to_collections: true, ..Placement::default() };
    let staged = stage(&unlocked, &file, &client, placement).await;
    // The server wants a manager when its owners and admins do not reach everything.
    let path = "/api/organizations/*/collections";
    office.sandbox.fail("POST", path, wardroom_sandbox::Fault::Status(400), 1);
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks, receipt.collections.len()), (1_200, 2, 2));
    assert!(receipt.collections.iter().all(|made| made.created));
    assert_landed_once(&office.sandbox, &client, "Acme", 1_200);
}

#[tokio::test]
async fn many_collections_without_access_are_made_by_one_request() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = office.folder().join("many.csv");
    let mut csv = "url,username,password,totp,extra,name,grouping,fav\n".to_owned();
    for item in 0..60 {
        writeln!(csv, "https://a.example,u,p,,,Item {item},Room {item},0").unwrap();
    }
    std::fs::write(&file, csv).unwrap();
    let placement = Placement { folders_to_collections: true, ..Placement::default() };
    let staged = stage(&unlocked, &file, &client, placement).await;
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks, receipt.collections.len()), (60, 1, 60));
    let organization = client.organization_id;
    assert_eq!(office.seen("POST", &format!("/api/organizations/{organization}/collections")), 0);
    let there = office.sandbox.collections(organization.0);
    let rooms = there.iter().filter(|c| c.text.as_deref().is_some_and(|n| n.starts_with("Room ")));
    assert_eq!(rooms.count(), 60, "each once");
}

#[tokio::test]
async fn cancelling_stops_between_requests_and_the_next_run_goes_on() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2_100);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let cancel = upload::Cancel::default();
    let switch = cancel.clone();
    let listen = move |step: wardroom_core::model::UploadProgress| {
        if step.landed >= 1_000 {
            switch.cancel();
        }
    };
    let clock = Arc::new(QuickClock::default());
    let stopped = upload::upload_at(&unlocked, staged.staging_id, cancel, clock, listen).await;
    assert!(matches!(stopped, Err(Error::Import(import::Error::Cancelled))), "{stopped:?}");
    assert_eq!(office.sandbox.item_count(client.organization_id.0), 1_000);
    let waiting = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((waiting.state, waiting.landed), (StagedState::Uploading, 1_000));

    let refused = staging::discard(&unlocked, staged.staging_id, false).await.unwrap_err();
    assert_eq!(refused.code(), Code::InputRefused, "a thousand items would be forgotten");
    let change = staging::set_skipped(&unlocked, staged.staging_id, &[1], true).await;
    assert_eq!(change.unwrap_err().code(), Code::InputRefused);

    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks), (2_100, 3), "nothing was sent a second time");
    assert_landed_once(&office.sandbox, &client, "Acme", 2_100);
}

#[tokio::test]
async fn two_uploads_of_the_same_import_do_not_run_at_once() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 50);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    let (first, second) =
        tokio::join!(send(&unlocked, staged.staging_id), send(&unlocked, staged.staging_id));
    let refused = [&first, &second].into_iter().filter(|result| result.is_err()).count();
    assert_eq!(refused, 1, "the other window has it: {first:?} {second:?}");
    assert_landed_once(&office.sandbox, &client, "Acme", 50);
}

#[tokio::test]
async fn nothing_left_to_send_is_refused() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    staging::set_skipped(&unlocked, staged.staging_id, &[0, 1], true).await.unwrap();
    let refused = send(&unlocked, staged.staging_id).await.unwrap_err();
    assert!(matches!(refused, Error::Import(import::Error::Empty)), "{refused:?}");
    assert!(
        office
            .sandbox
            .collections(client.organization_id.0)
            .iter()
            .all(|there| { there.text.as_deref().is_none_or(|name| !name.starts_with("Acme")) })
    );
}
