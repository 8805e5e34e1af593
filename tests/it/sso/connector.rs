//! Accounts whose key a key connector keeps.

use wardroom_core::keys::Secret;
use wardroom_core::model::{SignInStep, WebVaultReason};
use wardroom_core::session::SignInError;
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::Fault;

use super::{Scene, asked, done};
use crate::office::Office;

const KEYS: &str = "/key-connector/user-keys";

#[tokio::test]
async fn the_key_connector_opens_the_account_at_sign_in_and_at_unlock() {
    let scene = Scene::open().await;
    let (_, step) = scene.sign_on("connector").await;
    let unlocked = done(step);
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
    unlocked.lock().await.unwrap();

    let locked = scene.locked();
    assert!(!locked.has_master_password().unwrap() && locked.opens_without_password().unwrap());
    let error = locked.unlock(Secret::new("any password")).await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NoMasterPassword)), "{error:?}");
    let unlocked = locked.unlock_without_password().await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
    unlocked.lock().await.unwrap();

    scene.sandbox.expire_access_tokens();
    locked.unlock_without_password().await.expect("a token that has run out is renewed for it");
}

#[tokio::test]
async fn a_key_connector_that_is_down_is_named_and_nothing_is_lost() {
    let scene = Scene::open().await;
    for fault in [Fault::Status(503), Fault::Status(500), Fault::Reset] {
        scene.sandbox.fail("GET", KEYS, fault, 2);
        let (_, step) = scene.sign_on("connector").await;
        let error = step.unwrap_err();
        assert_eq!(error.code(), Code::Offline, "{error:?}");
        assert!(error.to_string().contains("key connector"), "{error}");
        scene.sandbox.forgive();
    }
    let (_, step) = scene.sign_on("connector").await;
    done(step).lock().await.unwrap();

    scene.sandbox.fail("GET", KEYS, Fault::Status(502), 2);
    let error = scene.locked().unlock_without_password().await.unwrap_err();
    assert_eq!(error.code(), Code::Offline, "{error:?}");
    scene.sandbox.forgive();
    scene.locked().unlock_without_password().await.unwrap();
    scene.sandbox.go_down().await;
    let error = scene.locked().unlock_without_password().await.unwrap_err();
    assert_eq!(error.code(), Code::Offline, "without a connection it stays closed: {error:?}");
}

#[tokio::test]
async fn an_account_the_connector_does_not_know_yet_is_sent_to_the_web_vault() {
    let scene = Scene::open().await;
    scene.sandbox.fail("GET", KEYS, Fault::Status(404), 1);
    let (_, step) = scene.sign_on("connector").await;
    let SignInStep::WebVault { reason, .. } = asked(step) else { panic!() };
    assert_eq!(reason, WebVaultReason::KeyConnector);
}

#[tokio::test]
async fn without_a_keyring_only_signing_in_again_opens_it() {
    let scene = Scene::around(Office::without_keyring().await).await;
    let (_, step) = scene.sign_on("connector").await;
    let unlocked = done(step);
    sync::refresh(&unlocked).await.unwrap();
    unlocked.lock().await.unwrap();
    let error = scene.locked().unlock_without_password().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::SignOnOnly)), "{error:?}");
    let (_, step) = scene.sign_on("connector").await;
    assert_eq!(sync::clients(&done(step)).await.unwrap().len(), 3, "and finds its cache again");
}
