//! Accounts with trusted devices and no password: somebody else lets the device in.

use wardroom_core::model::SignInStep;
use wardroom_core::session::SignInError;
use wardroom_core::{Error, sync};
use wardroom_sandbox::Handover;

use super::{Scene, asked, done};

#[tokio::test]
async fn an_administrator_or_another_device_lets_this_one_in_and_it_is_trusted_from_then_on() {
    for by_admin in [true, false] {
        let scene = Scene::open().await;
        let (mut attempt, step) = scene.sign_on("trusted").await;
        assert!(matches!(asked(step), SignInStep::TrustDevice { .. }));
        let step = if by_admin { attempt.ask_admin().await } else { attempt.ask_device().await };
        let SignInStep::Approval { request } = asked(step) else { panic!() };
        assert_eq!(request.admin, by_admin);
        assert_eq!(request.fingerprint.split('-').count(), 5, "{}", request.fingerprint);

        let pending = scene.sandbox.device_requests().pop().unwrap();
        assert_eq!(pending.kind, if by_admin { 2 } else { 0 });
        assert!(scene.sandbox.approve_device(pending.id, Handover::UserKey));
        let unlocked = done(attempt.wait_for_approval().await);
        assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
        assert_eq!(scene.sandbox.trusted_devices("trusted@northwind.example").len(), 1);
        unlocked.lock().await.unwrap();

        let locked = scene.locked();
        assert!(!locked.has_master_password().unwrap());
        locked.unlock_without_password().await.unwrap().lock().await.unwrap();
        let (_, step) = scene.sign_on("trusted").await;
        done(step).lock().await.unwrap();
    }
}

#[tokio::test]
async fn a_denial_leaves_the_other_ways_open() {
    let scene = Scene::open().await;
    let (mut attempt, step) = scene.sign_on("both").await;
    assert!(matches!(asked(step), SignInStep::TrustDevice { .. }));
    asked(attempt.ask_admin().await);
    let pending = scene.sandbox.device_requests().pop().unwrap();
    assert!(scene.sandbox.deny_device(pending.id));
    let error = attempt.wait_for_approval().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::Denied)), "{error:?}");
    done(attempt.master_password(scene.password("both")).await);
}

#[tokio::test]
async fn administrators_are_asked_after_single_sign_on_only() {
    let scene = Scene::open().await;
    let mut attempt = scene.attempt("trusted@northwind.example");
    let error = attempt.ask_admin().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NothingAsked)), "{error:?}");
    assert!(scene.sandbox.device_requests().is_empty());
}
