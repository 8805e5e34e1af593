//! Vaultwarden: recognised by what it says of itself, and not taken at its word about seats.

use wardroom_core::keys::Secret;
use wardroom_core::model::{ClientSource, ServerKind};
use wardroom_core::server::SignInRefusal;
use wardroom_core::session::{Session, Unlocked};
use wardroom_core::{Code, Error, server, sync};
use wardroom_sandbox::{Fault, Hurdle};

use crate::office::Office;

async fn office() -> Office {
    let office = Office::small().await;
    office.sandbox.be_vaultwarden();
    office
}

/// The owner of two organizations: there are no providers.
async fn owner(office: &Office) -> Unlocked {
    office.sign_in_as("member").await
}

async fn kind(office: &Office, session: Session) -> ServerKind {
    office.desk().status(&session).await.unwrap().server_kind
}

/// What was said was said long ago.
fn age_the_card(office: &Office) {
    let path = office.account_folder().join("card.json");
    let mut card: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    card["serverSaid"]["askedAt"] = "2020-01-01T00:00:00Z".into();
    std::fs::write(&path, card.to_string()).unwrap();
}

#[tokio::test]
async fn it_is_recognised_and_its_seats_are_unknown() {
    let office = office().await;
    let unlocked = owner(&office).await;
    assert_eq!(kind(&office, Session::Unlocked(unlocked.clone())).await, ServerKind::Vaultwarden);
    let report = sync::refresh(&unlocked).await.unwrap();
    assert_eq!(report.clients, 2);
    for client in sync::clients(&unlocked).await.unwrap() {
        assert_eq!(client.source, ClientSource::Membership);
        assert_eq!((client.assigned, client.remaining), (None, None), "{}", client.name);
        assert!(client.used.is_some(), "people can be counted");
        assert!(client.has_key);
    }
    let locked = unlocked.lock().await.unwrap();
    let session = Session::Locked(locked);
    assert_eq!(kind(&office, session).await, ServerKind::Vaultwarden, "known while locked");
    assert_eq!(kind(&office, Session::SignedOut).await, ServerKind::Bitwarden);
}

#[tokio::test]
async fn seats_of_bitwardens_own_servers_stay_as_told() {
    let office = Office::small().await;
    let unlocked = owner(&office).await;
    sync::refresh(&unlocked).await.unwrap();
    let told = sync::clients(&unlocked).await.unwrap();
    assert!(told.iter().all(|client| client.assigned.is_some()));
    assert_eq!(kind(&office, Session::Unlocked(unlocked)).await, ServerKind::Bitwarden);
}

#[tokio::test]
async fn it_is_asked_once_a_day_and_believed_when_it_changed() {
    let office = Office::small().await;
    let unlocked = owner(&office).await;
    sync::refresh(&unlocked).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(office.seen("GET", "/api/config"), 1, "at sign-in, and not with every refresh");

    office.sandbox.be_vaultwarden();
    age_the_card(&office);
    sync::refresh(&unlocked).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(office.seen("GET", "/api/config"), 2);
    assert!(sync::clients(&unlocked).await.unwrap().iter().all(|client| client.assigned.is_none()));
    unlocked.lock().await.unwrap();
    let password = Secret::new(office.account("member").password);
    let again = office.locked().unlock(password).await.unwrap();
    sync::refresh(&again).await.unwrap();
    assert_eq!(office.seen("GET", "/api/config"), 2, "remembered across a restart");
    assert!(sync::clients(&again).await.unwrap().iter().all(|client| client.assigned.is_none()));
}

#[tokio::test]
async fn a_server_that_does_not_say_is_no_obstacle() {
    let office = office().await;
    office.sandbox.fail("GET", "/api/config", Fault::Status(502), 1);
    let unlocked = owner(&office).await;
    assert_eq!(kind(&office, Session::Unlocked(unlocked.clone())).await, ServerKind::Bitwarden);
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(kind(&office, Session::Unlocked(unlocked)).await, ServerKind::Vaultwarden);
}

#[tokio::test]
async fn its_401_renews_the_token_though_it_names_no_reason() {
    let office = office().await;
    let unlocked = owner(&office).await;
    office.sandbox.expire_access_tokens();
    let before = office.sandbox.token_requests();
    sync::refresh(&unlocked).await.expect("every session would end after two hours otherwise");
    assert_eq!(office.sandbox.token_requests() - before, 1);
    unlocked.lock().await.unwrap();

    office.sandbox.expire_access_tokens();
    let password = Secret::new(office.account("member").password);
    let again = office.locked().unlock(password).await.unwrap();
    sync::refresh(&again).await.expect("after a restart too");
}

#[tokio::test]
async fn its_401_about_rights_neither_ends_the_session_nor_renews_without_end() {
    let office = office().await;
    let unlocked = owner(&office).await;
    let before = office.sandbox.token_requests();
    for _ in 0..3 {
        office.sandbox.fail("GET", "/api/accounts/profile", Fault::Status(401), 2);
        let error = unlocked.server().fetch_profile().await.unwrap_err();
        assert!(matches!(error, server::Error::NotPermitted), "{error:?}");
        office.sandbox.forgive();
    }
    assert_eq!(office.sandbox.token_requests() - before, 1, "a new token settles what it means");
    sync::refresh(&unlocked).await.expect("the session goes on");
}

#[tokio::test]
async fn a_refused_renewal_ends_the_session_in_both_of_its_words() {
    for status in [None, Some(401)] {
        let office = office().await;
        let unlocked = owner(&office).await;
        office.sandbox.expire_access_tokens();
        office.sandbox.revoke_refresh_tokens();
        if let Some(status) = status {
            // Versions before 2026 answered so.
            let fault = Fault::Status(status);
            office.sandbox.fail("POST", "/identity/connect/token", fault, 1);
        }
        let error = sync::refresh(&unlocked).await.unwrap_err();
        assert!(matches!(error, Error::Server(server::Error::SessionEnded)), "{error:?}");
    }
}

#[tokio::test]
async fn its_refusals_are_understood() {
    let office = office().await;
    let member = office.account("member");
    let desk = office.desk();
    let wrong = desk.sign_in(&office.address(), &member.email, Secret::new("wrong")).await;
    assert_eq!(wrong.unwrap_err().code(), Code::WrongPassword);

    let mut attempt = desk.attempt(&(&office.address()).into(), "").unwrap();
    let key = &member.api_key;
    let password = || Secret::new(member.password.as_str());
    let wrong = attempt.with_api_key(&key.client_id, Secret::new("wrong"), password()).await;
    let Err(Error::Server(server::Error::SignIn(refusal))) = wrong else { panic!("{wrong:?}") };
    assert_eq!(refusal, SignInRefusal::ApiKey);
    let secret = Secret::new(key.client_secret.as_str());
    attempt.with_api_key(&key.client_id, secret, password()).await.expect("the right one opens");

    office.sandbox.put_hurdle(&member.email, Hurdle::TwoStep);
    let asked = desk.sign_in(&office.address(), &member.email, password()).await;
    assert_eq!(asked.unwrap_err().code(), Code::MoreNeeded);
}
