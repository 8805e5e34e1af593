//! Security keys: one that fits opens the account; every other case is told in its own words.
//!
//! The key is software, and plugged in where USB would be: PIN protocol, allowed credentials, touch and
//! cancelling run through the same code as with a real one, and the sandbox verifies what was signed.

mod wire;

use std::sync::{Arc, Mutex};

use wardroom_core::keys::Secret;
use wardroom_core::model::{KeyEvent, ServerSettings, SignInStep, TwoStepMethod};
use wardroom_core::session::security_key::{KeyError, NoKeys, SecurityKeys};
use wardroom_core::session::{Attempt, SignInError, Step};
use wardroom_core::{Code, Error};
use wardroom_sandbox::{SecondStep, SoftKey};

use crate::office::Office;
use wire::{nothing, plugged_in};

/// An office whose admin has this key, registered for the vault's own host.
async fn office(key: &SoftKey) -> Office {
    let office = Office::small().await;
    enrol(&office, key, "127.0.0.1");
    office
}

fn enrol(office: &Office, key: &SoftKey, site: &str) {
    let email = office.account("providerAdmin").email;
    office.sandbox.enrol(&email, SecondStep::SecurityKey(key.register(site)));
}

/// The password was right; a key is asked for.
async fn asked(office: &Office) -> Attempt {
    let email = office.account("providerAdmin").email;
    let settings = ServerSettings::from(&office.address());
    let mut attempt = office.desk().attempt(&settings, &email).unwrap();
    let step = attempt.with_password(office.password()).await.unwrap();
    let Step::Ask(SignInStep::TwoStep { methods }) = step else { panic!("{step:?}") };
    assert_eq!(methods, [TwoStepMethod::SecurityKey]);
    attempt
}

fn held(key: SoftKey) -> SoftKey {
    key.hold(true);
    key
}

async fn show(
    attempt: &mut Attempt,
    keys: &dyn SecurityKeys,
    pin: Option<&str>,
) -> Result<Step, Error> {
    attempt.security_key(keys, pin.map(Secret::new), false, |_| {}).await
}

fn why(result: Result<Step, Error>) -> KeyError {
    match result {
        Err(Error::SignIn(SignInError::SecurityKey(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_touched_key_opens_the_account_and_the_person_is_told_what_to_do() {
    let key = SoftKey::default();
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (listening, finger) = (Arc::clone(&heard), key.clone());
    let step = attempt
        .security_key(&plugged_in(&key, false), None, false, move |event| {
            listening.lock().unwrap().push(event);
            if event == KeyEvent::Touch {
                finger.touch();
            }
        })
        .await
        .unwrap();
    assert!(matches!(step, Step::Done(_)), "{step:?}");
    assert_eq!(*heard.lock().unwrap(), [KeyEvent::Insert, KeyEvent::Touch]);
}

#[tokio::test]
async fn one_of_several_keys_is_enough_and_its_counter_may_run_on() {
    let (first, second) = (held(SoftKey::default()), held(SoftKey::default()));
    let office = office(&first).await;
    enrol(&office, &second, "127.0.0.1");
    for key in [&second, &first, &second] {
        let mut attempt = asked(&office).await;
        let step = show(&mut attempt, &plugged_in(key, false), None).await.unwrap();
        assert!(matches!(step, Step::Done(_)));
    }
    assert!(second.counter() > first.counter());
}

#[tokio::test]
async fn keys_of_the_time_before_webauthn_open_it_too() {
    let key = held(SoftKey::default());
    let office = Office::small().await;
    enrol(&office, &key, &format!("{}/app-id.json", office.sandbox.url()));
    let newer = held(SoftKey::default());
    enrol(&office, &newer, "127.0.0.1");
    // Registered by WebAuthn, but the key speaks the old language only.
    let mut attempt = asked(&office).await;
    let step = show(&mut attempt, &plugged_in(&newer, true), None).await.unwrap();
    assert!(matches!(step, Step::Done(_)));
    // Registered in the old way: the signature is over the old name, which the key is asked for as well.
    let mut attempt = asked(&office).await;
    let signed = show(&mut attempt, &plugged_in(&key, true), None).await;
    assert!(!matches!(signed, Err(Error::SignIn(SignInError::SecurityKey(_)))), "{signed:?}");
    assert!(key.counter() > 0, "the key signed for the old name");
}

#[tokio::test]
async fn a_key_that_wants_its_pin_gets_it_once_and_only_after_asking() {
    let key = held(SoftKey::with_pin("2468", true));
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    let keys = plugged_in(&key, false);
    let error = show(&mut attempt, &keys, None).await.unwrap_err();
    assert_eq!(error.code(), Code::MoreNeeded);
    assert_eq!(why(Err(error)), KeyError::PinNeeded);
    let step = show(&mut attempt, &keys, Some("2468")).await.unwrap();
    assert!(matches!(step, Step::Done(_)), "the same sign-in goes on");
    assert_eq!(key.pin_tries(), 8);
}

#[tokio::test]
async fn a_pin_is_not_shown_to_a_key_that_does_not_ask_for_it() {
    let key = held(SoftKey::with_pin("2468", false));
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    let step = show(&mut attempt, &plugged_in(&key, false), Some("1111")).await.unwrap();
    assert!(matches!(step, Step::Done(_)), "the server discourages it, so the key never asks");
    assert_eq!(key.pin_tries(), 8, "the wrong PIN was not tried");
}

#[tokio::test]
async fn wrong_pins_are_counted_down_then_paused_then_blocked() {
    let key = held(SoftKey::with_pin("2468", true));
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    let keys = plugged_in(&key, false);
    for left in [7, 6] {
        let told = why(show(&mut attempt, &keys, Some("1111")).await);
        assert_eq!(told, KeyError::WrongPin { tries_left: Some(left) });
    }
    assert_eq!(why(show(&mut attempt, &keys, Some("1111")).await), KeyError::PinPaused);
    assert_eq!(why(show(&mut attempt, &keys, Some("2468")).await), KeyError::PinPaused);
    for _ in 0..3 {
        key.replug();
        let _ = show(&mut attempt, &keys, Some("1111")).await;
        let _ = show(&mut attempt, &keys, Some("1111")).await;
    }
    key.replug();
    let error = show(&mut attempt, &keys, Some("2468")).await.unwrap_err();
    assert_eq!(error.code(), Code::SignInUnsupported, "another key or method is the way out");
    assert_eq!(why(Err(error)), KeyError::PinBlocked);
}

#[tokio::test]
async fn another_persons_key_is_told_from_no_key() {
    let (own, other) = (held(SoftKey::default()), held(SoftKey::default()));
    let office = office(&own).await;
    other.register("127.0.0.1");
    let mut attempt = asked(&office).await;
    assert_eq!(why(show(&mut attempt, &plugged_in(&other, false), None).await), KeyError::WrongKey);
    let step = show(&mut attempt, &plugged_in(&own, false), None).await.unwrap();
    assert!(matches!(step, Step::Done(_)), "the right one may follow");
}

#[tokio::test]
async fn giving_up_lets_the_key_go() {
    let key = SoftKey::default();
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    let keys = plugged_in(&key, false);
    let (blinks, blinking) = tokio::sync::oneshot::channel();
    let mut blinks = Some(blinks);
    let on = move |event| {
        if event == KeyEvent::Touch {
            blinks.take().map(|blinks| blinks.send(()));
        }
    };
    tokio::select! {
        step = attempt.security_key(&keys, None, false, on) => panic!("{step:?}"),
        _ = blinking => {}
    }
    let before = key.counter();
    key.hold(true);
    let step = show(&mut attempt, &keys, None).await.unwrap();
    assert!(matches!(step, Step::Done(_)), "the attempt can be answered again");
    assert!(key.counter() > before);
}

#[tokio::test]
async fn a_signature_the_server_refuses_gets_a_new_challenge_the_next_time() {
    let key = held(SoftKey::default());
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    // Somebody else signs in meanwhile: what our key signs is about an old challenge.
    let _other = asked(&office).await;
    let keys = plugged_in(&key, false);
    let error = show(&mut attempt, &keys, None).await.unwrap_err();
    assert_eq!(error.code(), Code::WrongCode, "{error:?}");
    let step = show(&mut attempt, &keys, None).await.unwrap();
    assert!(matches!(step, Step::Done(_)));
}

#[tokio::test]
async fn no_key_is_asked_to_sign_for_another_site() {
    let key = held(SoftKey::default());
    let office = office(&key).await;
    key.register("vault.bitwarden.com");
    office.sandbox.set_vault_address("https://vault.bitwarden.com");
    let mut attempt = asked(&office).await;
    let error = show(&mut attempt, &plugged_in(&key, false), None).await.unwrap_err();
    assert_eq!(error.code(), Code::SignInUnsupported);
    assert_eq!(why(Err(error)), KeyError::OtherSite);
    assert_eq!(key.counter(), 0, "it did not even look");
}

#[tokio::test]
async fn a_machine_without_keys_says_so() {
    let key = SoftKey::default();
    let office = office(&key).await;
    let mut attempt = asked(&office).await;
    assert_eq!(why(show(&mut attempt, &NoKeys, None).await), KeyError::Unsupported);
    // Once a key is asked for, the clock runs ahead whenever nothing happens. Not before: what the library's own
    // thread does would else be late.
    let nothing = nothing();
    // The library's thread and a clock that jumps may end the wait in the same moment; then it is tried again.
    let mut said = KeyError::Failed;
    for _ in 0..10 {
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut tell = Some(tell);
        let wait = attempt.security_key(&nothing, None, false, move |event| {
            if event == KeyEvent::Insert {
                tell.take().map(|tell| tell.send(()));
            }
        });
        let (result, ()) = tokio::join!(wait, async {
            told.await.unwrap();
            tokio::time::pause();
        });
        tokio::time::resume();
        said = why(result);
        if said != KeyError::Failed {
            break;
        }
    }
    assert_eq!(said, KeyError::NoKey);
    let untouched = plugged_in(&key, false);
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let wait = attempt.security_key(&untouched, None, false, move |event| {
        if event == KeyEvent::Touch {
            tell.take().map(|tell| tell.send(()));
        }
    });
    let (result, ()) = tokio::join!(wait, async {
        told.await.unwrap();
        tokio::time::pause();
    });
    assert_eq!(why(result), KeyError::TimedOut);
}
