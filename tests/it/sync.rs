//! The refresh: two requests, one transaction, one renewal however many calls need it.

use std::collections::HashSet;

use wardroom_core::model::{ClientSource, OrganizationId, ProviderRole};
use wardroom_core::{Code, Error, server, sync};
use wardroom_sandbox::{Fault, Options};

use crate::office::Office;

const TOKEN: &str = "/identity/connect/token";
const PROFILE: &str = "/api/accounts/profile";
const CLIENTS: &str = "/api/providers/*/organizations";

#[tokio::test]
async fn two_requests_give_the_whole_list() {
    let office = Office::open().await;
    let unlocked = office.sign_in().await;
    office.sandbox.forget_requests();
    let report = sync::refresh(&unlocked).await.unwrap();
    assert_eq!((report.clients, report.members, report.requests), (40, 0, 2));
    assert_eq!(office.sandbox.requests().len(), 2);
    assert_eq!(report.changed.len(), 40, "all of them are new");

    let clients = sync::clients(&unlocked).await.unwrap();
    assert_eq!(clients.len(), 40);
    let ids: HashSet<OrganizationId> = clients.iter().map(|c| c.organization_id).collect();
    assert_eq!(ids.len(), 40);
    for client in &clients {
        assert_eq!(client.source, ClientSource::Provider);
        assert!(client.has_key, "{} has a whole key chain", client.name);
        assert!(!client.plan.ends_with(" (Monthly)") && !client.plan.is_empty());
        assert!(!client.name.contains("&amp;") && !client.name.contains("&#"), "{}", client.name);
        let left = client.assigned.zip(client.used).map(|(assigned, used)| assigned - used);
        assert_eq!(client.remaining, left);
    }
    let names: Vec<String> = clients.iter().map(|client| client.name.to_lowercase()).collect();
    assert!(names.is_sorted());
    assert!(clients.iter().any(|client| !client.enabled), "one is suspended");
    assert!(clients.iter().any(|client| client.remaining.is_some_and(|left| left < 0)));
    assert!(clients.iter().any(|client| client.name.contains('&')), "entities are decoded");

    let again = sync::refresh(&unlocked).await.unwrap();
    assert!(again.changed.is_empty(), "{:?}", again.changed);
}

#[tokio::test]
async fn each_refresh_leaves_a_dated_snapshot_of_the_seats() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    sync::refresh(&unlocked).await.unwrap();
    for client in sync::clients(&unlocked).await.unwrap() {
        let seats = sync::seats(&unlocked, client.organization_id).await.unwrap();
        assert_eq!(seats.len(), 2);
        assert!(seats[0].taken_at < seats[1].taken_at);
        assert_eq!(seats[1].taken_at, client.synced_at);
        assert_eq!((seats[1].assigned, seats[1].used), (client.assigned, client.used));
        assert_eq!(seats[1].plan, client.plan);
    }
    let nobody = OrganizationId(uuid::Uuid::from_u128(1));
    assert!(matches!(sync::seats(&unlocked, nobody).await, Err(Error::NotFound("client"))));
}

#[tokio::test]
async fn ten_thousand_clients_are_one_list_too() {
    let office = Office::with(Options { clients: 10_000, ..Options::default() }).await;
    let unlocked = office.sign_in().await;
    let report = sync::refresh(&unlocked).await.unwrap();
    assert_eq!((report.clients, report.requests, report.changed.len()), (10_000, 2, 10_000));
    let clients = sync::clients(&unlocked).await.unwrap();
    assert!(clients.iter().all(|client| client.has_key));
    assert!(sync::refresh(&unlocked).await.unwrap().changed.is_empty());
    unlocked.lock().await.unwrap();
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap(), {
        let mut dated = clients;
        let last = unlocked.store().load_last_refresh().await.unwrap().unwrap();
        for client in &mut dated {
            client.synced_at.clone_from(&last);
        }
        dated
    });
}

#[tokio::test]
async fn a_person_without_a_provider_gets_the_organizations_they_run() {
    let office = Office::small().await;
    let unlocked = office.sign_in_as("member").await;
    let report = sync::refresh(&unlocked).await.unwrap();
    let clients = sync::clients(&unlocked).await.unwrap();
    assert_eq!(report.clients, clients.len() as u64);
    assert!(!clients.is_empty() && report.members > 0);
    for client in &clients {
        assert_eq!(client.source, ClientSource::Membership);
        assert_eq!((client.provider_id, client.provider_organization_id), (None, None));
        assert!(client.has_key);
        let members = unlocked.server().fetch_members(client.organization_id).await.unwrap();
        let used = members.iter().filter(|member| (0..=2).contains(&member.status)).count();
        assert_eq!(client.used, i64::try_from(used).ok());
        assert!(used < members.len() || client.assigned == Some(2), "one of them is revoked");
    }
    unlocked.lock().await.unwrap();
    let unlocked = office
        .locked()
        .unlock(wardroom_core::keys::Secret::new(office.account("member").password))
        .await
        .unwrap();
    let first = clients[0].organization_id;
    let keys = unlocked.keys_for(first).await.unwrap();
    keys.sealer(first).expect("the membership's key opens offline too");
}

#[tokio::test]
async fn the_role_at_the_provider_is_known() {
    let office = Office::small().await;
    for (role, expected) in
        [("providerAdmin", ProviderRole::ProviderAdmin), ("serviceUser", ProviderRole::ServiceUser)]
    {
        let unlocked = office.sign_in_as(role).await;
        sync::refresh(&unlocked).await.unwrap();
        let providers = unlocked.store().load_providers().await.unwrap();
        assert_eq!(providers[0].provider.role, expected);
    }
}

#[tokio::test]
async fn a_refresh_that_breaks_off_leaves_the_old_list() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let before = sync::clients(&unlocked).await.unwrap();
    // A question that broke before its answer is asked once more, so a broken one must come twice.
    for (fault, times, expected) in [
        (Fault::Status(500), 1, Code::ServerTrouble),
        (Fault::Status(403), 1, Code::NotPermitted),
        (Fault::SlowDown(7), 1, Code::SlowDown),
        (Fault::CutBody, 2, Code::Offline),
        (Fault::Reset, 2, Code::Offline),
    ] {
        office.sandbox.fail("GET", CLIENTS, fault.clone(), times);
        let error = sync::refresh(&unlocked).await.unwrap_err();
        assert_eq!(error.code(), expected, "{fault:?}: {error:?}");
        assert_eq!(sync::clients(&unlocked).await.unwrap(), before, "after {fault:?}");
    }
    sync::refresh(&unlocked).await.expect("the next one goes through");
}

#[tokio::test]
async fn a_question_lost_once_is_asked_again() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    for fault in [Fault::Reset, Fault::CutBody] {
        office.sandbox.fail("GET", PROFILE, fault, 1);
        let report = sync::refresh(&unlocked).await.unwrap();
        assert_eq!(report.requests, 3);
    }
}

#[tokio::test]
async fn twenty_calls_with_an_expired_token_renew_it_once() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    office.sandbox.expire_access_tokens();
    office.sandbox.forget_requests();
    let calls = (0..20).map(|_| {
        let unlocked = unlocked.clone();
        tokio::spawn(async move { unlocked.server().fetch_profile().await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(office.seen("POST", TOKEN), 1);

    unlocked.lock().await.unwrap();
    office.sandbox.forget_requests();
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(office.seen("POST", TOKEN), 0, "the new token was kept for the next start");
}

#[tokio::test]
async fn an_import_refused_for_its_token_is_sent_again_with_a_new_one() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = sync::clients(&unlocked).await.unwrap()[0].organization_id;
    office.sandbox.fail("POST", "/api/ciphers/import-organization", Fault::TokenExpired, 1);
    office.sandbox.forget_requests();
    let name = unlocked.keys().sealer(client).unwrap().seal("router").unwrap();
    let body = format!(
        r#"{{"collections":[],"collectionRelationships":[],"folders":[],"folderRelationships":[],
        "ciphers":[{{"type":2,"name":"{name}","secureNote":{{"type":0}}}}]}}"#
    );
    unlocked.server().import(client, body.into_bytes()).await.unwrap();
    assert_eq!(office.seen("POST", TOKEN), 1);

    let landed = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&landed);
    let each = move |item: server::LandedItem| seen.lock().unwrap().push(item.fingerprint);
    unlocked.server().fetch_landed(client, each).await.unwrap();
    let ours = server::LandedItem::fingerprint_of(&name);
    let copies = landed.lock().unwrap().iter().filter(|seen| **seen == ours).count();
    assert_eq!(copies, 1, "the server had not looked at the first one");
}

#[tokio::test]
async fn a_401_about_rights_neither_renews_the_token_nor_ends_the_session() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    office.sandbox.fail("GET", CLIENTS, Fault::Status(401), 1);
    office.sandbox.forget_requests();
    let error = sync::refresh(&unlocked).await.unwrap_err();
    assert_eq!(error.code(), Code::NotPermitted);
    assert_eq!(office.seen("POST", TOKEN), 0);
    sync::refresh(&unlocked).await.expect("still signed in");
}

#[tokio::test]
async fn a_session_that_ended_on_the_server_keeps_the_cache() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let before = sync::clients(&unlocked).await.unwrap();
    office.sandbox.expire_access_tokens();
    office.sandbox.revoke_refresh_tokens();
    for _ in 0..2 {
        let error = sync::refresh(&unlocked).await.unwrap_err();
        assert!(matches!(error, Error::Server(server::Error::SessionEnded)), "{error:?}");
    }
    assert_eq!(office.seen("POST", TOKEN), 2, "signing in, and one attempt to renew");
    assert_eq!(sync::clients(&unlocked).await.unwrap(), before);
    unlocked.lock().await.unwrap();
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap(), before, "and it opens without the server");
}

#[tokio::test]
async fn a_write_is_never_sent_twice_on_its_own() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let client = sync::clients(&unlocked).await.unwrap()[0].organization_id;
    let path = format!("/api/organizations/{client}/collections");
    let name = unlocked.keys().sealer(client).unwrap().seal("Migrated").unwrap();
    office.sandbox.fail("POST", &path, Fault::AnswerLost, 1);
    let made = unlocked.server().create_collection(client, &name, &[], &[]).await;
    let error = made.unwrap_err();
    assert!(matches!(error, server::Error::AnswerLost), "{error:?}");
    assert!(error.may_have_landed());
    assert_eq!(office.seen("POST", &path), 1);
    let there = unlocked.server().fetch_collections(client).await.unwrap();
    assert_eq!(there.iter().filter(|found| found.name == name).count(), 1, "it had landed");
}
