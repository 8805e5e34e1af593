//! Two accounts side by side, one locked and unlocked over and over, the other open all the time.

use futures_util::future::BoxFuture;
use wardroom_core::keys::Secret;
use wardroom_core::session::{Moment, Presence, PresenceError, Sessions, Unlocked};
use wardroom_core::sync;
use wardroom_sandbox::AccountChange;

use crate::memory::{assert_flat, resident};
use crate::office::Office;

const WARM_UP: usize = 100;
const CYCLES: usize = 1_000;
/// KiB. A cycle that left one key ring, one cached page or one connection behind would leave more.
const BOUND: u64 = 2 * 1024;
const PIN: &str = "4711";

struct Yes;

impl Presence for Yes {
    fn available(&self) -> bool {
        true
    }
    fn ask<'a>(&'a self, _reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

pub(crate) fn soak() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A fixed number of threads: each has an arena of the allocator's own, and they are not what is measured.
    runtime.worker_threads(2).max_blocking_threads(4).enable_all();
    runtime.build().unwrap().block_on(run());
}

async fn run() {
    let office = Office::small().await;
    let admin = office.account("providerAdmin");
    // The fewest rounds this app accepts: here it is not guessing that should be slow.
    let cheap = AccountChange { rounds: Some(5_000), ..AccountChange::default() };
    office.sandbox.change_account(&admin.email, cheap);
    let sessions = Sessions::open(office.desk(), Moment::now()).unwrap();
    let other = office.sign_in_as("serviceUser").await;
    sync::refresh(&other).await.unwrap();
    sessions.enter(other.clone(), Moment::now()).await.unwrap();
    let unlocked = office.refreshed().await;
    unlocked.set_presence(true, &Yes).await.unwrap();
    unlocked.set_pin(Secret::new(PIN), true).await.unwrap();
    sessions.enter(unlocked, Moment::now()).await.unwrap();

    for number in 0..WARM_UP {
        cycle(&sessions, number, &admin.password).await;
    }
    let before = resident();
    for number in 0..CYCLES {
        cycle(&sessions, number, &admin.password).await;
    }
    assert_flat(before, BOUND);
    assert!(!other.keys().is_wiped(), "nobody touched the other account");
    assert_eq!(sync::clients(&other).await.unwrap().len(), 3);
    sessions.close().await;
}

async fn cycle(sessions: &Sessions, number: usize, password: &str) {
    sessions.lock().await.unwrap();
    let unlocked = unlock(sessions, number, password).await;
    // What a window does first.
    let clients = sync::clients(&unlocked).await.unwrap();
    let client = clients[number % clients.len()].organization_id;
    let sealer = unlocked.keys_for(client).await.unwrap().sealer(client).unwrap();
    sealer.seal("a name").unwrap();
    sessions.enter(unlocked, Moment::now()).await.unwrap();
    sessions.tick(Moment::now()).await;
    assert_eq!(sessions.status().await.unwrap().desks.len(), 2);
}

/// Each way by turns; the PIN seldom, since its derivation costs a second of a debug build.
async fn unlock(sessions: &Sessions, number: usize, password: &str) -> Unlocked {
    let locked = sessions.locked().unwrap();
    let opened = match number % 50 {
        0 => locked.unlock_with_pin(Secret::new(PIN)).await,
        even if even % 2 == 0 => locked.unlock_with_presence(&Yes).await,
        _ => locked.unlock(Secret::new(password)).await,
    };
    opened.unwrap()
}
