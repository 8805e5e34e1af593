//! New-device verification: a mailed code once, and never again for this installation.

use std::time::Duration;

use wardroom_core::keys::Secret;
use wardroom_core::model::SignInStep;
use wardroom_core::server::SignInRefusal;
use wardroom_core::session::{Attempt, SignInError, Step};
use wardroom_core::{Code, Error, server};
use wardroom_sandbox::{MailKind, SecondStep};

use crate::office::Office;
use crate::two_step::{admin, begin, done};

/// An office whose admin has worked elsewhere, and wants new devices verified.
async fn careful() -> Office {
    let office = Office::small().await;
    office.sandbox.verify_devices(&admin(&office), true);
    office.sandbox.use_elsewhere(&admin(&office));
    office
}

async fn asked(office: &Office) -> Attempt {
    let mut attempt = begin(office);
    let step = attempt.with_password(office.password()).await.unwrap();
    let Step::Ask(SignInStep::NewDevice { email }) = step else { panic!("{step:?}") };
    assert_eq!(email, admin(office));
    attempt
}

fn code(office: &Office) -> Secret {
    Secret::new(office.sandbox.mailed_code(&admin(office)).unwrap())
}

#[tokio::test]
async fn the_mailed_code_is_asked_for_once_per_installation() {
    let office = careful().await;
    let mut attempt = asked(&office).await;
    let wrong = attempt.new_device(Secret::new("12345678x")).await.unwrap_err();
    assert!(
        matches!(wrong, Error::Server(server::Error::SignIn(SignInRefusal::NewDeviceCode))),
        "{wrong:?}"
    );
    assert_eq!(wrong.code(), Code::WrongCode);
    let nothing = attempt.new_device(Secret::new("  ")).await.unwrap_err();
    assert_eq!(nothing.code(), Code::WrongCode);
    let spaced = format!(" {} ", code(&office).expose());
    done(attempt.new_device(Secret::new(spaced)).await).lock().await.unwrap();
    let device = std::fs::read_to_string(office.folder().join("device")).unwrap();
    assert!(office.sandbox.knows_device(&admin(&office), &device));
    office.sign_in().await;
}

#[tokio::test]
async fn the_code_is_mailed_again_and_runs_out() {
    let office = careful().await;
    let mut attempt = asked(&office).await;
    let codes = |office: &Office| {
        office.sandbox.mails().iter().filter(|mail| mail.kind == MailKind::NewDeviceCode).count()
    };
    assert_eq!(codes(&office), 1, "the first one comes by itself");
    attempt.resend_new_device().await.unwrap();
    assert_eq!(codes(&office), 2);
    let late = code(&office);
    office.sandbox.pass_time(Duration::from_secs(301));
    assert_eq!(attempt.new_device(late).await.unwrap_err().code(), Code::WrongCode);
    attempt.resend_new_device().await.unwrap();
    done(attempt.new_device(code(&office)).await);
}

#[tokio::test]
async fn who_has_two_step_login_is_not_asked_for_both() {
    let office = careful().await;
    office.sandbox.enrol(&admin(&office), SecondStep::Authenticator);
    let (mut attempt, _) = crate::two_step::asked(&office).await;
    let code = Secret::new(office.sandbox.authenticator_code(&admin(&office), 0));
    let kind = wardroom_core::model::TwoStepKind::Authenticator;
    done(attempt.two_step(kind, code, false).await);
    assert_eq!(office.seen("POST", "/api/accounts/resend-new-device-otp"), 0);
}

#[tokio::test]
async fn nothing_is_mailed_before_a_password_was_shown() {
    let office = careful().await;
    let error = begin(&office).resend_new_device().await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NothingAsked)), "{error:?}");
    let error = begin(&office).new_device(Secret::new("12345678")).await.unwrap_err();
    assert!(matches!(error, Error::SignIn(SignInError::NothingAsked)), "{error:?}");
    assert!(office.sandbox.mails().is_empty());
}
