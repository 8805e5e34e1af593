//! How fast one may try: failures are held back, ten tries a minute.

use std::time::Duration;

use serde_json::json;
use wardroom_sandbox::SecondStep;

use super::caller::{OWNER, VERSION, http, sandbox, sign_in_form};
use super::two_step::{SignIn, field, post, two_step_form};

#[tokio::test]
async fn failures_are_held_back_and_questions_are_not() {
    let sandbox = sandbox().await;
    sandbox.delay_failures(Some(Duration::ZERO));
    sandbox.enrol(OWNER, SecondStep::Authenticator);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    sign_in.ask(&sandbox, &[]).await;
    sign_in.ask(&sandbox, &two_step_form(5, "a remembered token that ran out")).await;
    assert_eq!(sandbox.held_back(), 0, "asking what is needed is no failure");
    sign_in.ask(&sandbox, &two_step_form(0, "000000")).await;
    assert_eq!(sandbox.held_back(), 1);
    let wrong = json!({ "email": OWNER, "masterPasswordHash": "d3Jvbmc=" });
    post(&sandbox, "/api/two-factor/send-email-login", &wrong).await;
    assert_eq!(sandbox.held_back(), 2);
    sign_in.ask(&sandbox, &[field("password", "d3Jvbmc=")]).await;
    assert_eq!(sandbox.held_back(), 3);
    sandbox.delay_failures(None);
    sign_in.ask(&sandbox, &[field("password", "d3Jvbmc=")]).await;
    assert_eq!(sandbox.held_back(), 3);
}

#[tokio::test]
async fn the_eleventh_try_in_a_minute_is_told_how_long_to_wait() {
    let sandbox = sandbox().await;
    sandbox.limit_sign_ins(true);
    let try_once = async || {
        let request = http()
            .post(format!("{}/identity/connect/token", sandbox.url()))
            .header("Bitwarden-Client-Version", VERSION)
            .form(&sign_in_form(OWNER, "d3Jvbmc="));
        request.send().await.unwrap()
    };
    for _ in 0..10 {
        assert_eq!(try_once().await.status(), 400);
    }
    let refused = try_once().await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["message"], "Slow down! Too many requests. Try again in 1m.");
    sandbox.pass_time(Duration::from_secs(61));
    assert_eq!(try_once().await.status(), 400, "a new minute");
}

#[tokio::test]
async fn ten_codes_are_mailed_in_ten_minutes() {
    let sandbox = sandbox().await;
    sandbox.limit_sign_ins(true);
    sandbox.enrol(OWNER, SecondStep::Email);
    let sign_in = SignIn::new(&sandbox, OWNER).await;
    let send = json!({ "email": OWNER, "masterPasswordHash": sign_in.hash });
    let path = "/api/two-factor/send-email-login";
    for _ in 0..10 {
        assert_eq!(post(&sandbox, path, &send).await.0, 200);
    }
    let (status, body) = post(&sandbox, path, &send).await;
    assert_eq!(status, 429);
    assert_eq!(body["message"], "Slow down! Too many requests. Try again in 10m.");
    sandbox.pass_time(Duration::from_secs(601));
    assert_eq!(post(&sandbox, path, &send).await.0, 200);
}
