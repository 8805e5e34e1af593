//! After a lock, the process does not hold the database key any more (Linux: read through procfs).
//!
//! The master password cannot be looked for here: the sandbox of the same process knows it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use wardroom_core::keys::{DatabaseKey, Secret};
use wardroom_core::session::{Moment, Sessions, Unlocked};

use crate::office::Office;

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_leaves_no_copy_of_the_database_key() {
    let office = Office::without_keyring().await;
    let unlocked = office.refreshed().await;
    let card = std::fs::read_to_string(office.account_folder().join("card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let wrapped = card["databaseKey"]["wrapped"].as_str().unwrap();
    let sought = digits(&unlocked.keys().open_database_key(wrapped).unwrap());
    assert!(copies(&sought) > 0, "the search finds it while the cache is open");
    // A clone that somebody forgot must not keep it either.
    let _forgotten = unlocked.clone();
    unlocked.lock().await.unwrap();
    assert_eq!(copies(&sought), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_takes_one_accounts_keys_and_its_pin_and_leaves_the_others() {
    let office = Office::small().await;
    let sessions = Sessions::open(office.desk(), Moment::now()).unwrap();
    let other = office.sign_in_as("serviceUser").await;
    sessions.enter(other.clone(), Moment::now()).await.unwrap();
    let hidden_pin: Vec<u8> = rand_letters().into_iter().map(hide).collect();
    let pin =
        || Secret::new(hidden_pin.iter().map(|byte| char::from(hide(*byte))).collect::<String>());
    let admin = office.account("providerAdmin").email;
    // By the same program, which is where the PIN lives.
    let unlocked =
        sessions.desk().sign_in(&office.address(), &admin, office.password()).await.unwrap();
    unlocked.set_pin(pin(), false).await.unwrap();
    sessions.enter(unlocked, Moment::now()).await.unwrap();
    sessions.lock().await.unwrap();
    // Opened by the PIN that lives on in this process, and locked again.
    let unlocked = sessions.locked().unwrap().unlock_with_pin(pin()).await.unwrap();
    sessions.enter(unlocked.clone(), Moment::now()).await.unwrap();

    let sought = [&unlocked, &other].map(|who| hidden_key(&office, who));
    assert!(sought.iter().all(|key| copies(key) > 0), "the search finds both while they are open");
    sessions.lock().await.unwrap();
    assert_eq!(copies(&sought[0]), 0);
    assert_eq!(copies(&hidden_pin), 0, "only its envelope is kept");
    assert!(copies(&sought[1]) > 0, "the other account is open");
    sessions.lock_all().await.unwrap();
    assert_eq!(copies(&sought[1]), 0);
}

/// Of this run alone, so that nothing else holds them.
fn rand_letters() -> Vec<u8> {
    uuid::Uuid::new_v4()
        .as_bytes()
        .iter()
        .chain(uuid::Uuid::new_v4().as_bytes())
        .map(|byte| b'a' + byte % 26)
        .collect()
}

/// What the cache of this account is opened with, from the keyring, hidden from the search.
fn hidden_key(office: &Office, who: &Unlocked) -> Vec<u8> {
    let folder = office.folder().join("accounts").join(who.account().user_id.to_string());
    let card = std::fs::read_to_string(folder.join("card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let entry = card["databaseKey"]["entry"].as_str().unwrap();
    digits(&office.keyring.load(entry).unwrap().unwrap())
}

/// The key as SQLCipher is told it, in a form that the search does not find itself.
fn digits(key: &DatabaseKey) -> Vec<u8> {
    key.pragma().expose().bytes().skip(3).take(64).map(hide).collect()
}

fn hide(byte: u8) -> u8 {
    byte ^ 0xa5
}

/// How often what `hidden` hides is in memory this process may write to.
fn copies(hidden: &[u8]) -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut found = 0;
    for (from, to) in maps.lines().filter_map(writable) {
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Other tests of this program map and unmap meanwhile.
        if memory.seek(SeekFrom::Start(from)).is_err() || memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        let first = hide(hidden[0]);
        let starts = (0..bytes.len()).filter(|at| bytes[*at] == first);
        let is_here = |at: &usize| {
            bytes[*at..].len() >= hidden.len()
                && bytes[*at..].iter().zip(hidden).all(|(byte, hidden)| hide(*byte) == *hidden)
        };
        found += starts.filter(is_here).count();
        // The next search must not find what this one has read.
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
    found
}

fn writable(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let rights = words.next()?;
    let address = |hex| u64::from_str_radix(hex, 16).ok();
    rights.starts_with("rw").then_some((address(from)?, address(to)?))
}
