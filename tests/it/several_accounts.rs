//! Several accounts side by side: each in its own state, none of them readable by another.

use std::path::PathBuf;

use wardroom_core::keys::{Keyring, Secret};
use wardroom_core::model::{AccountProblem, SessionState, UserId};
use wardroom_core::session::{COLOURS, Moment, NoPresence, Session, Sessions, Unlocked};
use wardroom_core::{Code, Error, keys, store, sync};
use wardroom_sandbox::{AccountChange, Options, Sandbox};

use crate::imports;
use crate::office::{Office, files};
use crate::presence::Yes;

const ADMIN: &str = "admin@northwind.example";

/// Another server, where the same people have accounts of their own.
async fn elsewhere() -> Sandbox {
    Sandbox::start(Options { clients: 2, seed: 2, ..Options::default() }).await.unwrap()
}

fn folder_of(office: &Office, user: UserId) -> PathBuf {
    office.folder().join("accounts").join(user.to_string())
}

fn sessions(office: &Office) -> Sessions {
    Sessions::open(office.desk(), Moment::now()).unwrap()
}

/// The service user and the admin, in this order, both open.
async fn two(office: &Office) -> (Sessions, Unlocked, Unlocked) {
    let (one, other) = (office.sign_in_as("serviceUser").await, office.refreshed().await);
    let sessions = sessions(office);
    sessions.enter(one.clone(), Moment::now()).await.unwrap();
    sessions.enter(other.clone(), Moment::now()).await.unwrap();
    (sessions, one, other)
}

fn state(sessions: &Sessions, user: UserId) -> SessionState {
    let desks = sessions.desks().unwrap();
    desks.into_iter().find(|desk| desk.account.user_id == user).unwrap().state
}

#[tokio::test]
async fn switching_locks_nothing_and_each_account_has_its_own_state() {
    let office = Office::small().await;
    let (sessions, one, other) = two(&office).await;
    let (service, admin) = (one.account().user_id, other.account().user_id);
    assert_eq!(sessions.visible_user(), Some(admin));
    sessions.switch(service).unwrap();
    assert_eq!(sessions.unlocked().unwrap().account().user_id, service);
    sync::clients(&other).await.expect("the account behind still works");

    sessions.lock().await.unwrap();
    assert_eq!(state(&sessions, service), SessionState::Locked);
    assert_eq!(state(&sessions, admin), SessionState::Unlocked);
    assert_eq!(sessions.unlocked().unwrap_err().code(), Code::Locked);
    assert!(one.keys().is_wiped() && !other.keys().is_wiped());

    let status = sessions.status().await.unwrap();
    assert_eq!((status.state, status.accounts.len()), (SessionState::Locked, 2));
    let visible: Vec<_> = status.desks.iter().filter(|desk| desk.visible).collect();
    assert_eq!(visible.len(), 1);
    assert_eq!(visible[0].account.user_id, service);

    sessions.switch(admin).unwrap();
    sessions.lock_all().await.unwrap();
    assert!(other.keys().is_wiped());
    let nobody = sessions.switch(UserId(uuid::Uuid::nil())).unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
}

#[tokio::test]
async fn an_account_that_was_locked_behind_the_holders_back_counts_as_locked() {
    let office = Office::small().await;
    let (sessions, _, admin) = two(&office).await;
    admin.lock().await.unwrap();
    assert!(matches!(sessions.visible(), Session::Locked(_)));
    let again = sessions.locked().unwrap().unlock(office.password()).await.unwrap();
    sessions.enter(again, Moment::now()).await.unwrap();
    sync::clients(&sessions.unlocked().unwrap()).await.unwrap();
}

#[tokio::test]
async fn opening_an_account_again_wipes_the_keys_it_had_before() {
    let office = Office::small().await;
    let (sessions, _, before) = two(&office).await;
    sessions.enter(office.sign_in().await, Moment::now()).await.unwrap();
    assert!(before.keys().is_wiped());
    sync::clients(&sessions.unlocked().unwrap()).await.unwrap();
}

#[tokio::test]
async fn one_address_on_two_servers_is_two_accounts() {
    let office = Office::small().await;
    let there = elsewhere().await;
    let here = office.refreshed().await;
    let address = wardroom_core::model::ServerAddress::parse(&there.url()).unwrap();
    let other = office.desk().sign_in(&address, ADMIN, office.password()).await.unwrap();
    assert_ne!(here.account().user_id, other.account().user_id);
    sync::refresh(&other).await.unwrap();
    assert_eq!(sync::clients(&here).await.unwrap().len(), 3);
    assert_eq!(sync::clients(&other).await.unwrap().len(), 2);

    let desk = office.desk();
    let error = desk.locked(Some(ADMIN)).unwrap_err();
    assert_eq!(error.code(), Code::InputRefused, "which one is meant is not guessed");
    for unlocked in [&here, &other] {
        let account = unlocked.account();
        let label = account.server.strip_prefix("http://").unwrap();
        for name in [format!("{ADMIN} on {label}"), account.user_id.to_string()] {
            let found = desk.locked(Some(&name)).unwrap().unwrap();
            assert_eq!(found.account(), account, "{name}");
        }
    }
    assert_eq!(desk.locked(None).unwrap().unwrap().account(), other.account(), "the last one used");
}

#[tokio::test]
async fn a_server_that_claims_an_account_of_another_server_is_not_given_its_cache() {
    let office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    // The same people with the same ids, and another key: an impostor.
    let impostor = Sandbox::start(Options { clients: 1, ..Options::default() }).await.unwrap();
    impostor.change_account(ADMIN, AccountChange { rotate_key: true, ..Default::default() });
    let address = wardroom_core::model::ServerAddress::parse(&impostor.url()).unwrap();
    let card = std::fs::read(office.account_folder().join("card.json")).unwrap();
    let error = office.desk().sign_in(&address, ADMIN, office.password()).await.unwrap_err();
    assert_eq!(error.code(), Code::SignInUnsupported, "{error}");
    assert_eq!(std::fs::read(office.account_folder().join("card.json")).unwrap(), card);
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3);
    sync::refresh(&unlocked).await.expect("its tokens are still its own");

    // The same account on a server that has moved proves itself by its key.
    let moved = Sandbox::start(Options { clients: 1, ..Options::default() }).await.unwrap();
    let address = wardroom_core::model::ServerAddress::parse(&moved.url()).unwrap();
    let moved_in = office.desk().sign_in(&address, ADMIN, office.password()).await.unwrap();
    assert_eq!(sync::clients(&moved_in).await.unwrap().len(), 3, "and keeps its cache");
    assert_eq!(office.desk().accounts().unwrap().len(), 1);
}

/// What one account could try on the other's things: everything in its folder and every entry it made.
#[tokio::test]
async fn no_key_of_one_account_opens_anything_of_the_other() {
    for keyring in [Keyring::in_memory(), Keyring::Off] {
        let mut office = Office::small().await;
        office.keyring = keyring;
        let (_, one, other) = two(&office).await;
        let client = imports::clients(&other).await.remove(0);
        let placement = imports::managed(&other, &client).await;
        let outside = tempfile::tempdir().unwrap();
        let file = imports::export(outside.path(), "Mine", 3);
        let staged = imports::stage(&other, &file, &client, placement).await;
        let session = other.make_session().unwrap();
        other.set_pin(Secret::new("2468"), false).await.unwrap();

        // Session value and PIN of the other do not open this one.
        let own = one.locked().clone();
        let tried = own.resume(&session).await.unwrap_err();
        assert!(matches!(tried, Error::WrongPassword), "{tried:?}");
        let tried = own.unlock_with_pin(Secret::new("2468")).await.unwrap_err();
        assert_eq!(tried.code(), Code::Locked, "{tried:?}");
        // Nor does its envelope, laid into this one's folder, open with this one's keys.
        let theirs = folder_of(&office, other.account().user_id);
        let mine = folder_of(&office, one.account().user_id);
        for envelope in files(&theirs.join("sessions")) {
            std::fs::create_dir_all(mine.join("sessions")).unwrap();
            std::fs::copy(&envelope, mine.join("sessions").join(envelope.file_name().unwrap()))
                .unwrap();
        }
        let tried = own.resume(&session).await.unwrap_err();
        assert!(matches!(tried, Error::Keys(keys::Error::Unopened)), "{tried:?}");

        // The ring of one opens no key of the other: neither staging nor client.
        let row = other.store().load_staging(staged.staging_id).await.unwrap().unwrap();
        let opened = one.keys().open_staging_key(&row.wrapped_key);
        assert_eq!(opened.err(), Some(keys::Error::Unopened));
        assert!(one.store().load_staging(staged.staging_id).await.unwrap().is_none());
        assert!(!one.keys().has_key(client.organization_id), "keys come by one's own refresh");
        try_the_card(&office, &one, &other).await;
    }
}

/// Database keys: the other's card in this account's place, and the other's database under this one's key.
async fn try_the_card(office: &Office, one: &Unlocked, other: &Unlocked) {
    let [mine, theirs] = [one, other].map(|who| folder_of(office, who.account().user_id));
    let read = |folder: &PathBuf| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.join("card.json")).unwrap()).unwrap()
    };
    let (my_card, their_card) = (read(&mine), read(&theirs));
    assert_ne!(my_card["keyCheck"], their_card["keyCheck"], "each cache has a key of its own");
    if let Some(wrapped) = their_card["databaseKey"]["wrapped"].as_str() {
        assert!(one.keys().open_database_key(wrapped).is_err());
    } else {
        let entry = |card: &serde_json::Value| card["databaseKey"]["entry"].clone();
        assert_ne!(entry(&my_card), entry(&their_card), "and an entry of its own");
    }
    let (one, other) = (one.lock().await.unwrap(), other.lock().await.unwrap());
    std::fs::copy(theirs.join("cache.db"), mine.join("cache.db")).unwrap();
    let _ = std::fs::remove_file(mine.join("cache.db-wal"));
    let password = Secret::new(office.account("serviceUser").password);
    let tried = one.unlock(password.clone()).await.unwrap_err();
    assert!(
        matches!(tried, Error::Store(store::Error::WrongKey | store::Error::Damaged)),
        "{tried:?}"
    );
    let tried = other.unlock(password).await.unwrap_err();
    assert!(matches!(tried, Error::WrongPassword), "{tried:?}");
    other.unlock(office.password()).await.expect("the other one is as it was");
}

#[tokio::test]
async fn forgetting_one_account_leaves_the_other_whole() {
    let office = Office::small().await;
    let (sessions, one, other) = two(&office).await;
    let admin = other.account().user_id;
    for unlocked in [&one, &other] {
        unlocked.set_pin(Secret::new("1357"), true).await.unwrap();
        unlocked.set_presence(true, &Yes).await.unwrap();
    }
    sessions.sign_out(one.account().user_id).await.unwrap();
    assert!(!folder_of(&office, one.account().user_id).exists());
    assert_eq!(sessions.visible_user(), Some(admin));
    assert_eq!(state(&sessions, admin), SessionState::Unlocked, "nobody locked it");
    sessions.lock().await.unwrap();
    let ways = sessions.security(&Yes).await.unwrap().ways;
    assert!(ways.pin.is_some());
    sessions.locked().unwrap().unlock_with_pin(Secret::new("1357")).await.unwrap();
    sessions.locked().unwrap().unlock_with_presence(&Yes).await.unwrap();

    sessions.sign_out(admin).await.unwrap();
    assert!(matches!(sessions.visible(), Session::SignedOut));
    assert_eq!(sessions.locked().unwrap_err().code(), Code::SignedOut);
    assert!(sessions.desks().unwrap().is_empty());
}

#[tokio::test]
async fn colours_differ_and_are_kept_when_changed() {
    let office = Office::small().await;
    let (sessions, one, other) = two(&office).await;
    let colour = |user: UserId| {
        let desks = office.desk().desks().unwrap();
        desks.into_iter().find(|desk| desk.account.user_id == user).unwrap().colour
    };
    let (service, admin) = (one.account().user_id, other.account().user_id);
    assert_ne!(colour(service), colour(admin));
    sessions.set_colour(admin, 5).unwrap();
    assert_eq!(colour(admin), 5, "also after a restart");
    sessions.set_colour(admin, COLOURS + 1).unwrap();
    assert_eq!(colour(admin), 1, "an index beyond the palette is one within it");
    let look = folder_of(&office, admin).join("look.json");
    std::fs::write(&look, "no colour").unwrap();
    assert_ne!(colour(admin), colour(service), "a damaged file costs a colour, nothing more");
}

#[tokio::test]
async fn a_card_that_cannot_be_read_is_listed_and_can_be_signed_out() {
    for (content, problem) in [
        ("{ half a card", AccountProblem::Damaged),
        ("", AccountProblem::Damaged),
        (r#"{"version": 1, "email": "admin@northwind.example"}"#, AccountProblem::Damaged),
        (r#"{"version": 99, "server": "eu"}"#, AccountProblem::Newer),
    ] {
        let office = Office::small().await;
        let (sessions, one, other) = two(&office).await;
        let admin = other.account().user_id;
        sessions.lock_all().await.unwrap();
        std::fs::write(folder_of(&office, admin).join("card.json"), content).unwrap();

        let desks = sessions.desks().unwrap();
        let damaged = desks.iter().find(|desk| desk.account.user_id == admin).unwrap();
        assert_eq!((damaged.state, damaged.problem), (SessionState::SignedOut, Some(problem)));
        let email = if content.contains(ADMIN) { ADMIN } else { "" };
        assert_eq!(damaged.account.email, email, "what can be made out of it is shown");
        assert!(matches!(sessions.visible(), Session::SignedOut));
        assert!(sessions.locked().unwrap().security(&NoPresence).await.is_err());
        assert_eq!(office.desk().accounts().unwrap(), [one.account().clone()], "not to be chosen");
        let signed_in = office.desk().sign_in(&office.address(), ADMIN, office.password()).await;
        let code = signed_in.unwrap_err().code();
        assert!(matches!(code, Code::CacheDamaged | Code::CacheTooNew), "never written over");

        sessions.sign_out(admin).await.unwrap();
        assert_eq!(sessions.desks().unwrap().len(), 1);
        assert!(!folder_of(&office, admin).exists());
        office.sign_in().await;
    }
}

#[tokio::test]
async fn the_readable_parts_of_a_damaged_card_still_free_the_keyring() {
    let office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    let path = office.account_folder().join("card.json");
    let mut card: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let entry = card["databaseKey"]["entry"].as_str().unwrap().to_owned();
    card["kdf"] = serde_json::json!({"kind": "unheard of"});
    std::fs::write(&path, card.to_string()).unwrap();
    let user = office.desk().desks().unwrap()[0].account.user_id;
    office.desk().account(user).unwrap().unwrap().sign_out().await.unwrap();
    assert!(office.keyring.load(&entry).unwrap().is_none());
}
