//! Two-step login: each method to its end, and each way to fail at it in its own words.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wardroom_core::keys::{Kdf, MasterKey, Secret};
use wardroom_core::model::{SignInStep, TwoStepKind, TwoStepMethod};
use wardroom_core::server::{Extras, Link, MailProof, Proof, SignInRefusal, TokenAnswer};
use wardroom_core::session::{Attempt, SignInError, Step, Unlocked};
use wardroom_core::{Code, Error, server, sync};
use wardroom_sandbox::{Handover, Hurdle, SecondStep};

use crate::office::Office;

/// An office whose first admin has these methods.
pub(crate) async fn office(steps: impl IntoIterator<Item = SecondStep>) -> Office {
    let office = Office::small().await;
    for step in steps {
        office.sandbox.enrol(&admin(&office), step);
    }
    office
}

pub(crate) fn admin(office: &Office) -> String {
    office.account("providerAdmin").email
}

pub(crate) fn begin(office: &Office) -> Attempt {
    office.desk().attempt(&(&office.address()).into(), &admin(office)).unwrap()
}

/// The password was right; what is offered.
pub(crate) async fn asked(office: &Office) -> (Attempt, Vec<TwoStepMethod>) {
    let mut attempt = begin(office);
    let step = attempt.with_password(office.password()).await.unwrap();
    let Step::Ask(SignInStep::TwoStep { methods }) = step else { panic!("{step:?}") };
    (attempt, methods)
}

pub(crate) fn done(step: Result<Step, Error>) -> Unlocked {
    match step.unwrap() {
        Step::Done(unlocked) => unlocked,
        Step::Ask(step) => panic!("{step:?}"),
    }
}

/// Answers without being remembered.
async fn answer(attempt: &mut Attempt, kind: TwoStepKind, code: &str) -> Result<Step, Error> {
    attempt.two_step(kind, Secret::new(code), false).await
}

pub(crate) fn is_wrong_code(answer: Result<Step, Error>) -> bool {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), Code::WrongCode, "{error:?}");
    matches!(error, Error::Server(server::Error::SignIn(SignInRefusal::TwoStepCode)))
}

#[tokio::test]
async fn an_authenticator_code_signs_in_and_a_wrong_one_costs_only_a_try() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, methods) = asked(&office).await;
    assert_eq!(methods, [TwoStepMethod::Authenticator]);
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Authenticator, "000000").await));
    let before = office.sandbox.token_requests();
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Authenticator, " ").await));
    assert_eq!(office.sandbox.token_requests(), before, "no code at all is not worth a try");
    let code = office.sandbox.authenticator_code(&admin(&office), 0);
    // As apps show it: in two groups.
    let (left, right) = code.split_at(3);
    let grouped = format!("{left} {right}");
    let unlocked = done(answer(&mut attempt, TwoStepKind::Authenticator, &grouped).await);
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
    assert_eq!(office.seen("POST", "/identity/accounts/prelogin/password"), 1, "hashed once");
    assert!(!attempt.two_step_is_off());
}

#[tokio::test]
async fn after_it_is_open_an_attempt_is_over() {
    let office = office([SecondStep::YubiKey { nfc: true }]).await;
    let (mut attempt, methods) = asked(&office).await;
    assert_eq!(methods, [TwoStepMethod::YubiKey { nfc: true }]);
    let otp = office.sandbox.yubi_key_otp(&admin(&office));
    done(answer(&mut attempt, TwoStepKind::YubiKey, &otp).await);
    let again = answer(&mut attempt, TwoStepKind::YubiKey, &otp).await.unwrap_err();
    assert!(matches!(again, Error::SignIn(SignInError::NothingAsked)), "{again:?}");
    let mut new = begin(&office);
    let early = answer(&mut new, TwoStepKind::YubiKey, &otp).await.unwrap_err();
    assert!(matches!(early, Error::SignIn(SignInError::NothingAsked)), "nothing was asked yet");
    let (mut attempt, _) = asked(&office).await;
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::YubiKey, &otp).await), "used already");
}

#[tokio::test]
async fn a_code_is_mailed_when_asked_for_and_again() {
    let office = office([SecondStep::Email]).await;
    let email = admin(&office);
    let (mut attempt, methods) = asked(&office).await;
    assert_eq!(methods, [TwoStepMethod::Email { address: "ad***@northwind.example".to_owned() }]);
    assert_eq!(office.sandbox.mailed_code(&email), None, "not before it is asked for");
    attempt.send_code().await.unwrap();
    let first = office.sandbox.mailed_code(&email).unwrap();
    office.sandbox.pass_time(Duration::from_mins(6));
    attempt.send_code().await.unwrap();
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Email, &format!("{first}x")).await));
    let second = office.sandbox.mailed_code(&email).unwrap();
    done(answer(&mut attempt, TwoStepKind::Email, &second).await);
}

#[tokio::test]
async fn a_mailed_code_that_is_too_old_is_told_apart_from_a_wrong_one() {
    let office = office([SecondStep::Email]).await;
    let (attempt, _) = asked(&office).await;
    let ahead = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&ahead);
    let mut attempt = attempt.by_clock(move || {
        Timestamp::now() + SignedDuration::from_secs(hand.load(Ordering::Relaxed))
    });
    attempt.send_code().await.unwrap();
    let code = office.sandbox.mailed_code(&admin(&office)).unwrap();
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Email, "1").await));
    ahead.store(301, Ordering::Relaxed);
    office.sandbox.pass_time(Duration::from_secs(301));
    let old = answer(&mut attempt, TwoStepKind::Email, &code).await.unwrap_err();
    assert!(matches!(old, Error::SignIn(SignInError::CodeTooOld)), "{old:?}");
    assert_eq!(old.code(), Code::WrongCode);
    assert!(old.to_string().contains("have a new one sent"));
    attempt.send_code().await.unwrap();
    let code = office.sandbox.mailed_code(&admin(&office)).unwrap();
    done(answer(&mut attempt, TwoStepKind::Email, &code).await);
}

#[tokio::test]
async fn the_recovery_code_opens_and_says_that_two_step_login_is_off() {
    let office = office([SecondStep::Authenticator, SecondStep::Email]).await;
    let (mut attempt, _) = asked(&office).await;
    let code = office.sandbox.two_step_secrets(&admin(&office)).recovery_code;
    assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Recovery, "wrong").await));
    assert!(!attempt.two_step_is_off(), "a wrong one switches nothing off");
    // As it is printed: groups of four, in capitals.
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    let printed = groups.join(" ").to_uppercase();
    let unlocked = done(answer(&mut attempt, TwoStepKind::Recovery, &printed).await);
    assert!(attempt.two_step_is_off());
    unlocked.lock().await.unwrap();
    office.sign_in().await;
}

#[tokio::test]
async fn a_recovery_code_where_single_sign_on_is_wanted_still_says_that_it_is_off() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, _) = asked(&office).await;
    office.sandbox.put_hurdle(&admin(&office), Hurdle::SingleSignOn);
    office.sandbox.enrol(&admin(&office), SecondStep::Authenticator);
    let code = office.sandbox.two_step_secrets(&admin(&office)).recovery_code;
    let error = answer(&mut attempt, TwoStepKind::Recovery, &code).await.unwrap_err();
    assert!(error.to_string().contains("two-step login is switched off now"), "{error}");
    assert!(attempt.two_step_is_off());
}

#[tokio::test]
async fn methods_that_are_not_offered_are_not_tried() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, _) = asked(&office).await;
    let before = office.sandbox.requests().len();
    for kind in [TwoStepKind::Email, TwoStepKind::YubiKey, TwoStepKind::Duo] {
        let error = answer(&mut attempt, kind, "c|s").await.unwrap_err();
        assert!(matches!(error, Error::SignIn(SignInError::NotOffered)), "{kind:?} {error:?}");
    }
    let error = attempt.send_code().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NotOffered)));
    let error = attempt.duo_page().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NotOffered)));
    assert_eq!(office.sandbox.requests().len(), before);
}

#[tokio::test]
async fn too_many_tries_say_how_long_to_wait_and_cost_nothing_that_was_typed() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, _) = asked(&office).await;
    office.sandbox.limit_sign_ins(true);
    for _ in 0..10 {
        assert!(is_wrong_code(answer(&mut attempt, TwoStepKind::Authenticator, "000000").await));
    }
    let error = answer(&mut attempt, TwoStepKind::Authenticator, "000000").await.unwrap_err();
    let Error::Server(server::Error::SlowDown { wait_seconds }) = error else {
        panic!("{error:?}")
    };
    assert!((1..=60).contains(&wait_seconds), "{wait_seconds}");
    assert_eq!(error.code(), Code::SlowDown);
    assert!(error.to_string().contains(&format!("{wait_seconds} seconds")));
    let password = begin(&office).with_password(office.password()).await.unwrap_err();
    assert_eq!(password.code(), Code::SlowDown, "the first question is limited too");
    office.sandbox.pass_time(Duration::from_secs(61));
    let code = office.sandbox.authenticator_code(&admin(&office), 0);
    done(answer(&mut attempt, TwoStepKind::Authenticator, &code).await);
}

#[tokio::test]
async fn too_many_mailed_codes_say_how_long_to_wait() {
    let office = office([SecondStep::Email]).await;
    let (mut attempt, _) = asked(&office).await;
    office.sandbox.limit_sign_ins(true);
    for _ in 0..10 {
        attempt.send_code().await.unwrap();
    }
    let error = attempt.send_code().await.unwrap_err();
    let Error::Server(server::Error::SlowDown { wait_seconds }) = error else {
        panic!("{error:?}")
    };
    assert!((61..=600).contains(&wait_seconds), "{wait_seconds}");
}

#[tokio::test]
async fn a_password_that_changed_meanwhile_is_not_blamed_on_the_code() {
    let office = office([SecondStep::Email]).await;
    let (mut attempt, _) = asked(&office).await;
    let wrong = attempt.with_password(Secret::new("not the password")).await.unwrap_err();
    assert_eq!(wrong.code(), Code::WrongPassword);
    let error = attempt.send_code().await.unwrap_err();
    assert!(error.to_string().contains("mails no code"), "{error}");
    assert_eq!(error.code(), Code::SignInUnsupported);
}

#[tokio::test]
async fn without_a_password_the_question_itself_vouches_for_the_mail() {
    let office = office([SecondStep::Email]).await;
    let endpoints = office.address().endpoints();
    let link = Link::new(endpoints, uuid::Uuid::new_v4(), Arc::default());
    let email = admin(&office);
    let kdf = Kdf::new(0, 600_000, None, None).unwrap();
    let password = office.password();
    let hash = MasterKey::derive(&password, &email, &kdf).unwrap().server_hash(&password);
    let proof = Proof::Password { email: &email, hash: &hash };
    let answer = link.fetch_tokens(&proof, &Extras::default()).await.unwrap();
    let TokenAnswer::TwoStep(demand) = answer else { panic!("{answer:?}") };
    assert_eq!(demand.email.as_deref(), Some(email.as_str()), "told to who did not type it");
    let token = demand.email_token.expect("comes with the question");
    link.send_two_step_code(&email, &MailProof::Token(&token)).await.unwrap();
    assert!(office.sandbox.mailed_code(&email).is_some());
    office.sandbox.pass_time(Duration::from_secs(130));
    let late = link.send_two_step_code(&email, &MailProof::Token(&token)).await.unwrap_err();
    assert!(matches!(late, server::Error::SignIn(SignInRefusal::CodeNotMailed)), "{late:?}");
}

#[tokio::test]
async fn after_another_device_approved_its_request_vouches_for_the_mail() {
    let office = Office::small().await;
    // So that the account knows this device.
    office.sign_in().await.lock().await.unwrap();
    office.sandbox.enrol(&admin(&office), SecondStep::Email);
    let mut attempt = begin(&office);
    attempt.ask_device().await.unwrap();
    let request = office.sandbox.device_requests().pop().unwrap();
    assert!(office.sandbox.approve_device(request.id, Handover::UserKey));
    let step = attempt.wait_for_approval().await.unwrap();
    assert!(matches!(step, Step::Ask(SignInStep::TwoStep { .. })), "{step:?}");
    attempt.send_code().await.unwrap();
    let code = office.sandbox.mailed_code(&admin(&office)).unwrap();
    done(answer(&mut attempt, TwoStepKind::Email, &code).await);
}

#[tokio::test]
async fn without_a_connection_nothing_is_lost() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, _) = asked(&office).await;
    office.sandbox.go_down().await;
    let code = office.sandbox.authenticator_code(&admin(&office), 0);
    let offline = answer(&mut attempt, TwoStepKind::Authenticator, &code).await.unwrap_err();
    assert_eq!(offline.code(), Code::Offline);
    office.sandbox.come_up().await.unwrap();
    done(answer(&mut attempt, TwoStepKind::Authenticator, &code).await);
}

#[tokio::test]
async fn nobody_is_kept_before_the_second_step() {
    let office = office([SecondStep::Authenticator]).await;
    let (mut attempt, _) = asked(&office).await;
    let _ = answer(&mut attempt, TwoStepKind::Authenticator, "000000").await;
    assert!(office.desk().accounts().unwrap().is_empty());
    assert_eq!(format!("{attempt:?}"), "Attempt(..)");
}
