//! Unlocking with a PIN: in both ways, and what ends it.

use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::PinState;
use wardroom_core::session::{Desk, Locked, NoPresence, PIN_TRIES, UnlockError, Unlocked};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::AccountChange;

use crate::office::{Office, files};
use crate::presence::Yes;

const PIN: &str = "4711";
/// The demo account with COSE keys.
const MODERN: &str = "vera@northwind.example";

fn pin(text: &str) -> Secret {
    Secret::new(text)
}

async fn state(locked: &Locked) -> Option<PinState> {
    locked.security(&NoPresence).await.unwrap().ways.pin
}

async fn tries_left(locked: &Locked) -> Option<u32> {
    state(locked).await.map(|state| state.tries_left)
}

/// Wrong, with so many tries left.
async fn assert_wrong(locked: &Locked, expected: u32) {
    let error = locked.unlock_with_pin(pin("0000")).await.unwrap_err();
    assert_eq!(error.code(), Code::WrongPassword);
    assert!(
        matches!(error, Error::Unlock(UnlockError::WrongPin { tries_left }) if tries_left == expected),
        "{error:?}"
    );
}

async fn assert_none(locked: &Locked) {
    assert_eq!(state(locked).await, None);
    let error = locked.unlock_with_pin(pin(PIN)).await.unwrap_err();
    assert!(matches!(error, Error::Unlock(UnlockError::NoPin)), "{error:?}");
}

/// With the PIN set, locked; `desk` is the program that goes on running.
async fn locked_with_pin(office: &Office, after_restart: bool) -> Locked {
    let unlocked = office.refreshed().await;
    unlocked.set_pin(pin(PIN), after_restart).await.unwrap();
    unlocked.lock().await.unwrap()
}

#[tokio::test]
async fn it_opens_the_account_as_the_password_does() {
    for after_restart in [false, true] {
        let office = Office::small().await;
        let locked = locked_with_pin(&office, after_restart).await;
        assert_eq!(state(&locked).await, Some(PinState { after_restart, tries_left: PIN_TRIES }));
        let unlocked = locked.unlock_with_pin(pin(PIN)).await.unwrap();
        assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
        sync::refresh(&unlocked).await.unwrap();
        unlocked.clear_pin().await.unwrap();
        assert_none(&unlocked.lock().await.unwrap()).await;
    }
}

#[tokio::test]
async fn accounts_with_v2_encryption_have_it_too() {
    let office = Office::small().await;
    let accounts = office.sandbox.accounts();
    let modern = accounts.into_iter().find(|account| account.email == MODERN).unwrap();
    let unlocked = sign_in_with(&office, MODERN, &modern.password).await;
    unlocked.set_pin(pin(PIN), true).await.unwrap();
    unlocked.set_presence(true, &Yes).await.unwrap();
    unlocked.lock().await.unwrap();
    for _ in 0..2 {
        let unlocked = office.locked().unlock_with_pin(pin(PIN)).await.unwrap();
        sync::refresh(&unlocked).await.unwrap();
        unlocked.lock().await.unwrap();
        office.locked().unlock_with_presence(&Yes).await.unwrap();
        // Signing in again to the same account, with the same keys, leaves it.
        sign_in_with(&office, MODERN, &modern.password).await.lock().await.unwrap();
    }
}

#[tokio::test]
async fn only_the_one_that_may_outlives_the_program() {
    for after_restart in [false, true] {
        let office = Office::small().await;
        locked_with_pin(&office, after_restart).await;
        // A new desk is what a new start of the program has.
        let opened = office.locked().unlock_with_pin(pin(PIN)).await;
        assert_eq!(opened.is_ok(), after_restart, "{opened:?}");
        let on_disk = files(&office.folder()).iter().any(|path| path.ends_with("pin.json"));
        assert_eq!(on_disk, after_restart);
    }
}

#[tokio::test]
async fn without_a_keyring_no_pin_goes_to_disk() {
    let office = Office::without_keyring().await;
    let unlocked = office.sign_in().await;
    let error = unlocked.set_pin(pin(PIN), true).await.unwrap_err();
    assert!(matches!(error, Error::Unlock(UnlockError::PinNeedsKeyring)), "{error:?}");
    assert!(error.to_string().contains("keyring"), "{error}");
    assert!(files(&office.folder()).iter().all(|path| !path.ends_with("pin.json")));
    unlocked.set_pin(pin(PIN), false).await.expect("until the program ends it may");
    unlocked.lock().await.unwrap().unlock_with_pin(pin(PIN)).await.unwrap();
}

#[tokio::test]
async fn what_is_on_disk_is_no_use_without_the_keyring() {
    let mut office = Office::small().await;
    locked_with_pin(&office, true).await;
    let path = office.account_folder().join("pin.json");
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let sealed = kept["sealed"].as_str().unwrap();
    assert!(sealed.starts_with("2."), "the envelope itself would be guessed: {sealed:.2}");

    let keyring = std::mem::replace(&mut office.keyring, Keyring::in_memory());
    for _ in 0..=PIN_TRIES {
        let error = office.locked().unlock_with_pin(pin(PIN)).await.unwrap_err();
        assert!(matches!(error, Error::Unlock(UnlockError::PinNeedsKeyring)), "{error:?}");
    }
    office.keyring = keyring;
    office.locked().unlock_with_pin(pin(PIN)).await.expect("a locked keyring costs no tries");
}

#[tokio::test]
async fn five_wrong_tries_delete_it_and_a_right_one_begins_anew() {
    for after_restart in [false, true] {
        let office = Office::small().await;
        let locked = locked_with_pin(&office, after_restart).await;
        for left in (1..PIN_TRIES).rev() {
            assert_wrong(&locked, left).await;
        }
        assert_eq!(tries_left(&locked).await, Some(1));
        locked.unlock_with_pin(pin(PIN)).await.unwrap().lock().await.unwrap();
        assert_eq!(tries_left(&locked).await, Some(PIN_TRIES));
        for left in (0..PIN_TRIES).rev() {
            assert_wrong(&locked, left).await;
        }
        assert_none(&locked).await;
        assert!(files(&office.folder()).iter().all(|path| !path.ends_with("pin.json")));
        locked.unlock(office.password()).await.expect("the password is untouched");
    }
}

#[tokio::test]
async fn a_try_counts_before_it_is_made_and_ending_the_program_gives_none_back() {
    let office = Office::small().await;
    locked_with_pin(&office, true).await;
    let path = office.account_folder().join("pin.json");
    // As a program leaves it that is killed between writing down the last try and making it.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"tries\": 0", "\"tries\": 4")).unwrap();
    assert_eq!(tries_left(&office.locked()).await, Some(1));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"tries\": 4", "\"tries\": 5")).unwrap();
    assert_none(&office.locked()).await;
    assert!(!path.exists(), "it was used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_made_at_the_same_time_are_all_counted() {
    for after_restart in [false, true] {
        let office = Office::small().await;
        let locked = locked_with_pin(&office, after_restart).await;
        // Two programs on the same folder where it is on disk, one of many threads where it is not.
        let other = if after_restart { office.locked() } else { locked.clone() };
        let guess =
            |locked: Locked| async move { locked.unlock_with_pin(pin("0000")).await.is_ok() };
        let tries: Vec<_> =
            [&locked, &other, &locked, &other].map(|l| tokio::spawn(guess(l.clone()))).into();
        for one in tries {
            assert!(!one.await.unwrap());
        }
        assert_eq!(tries_left(&locked).await, Some(PIN_TRIES - 4));
    }
}

#[tokio::test]
async fn short_ones_are_refused_and_a_new_one_replaces_the_old() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    for short in ["", "1", "123", "äöü"] {
        let error = unlocked.set_pin(pin(short), false).await.unwrap_err();
        assert!(matches!(error, Error::Unlock(UnlockError::PinTooShort)), "{short:?}: {error:?}");
    }
    unlocked.set_pin(pin("äöü€"), true).await.unwrap();
    unlocked.set_pin(pin("vier Wörter sind besser"), false).await.unwrap();
    assert!(files(&office.folder()).iter().all(|path| !path.ends_with("pin.json")));
    let locked = unlocked.lock().await.unwrap();
    assert!(locked.unlock_with_pin(pin("äöü€")).await.is_err());
    locked.unlock_with_pin(pin("vier Wörter sind besser")).await.unwrap();
}

async fn sign_in_with(office: &Office, email: &str, password: &str) -> Unlocked {
    office.desk().sign_in(&office.address(), email, Secret::new(password)).await.unwrap()
}

#[tokio::test]
async fn it_ends_with_the_password_the_derivation_and_the_user_key_it_was_made_beside() {
    let changes = [
        AccountChange { password: Some("quite another one".to_owned()), ..Default::default() },
        AccountChange { rounds: Some(700_000), ..Default::default() },
        AccountChange { rotate_key: true, ..Default::default() },
    ];
    for change in changes {
        let office = Office::small().await;
        locked_with_pin(&office, true).await;
        let admin = office.account("providerAdmin");
        let password = change.password.clone().unwrap_or(admin.password);
        // Signing in again alone keeps it.
        office.sign_in().await.lock().await.unwrap();
        assert_eq!(tries_left(&office.locked()).await, Some(PIN_TRIES));

        office.sandbox.change_account(&admin.email, change.clone());
        sign_in_with(&office, &admin.email, &password).await.lock().await.unwrap();
        assert_none(&office.locked()).await;
        assert!(!office.account_folder().join("pin.json").exists(), "{change:?}");
    }
}

#[tokio::test]
async fn signing_in_by_another_program_ends_one_that_only_this_one_has() {
    let office = Office::small().await;
    let locked = locked_with_pin(&office, false).await;
    let admin = office.account("providerAdmin").email;
    let password = Some("quite another one".to_owned());
    office.sandbox.change_account(&admin, AccountChange { password, ..Default::default() });
    // `Office::desk` is a new program each time.
    sign_in_with(&office, &admin, "quite another one").await.lock().await.unwrap();
    assert_none(&locked).await;
}

#[tokio::test]
async fn signing_out_and_ending_the_session_take_it_along() {
    for after_restart in [false, true] {
        let office = Office::small().await;
        let locked = locked_with_pin(&office, after_restart).await;
        locked.end_session().await.unwrap();
        let error = locked.unlock_with_pin(pin(PIN)).await.unwrap_err();
        assert!(matches!(error, Error::SignedOut), "{error:?}");
        assert!(files(&office.folder()).iter().all(|path| !path.ends_with("pin.json")));

        let locked = locked_with_pin(&office, after_restart).await;
        locked.sign_out().await.unwrap();
        office.sign_in().await.lock().await.unwrap();
        assert_none(&office.locked()).await;
    }
}

#[tokio::test]
async fn a_damaged_file_is_no_pin_and_no_trouble() {
    let office = Office::small().await;
    locked_with_pin(&office, true).await;
    let path = office.account_folder().join("pin.json");
    for damaged in ["", "{}", "{\"version\":2}", "null"] {
        std::fs::write(&path, damaged).unwrap();
        assert_none(&office.locked()).await;
    }
    office.locked().unlock(office.password()).await.unwrap();
}

#[tokio::test]
async fn the_tries_of_one_account_are_not_those_of_another() {
    let office = Office::small().await;
    let desk: Desk = office.desk();
    let mut locked = Vec::new();
    for role in ["providerAdmin", "serviceUser"] {
        let account = office.account(role);
        let (address, password) = (office.address(), pin(&account.password));
        let unlocked = desk.sign_in(&address, &account.email, password).await.unwrap();
        unlocked.set_pin(pin(PIN), false).await.unwrap();
        locked.push(unlocked.lock().await.unwrap());
    }
    assert_wrong(&locked[0], PIN_TRIES - 1).await;
    assert_eq!(tries_left(&locked[1]).await, Some(PIN_TRIES));
}
