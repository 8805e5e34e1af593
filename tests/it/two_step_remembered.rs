//! A remembered device: asked once, then not for 30 days, and never kept in clear.

use std::time::Duration;

use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::{SignInStep, TwoStepKind};
use wardroom_core::session::{Step, Unlocked};
use wardroom_sandbox::SecondStep;

use crate::office::{Office, files};
use crate::two_step::{admin, asked, begin, done, office};

/// Signs in with a code and asks to be remembered.
async fn remembered(office: &Office) -> Unlocked {
    let (mut attempt, _) = asked(office).await;
    let otp = Secret::new(office.sandbox.yubi_key_otp(&admin(office)));
    done(attempt.two_step(TwoStepKind::YubiKey, otp, true).await)
}

async fn is_asked(office: &Office) -> bool {
    match begin(office).with_password(office.password()).await.unwrap() {
        Step::Done(_) => false,
        Step::Ask(step) => matches!(step, SignInStep::TwoStep { .. }),
    }
}

fn key() -> SecondStep {
    SecondStep::YubiKey { nfc: false }
}

#[tokio::test]
async fn a_remembered_device_is_not_asked_again_for_thirty_days() {
    let office = office([key()]).await;
    remembered(&office).await.lock().await.unwrap();
    let before = office.sandbox.token_requests();
    assert!(!is_asked(&office).await);
    assert_eq!(office.sandbox.token_requests(), before + 1, "one request, not two");
    office.sandbox.pass_time(Duration::from_hours(30 * 24));
    assert!(is_asked(&office).await, "it ran out");
    let before = office.sandbox.token_requests();
    assert!(is_asked(&office).await);
    assert_eq!(office.sandbox.token_requests(), before + 1, "what was refused is not tried again");
}

#[tokio::test]
async fn only_who_asks_is_remembered_and_only_here() {
    let mut office = office([key()]).await;
    let (mut attempt, _) = asked(&office).await;
    assert!(attempt.can_remember().await);
    let otp = Secret::new(office.sandbox.yubi_key_otp(&admin(&office)));
    done(attempt.two_step(TwoStepKind::YubiKey, otp, false).await);
    assert!(is_asked(&office).await);
    remembered(&office).await.lock().await.unwrap();
    assert!(!is_asked(&office).await);
    let other = office.account("serviceUser");
    office.sandbox.enrol(&other.email, key());
    let settings = (&office.address()).into();
    let mut attempt = office.desk().attempt(&settings, &other.email).unwrap();
    let step = attempt.with_password(Secret::new(other.password)).await.unwrap();
    assert!(matches!(step, Step::Ask(_)), "another person is");
    // Another installation with a keyring of its own would be asked; so is this one without its own.
    office.keyring = Keyring::in_memory();
    assert!(is_asked(&office).await);
}

#[tokio::test]
async fn the_token_is_in_the_keyring_and_nowhere_else() {
    let office = office([key()]).await;
    let unlocked = remembered(&office).await;
    let device = std::fs::read_to_string(office.folder().join("device")).unwrap();
    let name = format!("two-step/{}/{}/{device}", office.sandbox.url(), admin(&office));
    let token =
        office.keyring.load_secret(&name).unwrap().expect("kept under a name that tells whose");
    unlocked.lock().await.unwrap();
    for file in files(&office.folder()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = memchr::memmem::find(&bytes, token.expose().as_bytes());
        assert!(found.is_none(), "{} holds it in clear", file.display());
    }
    office.locked().sign_out().await.unwrap();
    assert!(office.keyring.load_secret(&name).unwrap().is_none(), "signing out forgets it");
    assert!(is_asked(&office).await);
}

#[tokio::test]
async fn without_a_keyring_nothing_is_remembered_and_the_caller_can_know() {
    let mut office = office([key()]).await;
    office.keyring = Keyring::Off;
    assert!(!begin(&office).can_remember().await);
    remembered(&office).await.lock().await.unwrap();
    assert!(is_asked(&office).await);
}

#[tokio::test]
async fn an_account_that_gave_up_two_step_login_opens_all_the_same() {
    let office = office([key()]).await;
    remembered(&office).await.lock().await.unwrap();
    office.sandbox.clear_two_step(&admin(&office));
    assert!(!is_asked(&office).await);
}
