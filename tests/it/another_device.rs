//! Login with another device: each way it goes well, and each way it does not.

use std::time::Duration;

use wardroom_core::keys;
use wardroom_core::model::{DeviceRequest, SignInStep};
use wardroom_core::server::{self, SignInRefusal};
use wardroom_core::session::{Attempt, SignInError, Step, Unlocked};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::{Fault, Handover, Hurdle};

use crate::office::Office;
use crate::push::{until, within};

const PAST: Duration = Duration::from_mins(16);

/// An office whose machine the account has been used on; signed out since.
async fn known() -> Office {
    let office = Office::small().await;
    office.sign_in().await.lock().await.unwrap().sign_out().await.unwrap();
    office
}

fn email(office: &Office) -> String {
    office.account("providerAdmin").email
}

fn attempt(office: &Office) -> Attempt {
    office.desk().attempt(&(&office.address()).into(), &email(office)).unwrap()
}

async fn ask(attempt: &mut Attempt) -> DeviceRequest {
    match attempt.ask_device().await.unwrap() {
        Step::Ask(SignInStep::Approval { request }) => request,
        other => panic!("{other:?}"),
    }
}

fn newest(office: &Office) -> wardroom_sandbox::DeviceRequest {
    office.sandbox.device_requests().pop().unwrap()
}

fn done(step: Result<Step, Error>) -> Unlocked {
    match step.unwrap() {
        Step::Done(unlocked) => unlocked,
        other @ Step::Ask(_) => panic!("{other:?}"),
    }
}

fn refused(step: Result<Step, Error>, expected: &SignInError) {
    match step.unwrap_err() {
        Error::SignIn(error) => assert_eq!(&error, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_other_device_approves_and_the_account_opens() {
    for handover in [Handover::UserKey, Handover::MasterKey] {
        let office = known().await;
        let mut attempt = attempt(&office);
        let request = ask(&mut attempt).await;
        let seen = newest(&office);
        let expected = keys::fingerprint(&email(&office), &seen.public_key).unwrap();
        assert_eq!(request.fingerprint, expected, "the other device shows the same words");
        assert!(!request.admin);

        let (step, ()) = tokio::join!(within(attempt.wait_for_approval()), async {
            within(office.sandbox.until_listeners(0, 1)).await;
            assert!(office.sandbox.approve_device(seen.id, handover));
        });
        let unlocked = done(step);
        assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3, "{handover:?}");
        within(office.sandbox.until_listeners(0, 0)).await;

        unlocked.lock().await.unwrap();
        office.sandbox.go_down().await;
        let again = office.locked().unlock(office.password()).await.unwrap();
        assert_eq!(sync::clients(&again).await.unwrap().len(), 3, "the password opens it offline");
    }
}

#[tokio::test]
async fn without_live_updates_looking_now_and_then_finds_the_answer() {
    let office = known().await;
    office.sandbox.refuse_listeners(true);
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    let id = newest(&office).id;
    let path = format!("/api/auth-requests/{id}/response");
    let (step, ()) = tokio::join!(within(attempt.wait_for_approval()), async {
        until(|| office.seen("GET", &path) == 1).await;
        assert!(office.sandbox.approve_device(id, Handover::UserKey));
        // The pause between two looks, without waiting for it.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(5)).await;
        tokio::time::resume();
    });
    done(step);
}

#[tokio::test]
async fn push_and_polling_together_sign_in_once() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    let id = newest(&office).id;
    let before = office.sandbox.token_requests();
    let (step, ()) = tokio::join!(within(attempt.wait_for_approval()), async {
        within(office.sandbox.until_listeners(0, 1)).await;
        tokio::time::pause();
        assert!(office.sandbox.approve_device(id, Handover::UserKey));
        tokio::time::advance(Duration::from_secs(5)).await;
        tokio::time::resume();
    });
    done(step);
    assert_eq!(office.sandbox.token_requests(), before + 1);
}

#[tokio::test]
async fn an_answer_that_came_before_anybody_waited_counts() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    done(within(attempt.wait_for_approval()).await);
}

#[tokio::test]
async fn a_denial_is_told_as_one_and_ends_the_request() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    assert!(office.sandbox.deny_device(newest(&office).id));
    let step = within(attempt.wait_for_approval()).await;
    assert_eq!(step.as_ref().unwrap_err().code(), Code::NotPermitted);
    refused(step, &SignInError::Denied);
    refused(within(attempt.wait_for_approval()).await, &SignInError::NothingAsked);
    ask(&mut attempt).await;
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    done(within(attempt.wait_for_approval()).await);
}

#[tokio::test]
async fn a_request_nobody_answers_expires_and_so_does_an_approval_nobody_used() {
    for approved in [false, true] {
        let office = known().await;
        let mut attempt = attempt(&office);
        ask(&mut attempt).await;
        if approved {
            assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
        }
        office.sandbox.age_device_requests(PAST);
        refused(within(attempt.wait_for_approval()).await, &SignInError::RequestExpired);
        assert!(!office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    }
}

#[tokio::test]
async fn an_approval_that_expires_on_the_last_step_is_not_called_a_wrong_password() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    let id = newest(&office).id;
    assert!(office.sandbox.approve_device(id, Handover::UserKey));
    // Spent already: as if somebody had used it before us.
    office.sandbox.fail("POST", "/identity/connect/token", Fault::AnswerLost, 1);
    let lost = within(attempt.wait_for_approval()).await.unwrap_err();
    assert_eq!(lost.code(), Code::OutcomeUnknown, "{lost:?}");
    refused(within(attempt.wait_for_approval()).await, &SignInError::RequestExpired);
}

#[tokio::test]
async fn an_unknown_device_and_an_unknown_account_are_told_the_same() {
    let office = Office::small().await;
    let nobody = office.desk().attempt(&(&office.address()).into(), "nobody@nowhere.example");
    for mut attempt in [attempt(&office), nobody.unwrap()] {
        let error = attempt.ask_device().await.unwrap_err();
        assert!(
            matches!(&error, Error::Server(server::Error::SignIn(SignInRefusal::UnknownDevice))),
            "{error:?}"
        );
        assert_eq!(error.code(), Code::SignInUnsupported);
    }
    // A server may let unknown devices ask, and still not let them in.
    office.sandbox.only_known_devices(false);
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    let error = within(attempt.wait_for_approval()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Server(server::Error::SignIn(SignInRefusal::UnknownDevice))),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_empty_address_is_refused_before_anything_is_sent() {
    let office = Office::small().await;
    let mut attempt = office.desk().attempt(&(&office.address()).into(), " ").unwrap();
    assert_eq!(attempt.ask_device().await.unwrap_err().code(), Code::InputRefused);
    assert!(office.sandbox.requests().is_empty());
}

#[tokio::test]
async fn two_step_login_is_still_asked_for() {
    let office = known().await;
    office.sandbox.put_hurdle(&email(&office), Hurdle::TwoStep);
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    let step = within(attempt.wait_for_approval()).await.unwrap();
    assert!(matches!(step, Step::Ask(SignInStep::TwoStep { .. })), "{step:?}");
}

#[tokio::test]
async fn the_wait_outlives_a_server_that_goes_away() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    let id = newest(&office).id;
    let (step, ()) = tokio::join!(within(attempt.wait_for_approval()), async {
        within(office.sandbox.until_listeners(0, 1)).await;
        office.sandbox.go_down().await;
        within(office.sandbox.until_listeners(0, 0)).await;
        assert!(office.sandbox.approve_device(id, Handover::UserKey), "meanwhile, unheard");
        office.sandbox.come_up().await.unwrap();
    });
    done(step);
}

#[tokio::test]
async fn trouble_while_looking_is_waited_out() {
    for fault in [Fault::Status(502), Fault::Reset, Fault::CutBody, Fault::SlowDown(1)] {
        let office = known().await;
        let mut attempt = attempt(&office);
        ask(&mut attempt).await;
        let id = newest(&office).id;
        office.sandbox.fail("GET", "/api/auth-requests/*/response", fault, 1);
        let (step, ()) = tokio::join!(within(attempt.wait_for_approval()), async {
            within(office.sandbox.until_listeners(0, 1)).await;
            assert!(office.sandbox.approve_device(id, Handover::UserKey));
        });
        done(step);
    }
}

#[tokio::test]
async fn waiting_can_be_left_and_begun_again() {
    let office = known().await;
    let mut attempt = attempt(&office);
    ask(&mut attempt).await;
    tokio::select! {
        step = attempt.wait_for_approval() => panic!("{step:?}"),
        () = within(office.sandbox.until_listeners(0, 1)) => {}
    }
    within(office.sandbox.until_listeners(0, 0)).await;
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    done(within(attempt.wait_for_approval()).await);
}

#[tokio::test]
async fn asking_again_makes_the_request_before_worthless() {
    let office = known().await;
    let mut attempt = attempt(&office);
    let first = ask(&mut attempt).await;
    let old = newest(&office);
    let second = ask(&mut attempt).await;
    assert_ne!(first.fingerprint, second.fingerprint, "a fresh key pair each time");
    assert!(office.sandbox.approve_device(old.id, Handover::UserKey));
    tokio::select! {
        step = attempt.wait_for_approval() => panic!("{step:?}"),
        () = within(office.sandbox.until_listeners(0, 1)) => {}
    }
    assert!(office.sandbox.approve_device(newest(&office).id, Handover::UserKey));
    done(within(attempt.wait_for_approval()).await);
}

#[tokio::test]
async fn nothing_is_asked_of_an_attempt_that_asked_nobody() {
    let office = known().await;
    // As after a restart of the program: the request lives on the server, its key pair is gone.
    refused(attempt(&office).wait_for_approval().await, &SignInError::NothingAsked);
}

#[tokio::test]
async fn a_signed_in_device_hears_that_another_one_asks() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let hub = server::Hub::start(unlocked.server());
    let mut pushes = hub.pushes();
    assert_eq!(within(pushes.next()).await, Some(server::Push::Missed));
    within(office.sandbox.until_listeners(1, 0)).await;
    ask(&mut attempt(&office)).await;
    let id = newest(&office).id;
    assert_eq!(within(pushes.next()).await, Some(server::Push::AuthRequest { id }));
}
