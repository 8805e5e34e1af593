//! Signing in: what it takes, what it remembers, and what it must never write down.

use wardroom_core::keys::{Keyring, MasterKey, Secret};
use wardroom_core::model::{KeyringState, SessionState};
use wardroom_core::session::{Desk, Session};
use wardroom_core::{Code, Error, server, store, sync};

use crate::office::{Office, files};
use wardroom_sandbox::Hurdle;

#[tokio::test]
async fn both_kinds_of_key_derivation_sign_in() {
    let office = Office::small().await;
    // The admin has PBKDF2, the service user Argon2id.
    for role in ["providerAdmin", "serviceUser"] {
        let unlocked = office.sign_in_as(role).await;
        assert_eq!(unlocked.account().email, office.account(role).email);
        let clients = sync::refresh(&unlocked).await.unwrap().clients;
        assert_eq!(clients, 3, "{role} sees the company's clients");
    }
    assert_eq!(office.desk().accounts().unwrap().len(), 2);
}

#[tokio::test]
async fn the_address_is_taken_as_people_type_it() {
    let office = Office::small().await;
    let email = format!(" {} ", office.account("providerAdmin").email.to_uppercase());
    let unlocked =
        office.desk().sign_in(&office.address(), &email, office.password()).await.unwrap();
    assert_eq!(unlocked.account().email, office.account("providerAdmin").email);
    assert!(office.desk().locked(Some(&email)).unwrap().is_some());
}

#[tokio::test]
async fn a_wrong_password_leaves_nothing_behind() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    let wrong = Secret::new("not the password");
    let error = office.desk().sign_in(&office.address(), &email, wrong).await.unwrap_err();
    assert!(
        matches!(error, Error::Server(server::Error::SignIn(server::SignInRefusal::Credentials))),
        "{error:?}"
    );
    assert_eq!(error.code(), Code::WrongPassword);
    assert!(office.desk().accounts().unwrap().is_empty());
    let empty = office.desk().sign_in(&office.address(), &email, Secret::new("")).await;
    assert!(matches!(empty.unwrap_err(), Error::WrongPassword));
}

#[tokio::test]
async fn a_way_that_cannot_ask_says_what_was_asked() {
    let office = Office::small().await;
    let email = office.account("providerAdmin").email;
    for (hurdle, named) in [
        (Hurdle::TwoStep, "two-step login"),
        (Hurdle::NewDevice, "new-device code"),
        (Hurdle::SingleSignOn, "single sign-on"),
    ] {
        office.sandbox.put_hurdle(&email, hurdle);
        let signed_in = office.desk().sign_in(&office.address(), &email, office.password()).await;
        let error = signed_in.unwrap_err();
        assert_eq!(error.code(), Code::MoreNeeded, "{error:?}");
        assert!(error.to_string().contains(named), "{error}");
    }
    assert!(office.desk().accounts().unwrap().is_empty());
}

#[tokio::test]
async fn nobody_at_the_address_is_told_as_offline() {
    let office = Office::small().await;
    office.sandbox.go_down().await;
    let email = office.account("providerAdmin").email;
    let error = office.desk().sign_in(&office.address(), &email, office.password()).await;
    assert_eq!(error.unwrap_err().code(), Code::Offline);
}

#[tokio::test]
async fn the_status_tells_who_works_here_and_in_which_state() {
    let office = Office::small().await;
    let desk = office.desk();
    let nobody = desk.status(&Session::SignedOut).await.unwrap();
    assert_eq!((nobody.state, nobody.account), (SessionState::SignedOut, None));

    let unlocked = office.refreshed().await;
    let status = desk.status(&Session::Unlocked(unlocked.clone())).await.unwrap();
    assert_eq!((status.state, status.online), (SessionState::Unlocked, true));
    assert_eq!(status.keyring, KeyringState::Os);
    assert_eq!(status.providers.len(), 1);
    assert!(status.last_sync.is_some());
    let label = office.sandbox.url().strip_prefix("http://").map(str::to_owned);
    assert_eq!(status.server, label);

    let locked = unlocked.lock().await.unwrap();
    let status = desk.status(&Session::Locked(locked)).await.unwrap();
    assert_eq!(status.state, SessionState::Locked);
    assert!(status.providers.is_empty(), "a locked cache tells nothing");
}

#[tokio::test]
async fn signing_in_again_keeps_the_cache() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let before = sync::clients(&unlocked).await.unwrap();
    unlocked.lock().await.unwrap();
    let again = office.sign_in().await;
    assert_eq!(sync::clients(&again).await.unwrap(), before);
    assert_eq!(office.desk().accounts().unwrap().len(), 1);
}

#[tokio::test]
async fn the_server_sees_one_device_across_accounts_and_restarts() {
    let office = Office::small().await;
    office.sign_in().await.lock().await.unwrap();
    let device = std::fs::read_to_string(office.folder().join("device")).unwrap();
    office.locked().sign_out().await.unwrap();
    office.sign_in().await;
    let again = std::fs::read_to_string(office.folder().join("device")).unwrap();
    assert_eq!(again, device, "another one would cost a new-device code at each sign-in");
    let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    assert!(card.contains(&device));
}

#[tokio::test]
async fn without_a_keyring_the_master_password_guards_the_cache_and_the_status_says_so() {
    let office = Office::without_keyring().await;
    let unlocked = office.refreshed().await;
    let session = Session::Unlocked(unlocked.clone());
    let status = office.desk().status(&session).await.unwrap();
    assert_eq!(status.keyring, KeyringState::Password);
    unlocked.lock().await.unwrap();
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_cache_whose_key_is_gone_is_never_replaced() {
    let mut office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    let cache = office.account_folder().join("cache.db");
    let before = std::fs::read(&cache).unwrap();

    // As the Secret Service answers while its collection is locked: no such entry.
    office.keyring = Keyring::in_memory();
    let email = office.account("providerAdmin").email;
    let signed_in = office.desk().sign_in(&office.address(), &email, office.password()).await;
    assert!(matches!(signed_in.unwrap_err(), Error::Store(store::Error::WrongKey)));
    let unlocked = office.locked().unlock(office.password()).await;
    let error = unlocked.unwrap_err();
    assert!(matches!(error, Error::Store(store::Error::WrongKey)), "{error:?}");
    assert_eq!(error.code(), Code::CacheLocked);
    assert_eq!(std::fs::read(&cache).unwrap(), before);

    office.locked().sign_out().await.unwrap();
    assert_eq!(sync::refresh(&office.sign_in().await).await.unwrap().clients, 3);
}

#[tokio::test]
async fn signing_out_leaves_nothing_of_the_account() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    unlocked.make_session().unwrap();
    let account_folder = office.account_folder();
    let card = std::fs::read_to_string(account_folder.join("card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let entry = card["databaseKey"]["entry"].as_str().unwrap();
    assert!(office.keyring.load(entry).unwrap().is_some());

    unlocked.lock().await.unwrap().sign_out().await.unwrap();
    assert!(!account_folder.exists());
    assert!(office.keyring.load(entry).unwrap().is_none(), "the keyring forgets too");
    assert!(office.desk().locked(None).unwrap().is_none());
    office.desk().status(&Session::SignedOut).await.unwrap();
}

#[tokio::test]
async fn nothing_secret_is_on_disk() {
    for office in [Office::small().await, Office::without_keyring().await] {
        let unlocked = office.refreshed().await;
        let session = unlocked.make_session().unwrap();
        let (access, refresh) = unlocked.store().load_tokens().await.unwrap().unwrap();
        let admin = office.account("providerAdmin");
        let password = Secret::new(admin.password);
        let card: serde_json::Value = serde_json::from_str(
            &std::fs::read_to_string(office.account_folder().join("card.json")).unwrap(),
        )
        .unwrap();
        let kdf = serde_json::from_value(card["kdf"].clone()).unwrap();
        let master = MasterKey::derive(&password, &admin.email, &kdf).unwrap();
        let hash = master.server_hash(&password);
        let refresh = refresh.unwrap();
        let secrets = [&password, &hash, &access, &refresh, &session];

        let written = files(&office.folder());
        assert!(
            written.iter().any(|path| path.ends_with("cache.db-wal")),
            "the journal is read too"
        );
        for path in written {
            let bytes = std::fs::read(&path).unwrap();
            for secret in secrets {
                let found = bytes
                    .windows(secret.expose().len())
                    .any(|window| window == secret.expose().as_bytes());
                assert!(!found, "a secret is in {}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn a_session_value_unlocks_until_the_sessions_are_forgotten() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let session = unlocked.make_session().unwrap();
    unlocked.lock().await.unwrap();

    let resumed = office.locked().resume(&session).await.unwrap();
    assert_eq!(sync::clients(&resumed).await.unwrap().len(), 3);
    sync::refresh(&resumed).await.expect("a resumed session works with the server too");
    let other = resumed.make_session().unwrap();
    resumed.lock().await.unwrap();
    office.locked().resume(&other).await.unwrap();

    office.locked().forget_sessions().unwrap();
    for value in [session, other, Secret::new("nonsense")] {
        let error = office.locked().resume(&value).await.unwrap_err();
        assert!(matches!(error, Error::WrongPassword), "{error:?}");
    }
}

#[tokio::test]
async fn a_certificate_file_without_a_certificate_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, "no certificate").unwrap();
    let options = wardroom_core::session::Options { ca_cert: Some(pem), no_keyring: true };
    let error = Desk::open(folder.path(), options).unwrap_err();
    assert_eq!(error.code(), Code::InputRefused);
}
