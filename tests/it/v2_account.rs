//! The main job for an account with V2 encryption, and a server that is not honest about such an account.

use wardroom_core::import::staging;
use wardroom_core::keys::{self, Secret};
use wardroom_core::session::Unlocked;
use wardroom_core::{Error, server, sync};
use wardroom_sandbox::Oddity;

use crate::imports::{assert_landed_once, clients, export, managed, send, stage};
use crate::office::Office;

const VERA: &str = "vera@northwind.example";

async fn sign_in(office: &Office, email: &str) -> Result<Unlocked, Error> {
    let account = office.sandbox.accounts().into_iter().find(|known| known.email == email);
    let password = Secret::new(account.unwrap().password);
    office.desk().sign_in(&office.address(), email, password).await
}

fn password(office: &Office) -> Secret {
    let vera = office.sandbox.accounts().into_iter().find(|known| known.email == VERA);
    Secret::new(vera.unwrap().password)
}

/// The keys' own complaint about what a server sent.
async fn complaint(office: &Office, email: &str) -> Option<keys::Error> {
    match sign_in(office, email).await {
        Ok(_) => None,
        Err(Error::Keys(error)) => Some(error),
        Err(other) => panic!("{other:?}"),
    }
}

fn card(office: &Office) -> serde_json::Value {
    let text = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn change_card(office: &Office, field: &str, value: serde_json::Value) {
    let mut card = card(office);
    card[field] = value;
    std::fs::write(office.account_folder().join("card.json"), card.to_string()).unwrap();
}

#[tokio::test]
async fn the_whole_day_of_a_v2_account_with_and_without_a_keyring() {
    for office in [Office::small().await, Office::without_keyring().await] {
        let unlocked = sign_in(&office, VERA).await.unwrap();
        sync::refresh(&unlocked).await.unwrap();
        let listed = clients(&unlocked).await;
        assert_eq!(listed.len(), 3);
        assert!(listed.iter().all(|client| client.has_key), "its RSA key opens the provider's");
        let client = listed[0].clone();
        let file = export(&office.folder(), "Acme", 30);
        let staged = stage(&unlocked, &file, &client, managed(&unlocked, &client).await).await;
        let session = unlocked.make_session().unwrap();
        unlocked.lock().await.unwrap();
        assert!(sync::clients(&unlocked).await.is_err(), "locked");

        office.sandbox.go_down().await;
        let wrong = office.locked().unlock(Secret::new("not the password")).await;
        assert!(matches!(wrong.unwrap_err(), Error::WrongPassword));
        let offline = office.locked().unlock(password(&office)).await.unwrap();
        assert_eq!(clients(&offline).await.len(), 3, "without the server too");
        let rows = staging::items(&offline, staged.staging_id, 0, 100).await.unwrap();
        assert_eq!(rows.len(), 30, "what was staged opens again after a restart");
        offline.lock().await.unwrap();

        office.sandbox.come_up().await.unwrap();
        let resumed = office.locked().resume(&session).await.unwrap();
        let receipt = send(&resumed, staged.staging_id).await.unwrap();
        assert_eq!((receipt.landed, receipt.by.as_str()), (30, VERA));
        assert_landed_once(&office.sandbox, &client, "Acme", 30);
        resumed.lock().await.unwrap();
    }
}

#[tokio::test]
async fn keys_that_do_not_belong_together_are_refused_and_nothing_is_kept() {
    let office = Office::small().await;
    for oddity in [
        Oddity::NoSecurityState,
        Oddity::NoSigningKey,
        Oddity::ForgedSecurityState,
        Oddity::OtherKeyId,
    ] {
        office.sandbox.be_odd(VERA, Some(oddity));
        let said = complaint(&office, VERA).await;
        assert_eq!(said, Some(keys::Error::Inconsistent), "{oddity:?}");
    }
    let admin = office.account("providerAdmin").email;
    office.sandbox.be_odd(&admin, Some(Oddity::StrangeSecurityState));
    assert_eq!(complaint(&office, &admin).await, Some(keys::Error::Inconsistent));
    assert!(office.desk().accounts().unwrap().is_empty());

    office.sandbox.be_odd(VERA, None);
    sign_in(&office, VERA).await.expect("an honest server is believed again");
}

#[tokio::test]
async fn a_security_state_older_than_the_one_seen_is_refused_online_and_offline() {
    let office = Office::small().await;
    sign_in(&office, VERA).await.unwrap().lock().await.unwrap();
    assert_eq!(card(&office)["securityVersion"], 2, "what was seen is written down");
    change_card(&office, "securityVersion", 3.into());
    let before = card(&office);
    let offline = office.locked().unlock(password(&office)).await.unwrap_err();
    assert!(matches!(offline, Error::Keys(keys::Error::RolledBack)), "{offline:?}");
    assert_eq!(complaint(&office, VERA).await, Some(keys::Error::RolledBack));
    assert_eq!(card(&office), before, "a refused sign-in changes nothing here");
}

#[tokio::test]
async fn a_card_whose_signed_keys_were_exchanged_opens_nothing() {
    let office = Office::small().await;
    sign_in(&office, VERA).await.unwrap().lock().await.unwrap();
    let good = card(&office);
    for field in ["securityState", "wrappedSigningKey"] {
        change_card(&office, field, serde_json::Value::Null);
        let error = office.locked().unlock(password(&office)).await.unwrap_err();
        assert!(matches!(error, Error::Keys(keys::Error::Inconsistent)), "{field}: {error:?}");
        change_card(&office, field, good[field].clone());
    }
    let signed = good["signedPublicKey"].clone();
    change_card(&office, "securityState", signed);
    let error = office.locked().unlock(password(&office)).await.unwrap_err();
    assert!(matches!(error, Error::Keys(_)), "a signature for one purpose is none for another");
}

#[tokio::test]
async fn an_old_account_that_becomes_a_v2_account_keeps_its_cache() {
    // The other way round is the roll-back above.
    let office = Office::small().await;
    let unlocked = sign_in(&office, VERA).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    unlocked.lock().await.unwrap();
    change_card(&office, "securityVersion", serde_json::Value::Null);
    let again = sign_in(&office, VERA).await.unwrap();
    assert_eq!(clients(&again).await.len(), 3);
    assert_eq!(card(&office)["securityVersion"], 2);
}

#[tokio::test]
async fn our_version_is_one_that_v2_accounts_accept() {
    let office = Office::small().await;
    let accepted = sign_in(&office, VERA).await;
    let refused = |error: &Error| {
        matches!(error, Error::Server(server::Error::SignIn(server::SignInRefusal::Unsupported(_))))
    };
    assert!(!accepted.as_ref().is_err_and(refused), "the number is compared with Bitwarden's");
    accepted.unwrap();
}
