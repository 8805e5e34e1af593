//! A keeper that refreshes a thousand times, now and then finding something changed.

use std::time::Duration;

use wardroom_core::sync::{self, Clock, Keeper, KeeperOptions};

use crate::memory::{assert_flat, resident};
use crate::office::Office;

const WARM_UP: usize = 100;
const CYCLES: usize = 1_000;
/// KiB. A cycle that left one list, one answer or one connection behind would leave more.
const BOUND: u64 = 2 * 1024;
/// Every so many cycles a client is suspended or goes on.
const CHANGE: usize = 10;

pub(crate) fn soak() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A fixed number of threads: each has an arena of the allocator's own, and they are not what is measured.
    runtime.worker_threads(2).max_blocking_threads(4).enable_all();
    runtime.build().unwrap().block_on(run());
}

async fn run() {
    let office = Office::open().await;
    let unlocked = office.sign_in().await;
    let (clock, hand) = Clock::by_hand();
    let keeper = Keeper::start(unlocked.clone(), KeeperOptions { hub: None, clock });
    hand.asleep().await;
    let client = sync::clients(&unlocked).await.unwrap()[0].organization_id;

    let cycle = async |number: usize| {
        if number.is_multiple_of(CHANGE) {
            office.sandbox.suspend(client.0, number.is_multiple_of(2 * CHANGE));
        }
        let before = keeper.state().last_sync;
        while keeper.state().last_sync == before {
            hand.advance(hand.asleep().await.max(Duration::from_secs(1)));
        }
        hand.asleep().await;
        assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 40);
        office.sandbox.forget_requests();
    };
    for number in 0..WARM_UP {
        cycle(number).await;
    }
    let (before, revision) = (resident(), keeper.state().revision);
    for number in 0..CYCLES {
        cycle(number).await;
    }
    assert_flat(before, BOUND);
    let changes = u32::try_from(CYCLES / CHANGE).unwrap();
    assert!(keeper.state().revision - revision >= changes - 1, "what changed was seen");
}
