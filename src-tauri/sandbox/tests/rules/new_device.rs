//! A device nobody knows: who needs a mailed code for it, and what makes it known.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;
use wardroom_sandbox::{MailKind, Sandbox, SecondStep};

use super::caller::{OWNER, http, sandbox};
use super::two_step::{SignIn, field, post, two_step_form};

const DEVICE: &str = "11111111-2222-3333-4444-555555555555";
const RESEND: &str = "/api/accounts/resend-new-device-otp";

/// An account that asks, and has been used elsewhere.
async fn careful() -> (Sandbox, SignIn) {
    let sandbox = sandbox().await;
    sandbox.verify_devices(OWNER, true);
    sandbox.use_elsewhere(OWNER);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    (sandbox, sign_in)
}

async fn is_known(sandbox: &Sandbox) -> bool {
    let request = http()
        .get(format!("{}/api/devices/knowndevice", sandbox.url()))
        .header("X-Request-Email", Base64UrlUnpadded::encode_string(OWNER.as_bytes()))
        .header("X-Device-Identifier", DEVICE);
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_right_code_makes_the_device_known() {
    let (sandbox, sign_in) = careful().await;
    assert!(!is_known(&sandbox).await);
    let (status, body) = sign_in.ask(&sandbox, &[]).await;
    assert_eq!((status, &body["error"]), (400, &json!("device_error")));
    assert_eq!(body["error_description"], "New device verification required");
    assert_eq!(body["ErrorModel"]["Message"], "new device verification required");
    let code = sandbox.mailed_code(OWNER).unwrap();
    assert_eq!(code.len(), 8, "two digits more than two-step login");
    let (_, body) = sign_in.ask(&sandbox, &[field("newDeviceOtp", "00000000x")]).await;
    assert_eq!(body["error_description"], "Invalid New Device OTP");
    assert_eq!(body["ErrorModel"]["Message"], "invalid new device otp");
    assert_eq!(sign_in.ask(&sandbox, &[field("newDeviceOtp", &code)]).await.0, 200);
    assert!(is_known(&sandbox).await);
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "known from now on");
    assert_eq!(sandbox.mails().last().unwrap().kind, MailKind::NewDevice);
    sandbox.forget_devices(OWNER);
    assert!(!is_known(&sandbox).await);
}

#[tokio::test]
async fn a_code_can_be_sent_again_lasts_five_minutes_and_nobody_learns_who_exists() {
    let (sandbox, sign_in) = careful().await;
    sign_in.ask(&sandbox, &[]).await;
    let first = sandbox.mailed_code(OWNER).unwrap();
    let again = json!({ "email": OWNER, "masterPasswordHash": sign_in.hash });
    assert_eq!(post(&sandbox, RESEND, &again).await.0, 200);
    assert_eq!(sandbox.mails().len(), 2);
    let second = sandbox.mailed_code(OWNER).unwrap();
    assert_eq!(sign_in.ask(&sandbox, &[field("newDeviceOtp", &first)]).await.0, 400);
    for wrong in [
        json!({ "email": OWNER, "masterPasswordHash": "d3Jvbmc=" }),
        json!({ "email": "nobody@nowhere.example", "masterPasswordHash": "d3Jvbmc=" }),
    ] {
        assert_eq!(post(&sandbox, RESEND, &wrong).await.0, 200);
    }
    assert_eq!(sandbox.mails().len(), 2, "but nothing is sent");
    sandbox.pass_time(Duration::from_secs(301));
    assert_eq!(sign_in.ask(&sandbox, &[field("newDeviceOtp", &second)]).await.0, 400, "too old");
}

#[tokio::test]
async fn who_is_new_has_two_step_login_or_wants_no_code_is_not_asked() {
    let (sandbox, sign_in) = careful().await;
    sandbox.set_new_account(OWNER, true);
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "the account is less than a day old");

    let (sandbox, sign_in) = careful().await;
    sandbox.forget_devices(OWNER);
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "the first device of all");

    let (sandbox, sign_in) = careful().await;
    sandbox.verify_devices(OWNER, false);
    assert_eq!(sign_in.ask(&sandbox, &[]).await.0, 200, "switched off by the person");

    let (sandbox, sign_in) = careful().await;
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    let code = two_step_form(0, &sandbox.authenticator_code(OWNER, 0));
    assert_eq!(sign_in.ask(&sandbox, &code).await.0, 200, "a second step is proof enough");
    assert!(is_known(&sandbox).await);
}
