//! Signing in with the personal API key, and a session that renews itself with it.

use wardroom_core::keys::Secret;
use wardroom_core::model::SignInStep;
use wardroom_core::server::SignInRefusal;
use wardroom_core::session::{Step, Unlocked};
use wardroom_core::{Code, Error, server, sync};
use wardroom_sandbox::{ApiKey, DemoAccount, Hurdle};

use crate::office::{Office, files};

async fn ask(office: &Office, key: &ApiKey, password: &str) -> Result<Step, Error> {
    let mut attempt = office.desk().attempt(&(&office.address()).into(), "").unwrap();
    let secret = Secret::new(key.client_secret.as_str());
    attempt.with_api_key(&key.client_id, secret, Secret::new(password)).await
}

async fn sign_in(office: &Office, account: &DemoAccount) -> Unlocked {
    match ask(office, &account.api_key, &account.password).await.unwrap() {
        Step::Done(unlocked) => unlocked,
        Step::Ask(step) => panic!("{step:?}"),
    }
}

fn refusal(error: &Error) -> Option<&SignInRefusal> {
    match error {
        Error::Server(server::Error::SignIn(refusal)) => Some(refusal),
        _ => None,
    }
}

#[tokio::test]
async fn a_key_and_the_password_open_the_account_without_a_second_step() {
    let office = Office::small().await;
    for role in ["providerAdmin", "serviceUser"] {
        let account = office.account(role);
        for hurdle in [Hurdle::TwoStep, Hurdle::NewDevice] {
            office.sandbox.put_hurdle(&account.email, hurdle);
            let unlocked = sign_in(&office, &account).await;
            assert_eq!(unlocked.account().email, account.email, "told by the server, not typed");
            assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3, "{role}");
        }
    }
    assert_eq!(office.desk().accounts().unwrap().len(), 2);
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_password_are_told_apart_and_leave_nothing() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    let other = office.account("serviceUser").api_key.client_secret;
    let wrong = ApiKey { client_secret: other, ..admin.api_key.clone() };
    let error = ask(&office, &wrong, &admin.password).await.unwrap_err();
    assert_eq!(refusal(&error), Some(&SignInRefusal::ApiKey));
    assert_eq!(error.code(), Code::SignInUnsupported);

    for password in ["not the password", ""] {
        let error = ask(&office, &admin.api_key, password).await.unwrap_err();
        assert!(matches!(error, Error::WrongPassword), "{error:?}");
    }
    let organization = ApiKey {
        client_id: admin.api_key.client_id.replace("user.", "organization."),
        ..admin.api_key.clone()
    };
    let error = ask(&office, &organization, &admin.password).await.unwrap_err();
    assert_eq!(error.code(), Code::InputRefused, "an organization's key opens other doors");
    assert!(office.desk().accounts().unwrap().is_empty());
}

#[tokio::test]
async fn the_same_attempt_takes_the_right_password_after_a_wrong_one() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    let mut attempt = office.desk().attempt(&(&office.address()).into(), "").unwrap();
    let secret = || Secret::new(format!(" {}\n", admin.api_key.client_secret));
    let id = &admin.api_key.client_id;
    let wrong = attempt.with_api_key(id, secret(), Secret::new("wrong")).await;
    assert!(matches!(wrong, Err(Error::WrongPassword)));
    let right = attempt.with_api_key(id, secret(), Secret::new(admin.password)).await.unwrap();
    assert!(matches!(right, Step::Done(_)), "pasted with blanks around it");
}

#[tokio::test]
async fn when_the_hour_is_over_the_key_is_shown_again_once_for_all_calls() {
    let office = Office::small().await;
    let unlocked = sign_in(&office, &office.account("providerAdmin")).await;
    let before = office.sandbox.token_requests();
    office.sandbox.expire_access_tokens();
    let (one, two, three) = tokio::join!(
        sync::refresh(&unlocked),
        unlocked.server().fetch_profile(),
        unlocked.server().fetch_profile(),
    );
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(office.sandbox.token_requests() - before, 1, "in single flight, as a refresh is");
}

#[tokio::test]
async fn the_session_goes_on_after_a_restart() {
    for office in [Office::small().await, Office::without_keyring().await] {
        let admin = office.account("providerAdmin");
        sign_in(&office, &admin).await.lock().await.unwrap();
        office.sandbox.expire_access_tokens();
        for _ in 0..2 {
            let again = office.locked().unlock(office.password()).await.unwrap();
            sync::refresh(&again).await.expect("the cache kept the key");
            office.sandbox.expire_access_tokens();
            again.lock().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_rotated_key_ends_the_session_and_signing_in_again_mends_it() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    let unlocked = sign_in(&office, &admin).await;
    sync::refresh(&unlocked).await.unwrap();
    office.sandbox.rotate_api_key(&admin.email);
    sync::refresh(&unlocked).await.expect("the hour is not over yet");
    office.sandbox.expire_access_tokens();
    let error = sync::refresh(&unlocked).await.unwrap_err();
    assert!(matches!(error, Error::Server(server::Error::SessionEnded)), "{error:?}");
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3, "what was read stays readable");
    let asked = office.sandbox.token_requests();
    assert!(sync::refresh(&unlocked).await.is_err());
    assert_eq!(office.sandbox.token_requests(), asked, "a key that is over is not shown again");

    let again = sign_in(&office, &office.account("providerAdmin")).await;
    sync::refresh(&again).await.unwrap();
    assert_eq!(office.desk().accounts().unwrap().len(), 1);
}

#[tokio::test]
async fn signing_in_with_the_password_forgets_the_key() {
    let office = Office::small().await;
    sign_in(&office, &office.account("providerAdmin")).await.lock().await.unwrap();
    let unlocked = office.sign_in().await;
    assert!(unlocked.store().load_api_key().await.unwrap().is_none());
    office.sandbox.expire_access_tokens();
    sync::refresh(&unlocked).await.expect("with a refresh token again");
}

#[tokio::test]
async fn the_key_is_nowhere_on_disk_in_clear() {
    for office in [Office::small().await, Office::without_keyring().await] {
        let admin = office.account("providerAdmin");
        let unlocked = sign_in(&office, &admin).await;
        sync::refresh(&unlocked).await.unwrap();
        let secret = admin.api_key.client_secret.as_bytes();
        for path in files(&office.folder()) {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "the key is in {}", path.display());
        }
        let (_, kept) = unlocked.store().load_api_key().await.unwrap().unwrap();
        assert_eq!(kept.expose().as_bytes(), secret, "but the sealed cache has it");
    }
}

#[tokio::test]
async fn a_key_connector_account_is_sent_to_single_sign_on() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    office.sandbox.connect_keys(&admin.email);
    let step = ask(&office, &admin.api_key, &admin.password).await.unwrap();
    let Step::Ask(SignInStep::SingleSignOn { identifier: None }) = step else { panic!("{step:?}") };
    assert!(office.desk().accounts().unwrap().is_empty());
}

#[tokio::test]
async fn a_recovered_account_sees_the_web_vault_first_with_a_key_too() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    office.sandbox.recover_account(&admin.email);
    let step = ask(&office, &admin.api_key, &admin.password).await.unwrap();
    assert!(matches!(step, Step::Ask(SignInStep::WebVault { .. })), "{step:?}");
    assert!(office.desk().accounts().unwrap().is_empty());
}
