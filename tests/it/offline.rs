//! Working without the server: unlocking, the list with its age, and what a lock takes away.

use wardroom_core::keys::Secret;
use wardroom_core::model::SessionState;
use wardroom_core::session::Session;
use wardroom_core::{Code, Error, keys, store, sync};

use crate::office::Office;

#[tokio::test]
async fn the_list_is_there_with_its_age_when_the_server_is_gone() {
    let office = Office::open().await;
    let unlocked = office.refreshed().await;
    let before = sync::clients(&unlocked).await.unwrap();
    let last_sync = unlocked.store().load_last_refresh().await.unwrap();
    unlocked.lock().await.unwrap();
    office.sandbox.go_down().await;
    office.sandbox.forget_requests();

    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    let now = sync::clients(&unlocked).await.unwrap();
    assert_eq!(now, before);
    assert_eq!(now.len(), 40);
    assert!(now.iter().all(|client| Some(&client.synced_at) == last_sync.as_ref()));
    for client in now.iter().filter(|client| client.has_key) {
        let id = client.organization_id;
        unlocked.keys_for(id).await.unwrap().sealer(id).expect("its key opens offline too");
    }

    let error = sync::refresh(&unlocked).await.unwrap_err();
    assert_eq!(error.code(), Code::Offline);
    let status = office.desk().status(&Session::Unlocked(unlocked.clone())).await.unwrap();
    assert_eq!((status.state, status.online), (SessionState::Unlocked, false));
    assert_eq!(status.last_sync, last_sync);

    office.sandbox.come_up().await.unwrap();
    sync::refresh(&unlocked).await.expect("and it goes on when the server is back");
}

#[tokio::test]
async fn a_wrong_password_does_not_unlock_with_or_without_a_keyring() {
    for office in [Office::small().await, Office::without_keyring().await] {
        office.sign_in().await.lock().await.unwrap();
        for wrong in ["not the password", ""] {
            let error = office.locked().unlock(Secret::new(wrong)).await.unwrap_err();
            assert!(matches!(error, Error::WrongPassword), "{error:?}");
        }
        office.locked().unlock(office.password()).await.expect("the right one still does");
    }
}

#[tokio::test]
async fn a_lock_ends_every_clone() {
    let office = Office::small().await;
    let unlocked = office.refreshed().await;
    let clone = unlocked.clone();
    let client = sync::clients(&unlocked).await.unwrap()[0].organization_id;
    let sealer = unlocked.keys().sealer(client).unwrap();
    unlocked.lock().await.unwrap();

    assert_eq!(sync::clients(&clone).await.unwrap_err().code(), Code::Locked);
    assert_eq!(sync::refresh(&clone).await.unwrap_err().code(), Code::Locked);
    assert!(matches!(clone.keys().sealer(client), Err(keys::Error::Locked)));
    assert!(matches!(sealer.seal("x"), Err(keys::Error::Locked)));
    assert_eq!(clone.make_session().unwrap_err().code(), Code::Locked);
}

#[tokio::test]
async fn a_damaged_or_newer_cache_is_told_from_one_without_its_key() {
    let office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    let cache = office.account_folder().join("cache.db");
    let good = std::fs::read(&cache).unwrap();

    let mut first_page = good.clone();
    first_page[100] ^= 0xff;
    let mut later_pages = good.clone();
    later_pages.iter_mut().skip(4096).step_by(512).for_each(|byte| *byte ^= 0xff);
    for damaged in [first_page, later_pages, Vec::new()] {
        std::fs::write(&cache, &damaged).unwrap();
        let error = office.locked().unlock(office.password()).await.unwrap_err();
        assert!(matches!(error, Error::Store(store::Error::Damaged)), "{error:?}");
        assert_eq!(std::fs::read(&cache).unwrap(), damaged, "it is left as it is");
    }
    std::fs::write(&cache, &good).unwrap();
    office.locked().unlock(office.password()).await.unwrap();

    let card = office.account_folder().join("card.json");
    std::fs::write(&card, r#"{"version": 99}"#).unwrap();
    let locked = office.desk().locked(None).unwrap();
    assert!(locked.is_none(), "a card of a newer app is not guessed at");
}

#[tokio::test]
async fn a_cache_that_was_deleted_starts_empty_and_asks_to_sign_in_again() {
    let office = Office::small().await;
    office.refreshed().await.lock().await.unwrap();
    for name in ["cache.db", "cache.db-wal", "cache.db-shm"] {
        let _ = std::fs::remove_file(office.account_folder().join(name));
    }
    let unlocked = office.locked().unlock(office.password()).await.unwrap();
    assert!(sync::clients(&unlocked).await.unwrap().is_empty());
    assert_eq!(sync::refresh(&unlocked).await.unwrap_err().code(), Code::SignedOut);
    let unlocked = office.sign_in().await;
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
}
