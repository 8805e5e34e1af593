//! The system's word for the person: opens the account where it is switched on, and is never the only way.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use wardroom_core::keys::Keyring;
use wardroom_core::model::PresenceState;
use wardroom_core::session::{NoPresence, Presence, PresenceError, UnlockError};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::AccountChange;

use crate::office::{Office, files};

/// The person is always there.
pub(crate) struct Yes;

impl Presence for Yes {
    fn available(&self) -> bool {
        true
    }
    fn ask<'a>(&'a self, _reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Answers no in one of the ways a system does; counts how often it was asked.
struct No(PresenceError, AtomicUsize);

impl Presence for No {
    fn available(&self) -> bool {
        true
    }
    fn ask<'a>(&'a self, reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        assert!(reason.contains("Wardroom"), "the system shows this to the person: {reason}");
        self.1.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Err(self.0)))
    }
}

fn no(error: PresenceError) -> No {
    No(error, AtomicUsize::new(0))
}

#[tokio::test]
async fn it_opens_the_account_also_after_a_restart_until_it_is_switched_off() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    assert_eq!(unlocked.security(&Yes).await.unwrap().ways.presence, PresenceState::Off);
    unlocked.set_presence(true, &Yes).await.unwrap();
    let ways = unlocked.security(&Yes).await.unwrap().ways;
    assert_eq!((ways.presence, ways.password), (PresenceState::On, true), "never the only way");
    unlocked.lock().await.unwrap();

    let unlocked = office.locked().unlock_with_presence(&Yes).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
    sync::refresh(&unlocked).await.unwrap();
    unlocked.set_presence(false, &Yes).await.unwrap();
    unlocked.lock().await.unwrap();
    let error = office.locked().unlock_with_presence(&Yes).await.unwrap_err();
    assert!(matches!(error, Error::Unlock(UnlockError::PresenceOff)), "{error:?}");
    office.locked().unlock(office.password()).await.unwrap();
}

#[tokio::test]
async fn a_no_opens_nothing_and_switches_nothing_on() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let denied = no(PresenceError::Denied);
    assert!(unlocked.set_presence(true, &denied).await.is_err());
    assert_eq!(unlocked.security(&denied).await.unwrap().ways.presence, PresenceState::Off);
    unlocked.set_presence(true, &Yes).await.unwrap();
    unlocked.lock().await.unwrap();
    for answer in [PresenceError::Denied, PresenceError::Cancelled, PresenceError::Unavailable] {
        let system = no(answer);
        let error = office.locked().unlock_with_presence(&system).await.unwrap_err();
        assert!(matches!(error, Error::Unlock(UnlockError::Presence(told)) if told == answer));
        assert!(error.to_string().contains("use the master password"), "{error}");
        assert_eq!(system.1.load(Ordering::SeqCst), 1, "asked once, not until it gives in");
    }
    office.locked().unlock_with_presence(&Yes).await.expect("a no does not switch it off");
}

#[tokio::test]
async fn a_system_that_cannot_be_asked_or_has_no_keyring_says_so() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let error = unlocked.set_presence(true, &NoPresence).await.unwrap_err();
    assert_eq!(error.code(), Code::Locked, "{error}");
    let ways = unlocked.security(&NoPresence).await.unwrap().ways;
    assert_eq!(ways.presence, PresenceState::Unavailable);

    let office = Office::without_keyring().await;
    let unlocked = office.sign_in().await;
    let ways = unlocked.security(&Yes).await.unwrap().ways;
    assert_eq!(ways.presence, PresenceState::Unavailable);
    let error = unlocked.set_presence(true, &Yes).await.unwrap_err();
    assert_eq!(error.code(), Code::CacheLocked, "{error}");
    assert!(files(&office.folder()).iter().all(|path| !path.ends_with("presence.json")));
}

#[tokio::test]
async fn neither_half_is_enough() {
    let mut office = Office::small().await;
    let unlocked = office.sign_in().await;
    unlocked.set_presence(true, &Yes).await.unwrap();
    unlocked.lock().await.unwrap();
    let kept = std::mem::replace(&mut office.keyring, Keyring::in_memory());
    let error = office.locked().unlock_with_presence(&Yes).await.unwrap_err();
    assert_eq!(error.code(), Code::CacheLocked, "the folder without the keyring: {error}");
    office.keyring = kept;
    office.locked().unlock_with_presence(&Yes).await.expect("a locked keyring deletes nothing");
    std::fs::remove_file(office.account_folder().join("presence.json")).unwrap();
    let error = office.locked().unlock_with_presence(&Yes).await.unwrap_err();
    assert!(matches!(error, Error::Unlock(UnlockError::PresenceOff)), "{error:?}");
}

#[tokio::test]
async fn it_ends_with_another_password_and_with_the_session() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin").email;
    office.sign_in().await.set_presence(true, &Yes).await.unwrap();
    office.sign_in().await.lock().await.unwrap();
    office.locked().unlock_with_presence(&Yes).await.expect("signing in again changes nothing");

    let password = Some("another one altogether".to_owned());
    office.sandbox.change_account(&admin, AccountChange { password, ..Default::default() });
    let secret = wardroom_core::keys::Secret::new("another one altogether");
    let again = office.desk().sign_in(&office.address(), &admin, secret).await.unwrap();
    let error = office.locked().unlock_with_presence(&Yes).await.unwrap_err();
    assert!(matches!(error, Error::Unlock(UnlockError::PresenceOff)), "{error:?}");

    again.set_presence(true, &Yes).await.unwrap();
    again.lock().await.unwrap().end_session().await.unwrap();
    let error = office.locked().unlock_with_presence(&Yes).await.unwrap_err();
    assert!(
        matches!(error, Error::SignedOut | Error::Unlock(UnlockError::PresenceOff)),
        "{error:?}"
    );
}
