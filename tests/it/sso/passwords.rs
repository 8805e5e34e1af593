//! Single sign-on with a master password behind it.

use wardroom_core::keys::Secret;
use wardroom_core::model::{SignInStep, WebVaultReason};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::Hurdle;

use super::browser::Browser;
use super::{Scene, asked, done};

#[tokio::test]
async fn after_the_browser_the_master_password_opens_the_keys() {
    let scene = Scene::open().await;
    let (mut attempt, step) = scene.sign_on("sso").await;
    let email = scene.person("sso").email;
    assert_eq!(asked(step), SignInStep::Password { email: email.clone() });

    let wrong = attempt.master_password(Secret::new("not the password")).await;
    assert!(matches!(wrong.unwrap_err(), Error::WrongPassword), "and may be tried again");
    let unlocked = done(attempt.master_password(scene.password("sso")).await);
    assert_eq!(unlocked.account().email, email);
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);

    unlocked.lock().await.unwrap();
    let locked = scene.locked();
    assert!(locked.has_master_password().unwrap() && !locked.opens_without_password().unwrap());
    locked.unlock(scene.password("sso")).await.expect("from now on the password unlocks");
}

#[tokio::test]
async fn the_organization_is_found_by_e_mail_and_an_unknown_one_is_said_before_the_browser_opens() {
    let scene = Scene::open().await;
    let found = scene.attempt("sso@northwind.example").find_sso().await.unwrap();
    let found: Vec<_> =
        found.iter().map(|one| (one.identifier.as_str(), one.name.as_str())).collect();
    assert_eq!(found, [("northwind", "Northwind Managed IT")]);
    assert!(scene.attempt("ann@elsewhere.example").find_sso().await.unwrap().is_empty());

    let opened = |_: &str| panic!("there is nothing to open a browser for");
    let error = scene.attempt("").with_sso("nobody's", opened).await.unwrap_err();
    assert_eq!(error.code(), Code::InputRefused, "{error}");
    assert!(error.to_string().contains("identifier"), "{error}");
}

#[tokio::test]
async fn a_policy_for_single_sign_on_sends_a_password_there_and_ends_in_the_same_account() {
    let scene = Scene::open().await;
    let person = scene.person("sso");
    scene.sandbox.put_hurdle(&person.email, Hurdle::SingleSignOn);
    scene.sandbox.sign_in_at_provider(Some(&person.email));
    let mut attempt = scene.attempt(&person.email);
    let step = attempt.with_password(scene.password("sso")).await;
    assert!(matches!(asked(step), SignInStep::SingleSignOn { .. }));
    let step = attempt.with_sso(person.identifier, Browser::opens()).await;
    assert!(matches!(asked(step), SignInStep::Password { .. }));
    done(attempt.master_password(scene.password("sso")).await);
}

#[tokio::test]
async fn an_account_without_any_keys_is_sent_to_the_web_vault() {
    let scene = Scene::open().await;
    let (mut attempt, step) = scene.sign_on("newcomer").await;
    let SignInStep::WebVault { reason, url } = asked(step) else { panic!() };
    assert_eq!((reason, url), (WebVaultReason::FirstSignIn, scene.sandbox.url()));
    let error = attempt.master_password(Secret::new("any")).await.unwrap_err();
    assert_eq!(error.code(), Code::SignedOut, "the sign-in is over: {error}");
    assert!(scene.desk().accounts().unwrap().is_empty(), "nothing is left behind");
}
