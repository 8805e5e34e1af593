//! What the next process must find.

use std::path::Path;

use wardroom_core::keys::Secret;
use wardroom_core::model::{PresenceState, SessionState};
use wardroom_core::session::{Desk, Locked, PIN_TRIES};
use wardroom_core::{Error, store, sync};

use crate::deed::{self, Deed, NEW_PIN, PIN, Yes};
use crate::{Scene, desk};

/// Each way that is shown opens; the password opens, or the account says to sign in; signing in always helps, at
/// the latest after signing out; and nothing is left then.
pub(crate) async fn is_sane(scene: &Scene, deed: &Deed, place: &Path, killed: bool) {
    let here = desk(place);
    let known = here.desks().unwrap();
    assert!(known.len() <= 1 && known.iter().all(|one| one.problem.is_none()), "{known:?}");
    if let Some(one) = known.first() {
        let locked = here.account(one.account.user_id).unwrap().unwrap();
        ways_open(deed, &locked, killed).await;
        password_opens(scene, deed, &locked, one.state).await;
    } else {
        let may_be_gone = deed.begins_empty || deed.name == "sign out";
        assert!(may_be_gone, "{} lost the account", deed.name);
    }
    assert!(killed || known.is_empty() == (deed.name == "sign out"), "{}", deed.name);
    signing_in_helps(scene, deed, &here).await;
    let locked = here.locked(None).unwrap().unwrap();
    locked.sign_out().await.unwrap();
    assert!(here.desks().unwrap().is_empty());
    assert_eq!(std::fs::read_dir(place.join("data/accounts")).unwrap().count(), 0);
}

async fn ways_open(deed: &Deed, locked: &Locked, killed: bool) {
    let ways = locked.security(&Yes).await.unwrap().ways;
    if let Some(pin) = ways.pin {
        let spent = PIN_TRIES - pin.tries_left;
        let tried = deed.name == "try a wrong PIN";
        assert!(spent <= 1 && (tried || killed || spent == 0), "{}: {pin:?}", deed.name);
        assert!(!tried || killed || spent == 1, "a try that was made counts");
        let old = locked.unlock_with_pin(Secret::new(PIN)).await;
        let opened = match old {
            Ok(opened) => Ok(opened),
            Err(_) => locked.unlock_with_pin(Secret::new(NEW_PIN)).await,
        };
        may_be_signed_out(deed, &opened.map(drop));
    }
    if ways.presence == PresenceState::On {
        may_be_signed_out(deed, &locked.unlock_with_presence(&Yes).await.map(drop));
    }
}

/// While an account is being forgotten, its ways go one after the other.
fn may_be_signed_out(deed: &Deed, opened: &Result<(), Error>) {
    let leaving = matches!(deed.name, "sign out" | "end the session");
    assert!(opened.is_ok() || leaving, "{}: {opened:?}", deed.name);
}

async fn password_opens(scene: &Scene, deed: &Deed, locked: &Locked, state: SessionState) {
    match locked.unlock(scene.password()).await {
        Ok(unlocked) => {
            let clients = sync::clients(&unlocked).await.unwrap().len();
            let expected = if deed.begins_empty || clients == 0 { 0 } else { 3 };
            assert_eq!(clients, expected, "{}", deed.name);
            assert!(clients == 3 || deed.begins_empty || deed.name == "sign out");
            unlocked.lock().await.unwrap();
        }
        Err(Error::SignedOut) => {
            assert_eq!((deed.name, state), ("end the session", SessionState::SignedOut));
        }
        // The key goes before the cache does.
        Err(Error::Store(store::Error::WrongKey)) => assert_eq!(deed.name, "sign out"),
        Err(error) => panic!("{}: {error:?}", deed.name),
    }
}

async fn signing_in_helps(scene: &Scene, deed: &Deed, here: &Desk) {
    let words = scene.words();
    let address = wardroom_core::model::ServerAddress::parse(&words[0]).unwrap();
    let unlocked = match here.sign_in(&address, &words[1], scene.password()).await {
        Ok(unlocked) => unlocked,
        Err(error) => {
            assert_eq!(deed.name, "sign out", "{error:?}");
            here.locked(None).unwrap().unwrap().sign_out().await.unwrap();
            deed::sign_in(here, &words).await
        }
    };
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
    unlocked.lock().await.unwrap();
}
