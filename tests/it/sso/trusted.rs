//! Accounts that open on trusted devices.

use wardroom_core::keys::Secret;
use wardroom_core::model::{SignInStep, TrustWays};
use wardroom_core::session::{SignInError, Unlocked};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::Fault;

use super::{Scene, asked, done};
use crate::office::{Office, files};

/// Lets this machine in by the master password, once.
async fn let_in(scene: &Scene) -> Unlocked {
    let (mut attempt, step) = scene.sign_on("both").await;
    let ways = TrustWays { other_device: true, admin: true, password: true };
    assert_eq!(asked(step), SignInStep::TrustDevice { ways });
    done(attempt.master_password(scene.password("both")).await)
}

#[tokio::test]
async fn a_device_let_in_once_is_trusted_from_then_on_and_unlocks_without_the_server() {
    let scene = Scene::open().await;
    let unlocked = let_in(&scene).await;
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(scene.sandbox.trusted_devices("both@northwind.example").len(), 1);
    unlocked.lock().await.unwrap();

    let (_, step) = scene.sign_on("both").await;
    done(step).lock().await.unwrap();

    scene.sandbox.go_down().await;
    let locked = scene.locked();
    assert!(locked.has_master_password().unwrap() && locked.opens_without_password().unwrap());
    let unlocked = locked.unlock_without_password().await.expect("by the key in the keyring");
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
    unlocked.lock().await.unwrap();
    locked.unlock(scene.password("both")).await.expect("the password still does, too");
}

#[tokio::test]
async fn who_may_let_the_device_in_is_said_and_nobody_is_refused_by_name() {
    let scene = Scene::open().await;
    let email = scene.person("trusted").email;
    for (admin, other_device) in [(true, true), (false, true), (true, false)] {
        scene.sandbox.set_trust_ways(&email, admin, other_device);
        let (_, step) = scene.sign_on("trusted").await;
        let ways = TrustWays { other_device, admin, password: false };
        assert_eq!(asked(step), SignInStep::TrustDevice { ways });
    }
    scene.sandbox.set_trust_ways(&email, false, false);
    let (_, step) = scene.sign_on("trusted").await;
    let error = step.unwrap_err();
    assert_eq!(error.code(), Code::SignInUnsupported);
    assert!(error.to_string().contains("administrator"), "with the way out: {error}");
}

#[tokio::test]
async fn a_device_key_that_is_missing_or_of_an_older_trust_asks_again() {
    let scene = Scene::open().await;
    let_in(&scene).await.lock().await.unwrap();
    let device = std::fs::read_to_string(scene.folder().join("device")).unwrap();
    let user = scene.locked().account().user_id;
    let entry = format!("{user}.{device}.device-key");
    let key = scene.keyring.load_secret(&entry).unwrap().expect("it is in the keyring");

    scene.keyring.delete(&entry).unwrap();
    let error = scene.locked().unlock_without_password().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::DeviceKeyGone)), "{error:?}");
    let (_, step) = scene.sign_on("both").await;
    assert!(matches!(asked(step), SignInStep::TrustDevice { .. }));

    let_in(&scene).await.lock().await.unwrap();
    let newer = scene.keyring.load_secret(&entry).unwrap().unwrap();
    assert_ne!(newer.expose(), key.expose());
    scene.keyring.save_secret(&entry, &key).unwrap();
    let (_, step) = scene.sign_on("both").await;
    assert!(matches!(asked(step), SignInStep::TrustDevice { .. }), "an older key opens nothing");
    scene.keyring.save_secret(&entry, &Secret::new("no key at all")).unwrap();
    assert!(scene.locked().unlock_without_password().await.is_err());
}

#[tokio::test]
async fn the_device_key_is_in_the_keyring_only_and_goes_with_the_sign_out() {
    let scene = Scene::open().await;
    let unlocked = let_in(&scene).await;
    let device = std::fs::read_to_string(scene.folder().join("device")).unwrap();
    let entry = format!("{}.{device}.device-key", unlocked.account().user_id);
    let key = scene.keyring.load_secret(&entry).unwrap().unwrap();
    for path in files(&scene.folder()) {
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(key.expose().len()).any(|part| part == key.expose().as_bytes());
        assert!(!found, "the device key is in {}", path.display());
    }
    unlocked.lock().await.unwrap().sign_out().await.unwrap();
    assert!(scene.keyring.load_secret(&entry).unwrap().is_none());
}

#[tokio::test]
async fn a_device_is_not_trusted_without_a_keyring_or_against_ones_will() {
    let scene = Scene::around(Office::without_keyring().await).await;
    let unlocked = let_in(&scene).await;
    assert!(scene.sandbox.trusted_devices("both@northwind.example").is_empty());
    assert_eq!(unlocked.trust_device().await.unwrap_err().code(), Code::CacheLocked);
    drop(scene);

    let scene = Scene::open().await;
    let (mut attempt, step) = scene.sign_on("both").await;
    assert!(matches!(asked(step), SignInStep::TrustDevice { .. }));
    attempt.trust_this_device(false);
    let unlocked = done(attempt.master_password(scene.password("both")).await);
    assert!(scene.sandbox.trusted_devices("both@northwind.example").is_empty());
    let locked = unlocked.lock().await.unwrap();
    assert!(!locked.opens_without_password().unwrap());
    let error = locked.unlock_without_password().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::SignOnOnly)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_does_not_take_the_trust_leaves_an_open_account_and_no_key() {
    let scene = Scene::open().await;
    scene.sandbox.fail("PUT", "/api/devices/*/keys", Fault::Status(500), 1);
    let unlocked = let_in(&scene).await;
    let device = std::fs::read_to_string(scene.folder().join("device")).unwrap();
    let entry = format!("{}.{device}.device-key", unlocked.account().user_id);
    assert!(
        scene.keyring.load_secret(&entry).unwrap().is_none(),
        "no key that opens nothing stays"
    );
    unlocked.trust_device().await.expect("and it may be tried again later");
    assert!(scene.keyring.load_secret(&entry).unwrap().is_some());
}
