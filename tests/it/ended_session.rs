//! What is left when the server, or a time-out, ends a session; and what another password or another user key
//! makes of it.

use std::time::Duration;

use wardroom_core::import::staging;
use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::{Client, StagedImport};
use wardroom_core::session::{Moment, Session, Sessions, Unlocked};
use wardroom_core::{Code, Error, server, store, sync};
use wardroom_sandbox::{AccountChange, Fault};

use crate::imports;
use crate::office::Office;

const ITEMS: usize = 6;

/// Signed in, with an import staged for the first client.
async fn with_staged(office: &Office) -> (Unlocked, Client, StagedImport) {
    let unlocked = office.refreshed().await;
    let client = imports::clients(&unlocked).await.remove(0);
    let outside = tempfile::tempdir().unwrap();
    let file = imports::export(outside.path(), "Late", ITEMS);
    let placement = imports::managed(&unlocked, &client).await;
    let staged = imports::stage(&unlocked, &file, &client, placement).await;
    (unlocked, client, staged)
}

async fn sign_in_with(office: &Office, email: &str, password: &str) -> Result<Unlocked, Error> {
    office.desk().sign_in(&office.address(), email, Secret::new(password)).await
}

/// The staged work is there, whole, and can be sent.
async fn assert_goes_on(
    office: &Office,
    unlocked: &Unlocked,
    client: &Client,
    staged: &StagedImport,
) {
    let items = staging::items(unlocked, staged.staging_id, 0, 100).await.unwrap();
    assert_eq!(items.len(), ITEMS);
    imports::send(unlocked, staged.staging_id).await.unwrap();
    imports::assert_landed_once(&office.sandbox, client, "Late", ITEMS);
}

#[tokio::test]
async fn revoked_tokens_end_the_session_and_staged_work_is_there_after_the_next_sign_in() {
    for keyring in [Keyring::in_memory(), Keyring::Off] {
        let mut office = Office::small().await;
        office.keyring = keyring;
        let (unlocked, client, staged) = with_staged(&office).await;
        let user = unlocked.account().user_id;
        let sessions = Sessions::open(office.desk(), Moment::now()).unwrap();
        sessions.enter(unlocked.clone(), Moment::now()).await.unwrap();

        office.sandbox.end_sessions(&office.account("providerAdmin").email, None);
        let error = sync::refresh(&unlocked).await.unwrap_err();
        assert!(matches!(error, Error::Server(server::Error::SessionEnded)), "{error:?}");
        assert_eq!(error.code(), Code::SignedOut);
        sessions.end_session(user).await.unwrap();
        assert!(unlocked.keys().is_wiped());
        assert!(matches!(sessions.visible(), Session::SignedOut));
        assert_eq!(sessions.visible_user(), Some(user), "its address can be filled in");
        let error = office.locked().unlock(office.password()).await.unwrap_err();
        assert!(matches!(error, Error::SignedOut), "{error:?}");
        let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
        let card: serde_json::Value = serde_json::from_str(&card).unwrap();
        assert!(card["wrappedUserKey"].is_null(), "nothing is left to try a password on");

        let again = office.sign_in().await;
        sync::refresh(&again).await.unwrap();
        assert_goes_on(&office, &again, &client, &staged).await;
    }
}

#[tokio::test]
async fn an_ended_session_leaves_no_tokens_in_the_cache() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    unlocked.lock().await.unwrap().end_session().await.unwrap();
    let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let entry = card["databaseKey"]["entry"].as_str().unwrap();
    let key = office.keyring.load(entry).unwrap().unwrap();
    let path = office.account_folder().join("cache.db");
    let cache = store::Store::open(&path, &key).await.unwrap();
    assert!(cache.load_tokens().await.unwrap().is_none());
    assert_eq!(cache.load_clients().await.unwrap().len(), 3, "the rest is there");
    cache.close().await;
    office.locked().end_session().await.expect("ending it twice is fine");
}

#[tokio::test]
async fn another_password_address_or_derivation_keeps_the_cache() {
    let changes = [
        AccountChange { password: Some("a whole new password".to_owned()), ..Default::default() },
        AccountChange { email: Some("mona@northwind.example".to_owned()), ..Default::default() },
        AccountChange { rounds: Some(650_000), ..Default::default() },
    ];
    for keyring in [Keyring::in_memory(), Keyring::Off] {
        for change in &changes {
            let mut office = Office::small().await;
            office.keyring = keyring.clone();
            let admin = office.account("providerAdmin");
            let (unlocked, client, staged) = with_staged(&office).await;
            unlocked.lock().await.unwrap();
            office.sandbox.change_account(&admin.email, change.clone());
            // Without the server the old way still opens, as nobody here can know.
            let old = Secret::new(admin.password.clone());
            office.locked().unlock(old).await.unwrap().lock().await.unwrap();

            let email = change.email.as_ref().unwrap_or(&admin.email);
            let password = change.password.as_ref().unwrap_or(&admin.password);
            let again = sign_in_with(&office, email, password).await.unwrap();
            assert_eq!(&again.account().email, email);
            assert_eq!(office.desk().accounts().unwrap().len(), 1);
            assert_goes_on(&office, &again, &client, &staged).await;
            again.lock().await.unwrap();
            let password = Secret::new(password.clone());
            office.locked().unlock(password).await.expect("the new way opens it from now on");
        }
    }
}

#[tokio::test]
async fn a_replaced_user_key_deletes_nothing_and_says_what_it_closes() {
    let office = Office::small().await;
    let (unlocked, client, staged) = with_staged(&office).await;
    unlocked.lock().await.unwrap();
    let rotated = AccountChange { rotate_key: true, ..Default::default() };
    office.sandbox.change_account(&office.account("providerAdmin").email, rotated);

    let again = office.sign_in().await;
    assert_eq!(sync::refresh(&again).await.unwrap().clients, 3);
    let listed = staging::list(&again).await.unwrap();
    assert_eq!(listed.len(), 1, "the import is listed");
    for error in [
        staging::items(&again, staged.staging_id, 0, 1).await.unwrap_err(),
        imports::send(&again, staged.staging_id).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), Code::InputRefused);
        assert!(error.to_string().contains("replaced"), "{error}");
    }
    staging::discard(&again, staged.staging_id, true).await.unwrap();
    assert_eq!(staging::list(&again).await.unwrap(), []);
    assert_eq!(office.sandbox.item_count(client.organization_id.0), 0);
}

#[tokio::test]
async fn without_a_keyring_a_replaced_user_key_closes_the_cache_and_it_is_left_as_it_is() {
    let office = Office::without_keyring().await;
    let (unlocked, _, _) = with_staged(&office).await;
    unlocked.lock().await.unwrap();
    let admin = office.account("providerAdmin");
    office
        .sandbox
        .change_account(&admin.email, AccountChange { rotate_key: true, ..Default::default() });
    let before = std::fs::read(office.account_folder().join("cache.db")).unwrap();
    let error = sign_in_with(&office, &admin.email, &admin.password).await.unwrap_err();
    assert_eq!(error.code(), Code::CacheLocked);
    assert!(error.failure().hint.unwrap().contains("sign out and in again"));
    assert_eq!(std::fs::read(office.account_folder().join("cache.db")).unwrap(), before);
    let old = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(staging::list(&old).await.unwrap().len(), 1, "the old way still opens it");
    old.lock().await.unwrap().sign_out().await.unwrap();
    sync::refresh(&office.sign_in().await).await.unwrap();
}

#[tokio::test]
async fn no_token_is_judged_by_the_local_clock() {
    // Announced as over a second later, or good for a hundred years: only the server's 401 counts.
    for lifetime in [Duration::from_secs(1), Duration::from_hours(24 * 365 * 100)] {
        let office = Office::small().await;
        office.sandbox.set_access_token_lifetime(lifetime);
        let unlocked = office.sign_in().await;
        let signed_in = office.sandbox.token_requests();
        sync::refresh(&unlocked).await.unwrap();
        office.sandbox.fail("GET", "/api/accounts/profile", Fault::TokenExpired, 1);
        sync::refresh(&unlocked).await.unwrap();
        let renewed = office.sandbox.token_requests() - signed_in;
        assert!(renewed >= 1, "the server said so");
        if lifetime > Duration::from_mins(1) {
            assert_eq!(renewed, 1, "and nothing else did");
        }
    }
}

#[tokio::test]
async fn both_kinds_of_401_are_told_apart() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let before = office.sandbox.token_requests();
    office.sandbox.fail("GET", "/api/accounts/profile", Fault::Status(401), 1);
    let error = sync::refresh(&unlocked).await.unwrap_err();
    assert_eq!(error.code(), Code::NotPermitted, "rights are no reason to sign in again");
    assert_eq!(office.sandbox.token_requests(), before);
    sync::refresh(&unlocked).await.unwrap();
    office.sandbox.fail("GET", "/api/accounts/profile", Fault::TokenExpired, 1);
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(office.sandbox.token_requests(), before + 1, "a token that ran out is renewed");
}
