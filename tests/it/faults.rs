//! Every fault on every route of an upload: whatever breaks, each item is on the server once in the end.

use std::sync::Arc;
use std::time::Duration;

use wardroom_core::import::{self, staging};
use wardroom_core::model::{Client, Placement, StagedState, StagingId};
use wardroom_core::session::Unlocked;
use wardroom_core::{Code, Error};
use wardroom_sandbox::Fault;

use crate::imports::{
    QuickClock, assert_landed_once, clients, export, managed, send, send_by, stage, times,
};
use crate::office::Office;

const IMPORT: (&str, &str) = ("POST", "/api/ciphers/import-organization");
const LANDED: (&str, &str) = ("GET", "/api/ciphers/organization-details");
const LIST: (&str, &str) = ("GET", "/api/organizations/*/collections");
const MAKE: (&str, &str) = ("POST", "/api/organizations/*/collections");
const TOKEN: (&str, &str) = ("POST", "/identity/connect/token");

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("delay", Fault::Delay(Duration::from_millis(20))),
        ("slow-down", Fault::SlowDown(7)),
        ("500", Fault::Status(500)),
        ("502", Fault::Status(502)),
        ("503", Fault::Status(503)),
        ("504", Fault::Status(504)),
        ("cut", Fault::CutBody),
        ("reset", Fault::Reset),
        ("lost", Fault::AnswerLost),
        ("expired", Fault::TokenExpired),
    ]
}

/// Uploads once more as long as it fails, as a person would; five times at most. A session that the server
/// has ended is begun anew: an answer with new tokens may be the one that was lost.
async fn send_patiently(office: &Office, unlocked: &mut Unlocked, staging: StagingId) {
    for _ in 0..5 {
        let Err(error) = send(unlocked, staging).await else { return };
        match error.code() {
            Code::Offline | Code::OutcomeUnknown | Code::ServerTrouble | Code::SlowDown => {}
            Code::SignedOut => *unlocked = office.sign_in().await,
            _ => panic!("{error:?} does not tell a person to try again"),
        }
    }
    panic!("five runs were not enough");
}

/// One upload for each fault on `route`, all into one client.
async fn each_fault_on(route: (&str, &str), times: usize) {
    let office = Office::small().await;
    let mut unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = managed(&unlocked, &client).await;
    for (name, fault) in faults() {
        let file = export(&office.folder(), name, 6);
        let staged = stage(&unlocked, &file, &client, placement.clone()).await;
        if route == TOKEN {
            office.sandbox.expire_access_tokens();
        }
        office.sandbox.forget_requests();
        office.sandbox.fail(route.0, route.1, fault, times);
        send_patiently(&office, &mut unlocked, staged.staging_id).await;
        office.sandbox.forgive();
        assert_landed_once(&office.sandbox, &client, name, 6);
    }
}

#[tokio::test]
async fn a_fault_while_items_are_sent() {
    each_fault_on(IMPORT, 1).await;
}

#[tokio::test]
async fn a_fault_that_comes_twice_while_items_are_sent() {
    each_fault_on(IMPORT, 2).await;
}

#[tokio::test]
async fn a_fault_while_collections_are_made() {
    each_fault_on(MAKE, 1).await;
}

#[tokio::test]
async fn a_fault_that_comes_three_times_while_collections_are_made() {
    each_fault_on(MAKE, 3).await;
}

#[tokio::test]
async fn a_fault_while_collections_are_listed() {
    each_fault_on(LIST, 2).await;
}

#[tokio::test]
async fn a_fault_while_looking_at_what_landed() {
    each_fault_on(LANDED, 2).await;
}

#[tokio::test]
async fn a_fault_while_the_token_is_renewed() {
    each_fault_on(TOKEN, 1).await;
}

/// A scene in which the import's answer was lost.
async fn lost(office: &Office, fault: Fault) -> (Unlocked, Client, StagingId) {
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 6);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    office.sandbox.fail(IMPORT.0, IMPORT.1, fault, 1);
    (unlocked, client, staged.staging_id)
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_not_sent_again() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::AnswerLost).await;
    send(&unlocked, staging).await.unwrap();
    assert_eq!(office.seen("POST", IMPORT.1), 1, "it had landed: sending again would double it");
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn what_never_arrived_is_sent_again_only_after_two_pauses() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::Reset).await;
    let clock = Arc::new(QuickClock::default());
    send_by(&unlocked, staging, &clock).await.unwrap();
    assert_eq!(office.seen("POST", IMPORT.1), 2);
    let looks = office.seen("GET", LANDED.1);
    assert!(looks >= 4, "three looks before it is sent again, one for the proof: {looks}");
    assert!(clock.waited() >= Duration::from_secs(7), "the first request may still be at work");
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn a_slow_proxy_gets_more_time() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::Status(504)).await;
    let clock = Arc::new(QuickClock::default());
    send_by(&unlocked, staging, &clock).await.unwrap();
    assert!(clock.waited() >= Duration::from_secs(50), "the server works on behind its proxy");
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn the_server_is_given_the_time_it_asks_for() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::SlowDown(33)).await;
    let clock = Arc::new(QuickClock::default());
    send_by(&unlocked, staging, &clock).await.unwrap();
    assert!(clock.waited() >= Duration::from_secs(33));
    let looks = office.seen("GET", LANDED.1);
    assert_eq!(
        looks, 1,
        "a refused request was not carried out: nothing to look for but the proof"
    );
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn when_looking_fails_too_the_outcome_is_unknown_and_the_next_run_finds_out() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::AnswerLost).await;
    office.sandbox.fail(LANDED.0, LANDED.1, Fault::Reset, 100);
    let unknown = send(&unlocked, staging).await.unwrap_err();
    assert!(matches!(unknown, Error::Import(import::Error::Unknown)), "{unknown:?}");
    let state = staging::get(&unlocked, staging).await.unwrap();
    assert_eq!((state.state, state.landed), (StagedState::Uploading, 0));
    office.sandbox.forgive();
    let receipt = send(&unlocked, staging).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks), (6, 1));
    assert_eq!(office.seen("POST", IMPORT.1), 1);
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn a_server_that_is_down_leaves_everything_as_it_was() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 6);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    office.sandbox.go_down().await;
    let offline = send(&unlocked, staged.staging_id).await.unwrap_err();
    assert_eq!(offline.code(), Code::Offline);
    let state = staging::get(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!(state.state, StagedState::Staged, "nothing was sent: it can still be changed");
    office.sandbox.come_up().await.unwrap();
    send(&unlocked, staged.staging_id).await.unwrap();
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}

#[tokio::test]
async fn the_second_of_three_requests_is_lost_and_nothing_is_doubled() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let file = export(&office.folder(), "Acme", 2_100);
    let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
    // Faults strike in the order they were planned: the first request is let through.
    office.sandbox.fail(IMPORT.0, IMPORT.1, Fault::Delay(Duration::ZERO), 1);
    office.sandbox.fail(IMPORT.0, IMPORT.1, Fault::AnswerLost, 1);
    office.sandbox.fail(IMPORT.0, IMPORT.1, Fault::Reset, 1);
    let receipt = send(&unlocked, staged.staging_id).await.unwrap();
    assert_eq!((receipt.landed, receipt.chunks), (2_100, 3));
    assert_eq!(office.seen("POST", IMPORT.1), 4, "only the third was sent again");
    assert_landed_once(&office.sandbox, &client, "Acme", 2_100);
}

#[tokio::test]
async fn lost_answers_without_a_manager_make_no_collection_twice() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = clients(&unlocked).await.remove(0);
    let placement = Placement { folders_to_collections: true, ..Placement::default() };
    for (name, fault) in [("lost", Fault::AnswerLost), ("reset", Fault::Reset)] {
        let file = export(&office.folder(), name, 6);
        let staged = stage(&unlocked, &file, &client, placement.clone()).await;
        office.sandbox.fail(MAKE.0, MAKE.1, Fault::Status(400), 1);
        office.sandbox.fail(IMPORT.0, IMPORT.1, fault, 1);
        send(&unlocked, staged.staging_id).await.unwrap();
        assert_landed_once(&office.sandbox, &client, name, 6);
    }
}

#[tokio::test]
async fn a_refusal_is_told_and_nothing_is_taken_for_sent() {
    let office = Office::small().await;
    let (unlocked, client, staging) = lost(&office, Fault::Status(400)).await;
    let refused = send(&unlocked, staging).await.unwrap_err();
    assert_eq!(refused.code(), Code::InputRefused);
    assert!(times(&office.sandbox, &client, "Acme", 6).values().all(|times| *times == 0));
    send(&unlocked, staging).await.unwrap();
    assert_landed_once(&office.sandbox, &client, "Acme", 6);
}
