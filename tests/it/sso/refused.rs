//! What goes wrong between the browser and the server.

use wardroom_core::Code;
use wardroom_core::model::SignInStep;
use wardroom_sandbox::{Fault, Hurdle};

use super::browser::Browser;
use super::{Scene, asked};

#[tokio::test]
async fn a_refusal_in_the_browser_ends_the_wait_with_its_name() {
    let scene = Scene::open().await;
    scene.sandbox.deny_at_provider(true);
    let mut attempt = scene.attempt("");
    let error = attempt.with_sso("northwind", Browser::opens()).await.unwrap_err();
    assert_eq!(error.code(), Code::NotPermitted);
    assert!(error.to_string().contains("refused in the browser"), "{error}");
    scene.sandbox.deny_at_provider(false);
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let again = attempt.with_sso("northwind", Browser::opens()).await;
    assert!(
        matches!(asked(again), SignInStep::Password { .. }),
        "the same attempt may begin again"
    );
}

#[tokio::test]
async fn a_browser_that_starts_slowly_gets_a_fresh_token_at_the_door() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let address = noted.recv().await.unwrap();
        // Longer than five seconds later: what was given out before is worth nothing.
        scene.sandbox.expire_sso_tokens();
        let authorize = Browser::led(&address).await;
        scene.sandbox.expire_sso_tokens();
        let (status, _, page) = Browser::goes(&authorize).await;
        assert_eq!(status, 401, "an address that is too old is refused by the server: {page}");
        let (status, ..) = Browser::goes(&address).await;
        assert_eq!(status, 200, "and reloading our door helps");
    });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
}

#[tokio::test]
async fn a_server_that_is_gone_when_the_browser_arrives_is_said_there_and_may_come_back() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let address = noted.recv().await.unwrap();
        scene.sandbox.fail("GET", "/identity/sso/prevalidate", Fault::Status(503), 1);
        let (status, _, page) = Browser::goes(&address).await;
        assert_eq!(status, 502);
        assert!(page.contains("Reload"), "{page}");
        assert_eq!(Browser::goes(&address).await.0, 200);
    });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
}

#[tokio::test]
async fn a_code_that_ran_out_on_the_way_is_not_called_a_wrong_password() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let authorize = Browser::led(&noted.recv().await.unwrap()).await;
        let back = Browser::led(&authorize).await;
        scene.sandbox.expire_sso_codes();
        Browser::goes(&back).await;
    });
    let error = step.unwrap_err();
    assert!(error.to_string().contains("no longer good; begin again"), "{error}");
    assert_eq!(error.code(), Code::SignedOut);
}

#[tokio::test]
async fn somebody_elses_code_opens_nothing() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let authorize = Browser::led(&noted.recv().await.unwrap()).await;
        // A code made for another verifier (RFC 7636, appendix B), put into our answer.
        let (before, rest) = authorize.split_once("code_challenge=").unwrap();
        let (_, after) = rest.split_once('&').unwrap();
        let foreign = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let other = format!("{before}code_challenge={foreign}&{after}");
        Browser::goes(&Browser::led(&other).await).await;
    });
    assert!(step.unwrap_err().to_string().contains("no longer good"), "the verifier does not fit");
}

#[tokio::test]
async fn two_step_login_still_applies_and_a_new_device_code_does_not() {
    let scene = Scene::open().await;
    let email = scene.person("sso").email;
    scene.sandbox.put_hurdle(&email, Hurdle::NewDevice);
    let (_, step) = scene.sign_on("sso").await;
    assert!(matches!(asked(step), SignInStep::Password { .. }));
    scene.sandbox.put_hurdle(&email, Hurdle::TwoStep);
    let (_, step) = scene.sign_on("sso").await;
    assert!(matches!(asked(step), SignInStep::TwoStep { .. }));
}
