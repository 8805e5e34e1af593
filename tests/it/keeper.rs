//! The refresh that goes on by itself: true lists without a button, and never in the way of anybody.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use wardroom_core::keys::Secret;
use wardroom_core::model::{Client, RefreshPhase, RefreshState, WaitReason};
use wardroom_core::server::Hub;
use wardroom_core::session::Unlocked;
use wardroom_core::sync::{self, Clock, Hand, Keeper, KeeperOptions};
use wardroom_core::{Code, Error, server};
use wardroom_sandbox::Fault;

use crate::office::Office;

const PROFILE: &str = "/api/accounts/profile";
const CLIENTS: &str = "/api/providers/*/organizations";
const MINUTE: Duration = Duration::from_mins(1);

/// An office where somebody has unlocked and the keeper keeps, with a clock that stands still.
struct Watch {
    office: Office,
    unlocked: Unlocked,
    keeper: Keeper,
    hand: Hand,
}

impl Watch {
    async fn over(office: Office, role: &str) -> Self {
        let unlocked = office.sign_in_as(role).await;
        office.sandbox.forget_requests();
        Self::begin(office, unlocked, None)
    }

    fn begin(office: Office, unlocked: Unlocked, hub: Option<Arc<Hub>>) -> Self {
        let (clock, hand) = Clock::by_hand();
        let keeper = Keeper::start(unlocked.clone(), KeeperOptions { hub, clock });
        Self { office, unlocked, keeper, hand }
    }

    /// Lets time pass, here and in the server's limits, in the steps the keeper sleeps in.
    async fn pass(&self, time: Duration) {
        let mut left = time;
        loop {
            let step = self.hand.asleep().await.min(left);
            if left.is_zero() {
                return;
            }
            self.office.sandbox.let_pass(step);
            self.hand.advance(step);
            left -= step;
        }
    }

    /// Until it has nothing to do at this time.
    async fn settled(&self) {
        self.hand.asleep().await;
    }

    async fn until(&self, holds: impl FnMut(&RefreshState) -> bool) -> RefreshState {
        let mut state: watch::Receiver<_> = self.keeper.subscribe();
        let seen = tokio::time::timeout(Duration::from_secs(30), state.wait_for(holds)).await;
        seen.expect("this takes milliseconds").unwrap().clone()
    }

    fn reads(&self) -> usize {
        self.office.sandbox.requests().iter().filter(|seen| seen.method == "GET").count()
    }

    async fn clients(&self) -> Vec<Client> {
        sync::clients(&self.unlocked).await.unwrap()
    }

    fn waits(&self) -> Option<WaitReason> {
        match self.keeper.state().phase {
            RefreshPhase::Waiting { reason, .. } => Some(reason),
            _ => None,
        }
    }
}

#[tokio::test]
async fn lists_stay_true_without_a_button_and_unchanged_ones_are_not_written() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    assert_eq!((watch.clients().await.len(), watch.reads()), (3, 2), "two requests");
    let first = watch.keeper.state();
    assert_eq!((first.phase.clone(), first.revision), (RefreshPhase::Idle, 1));

    let files = sizes(&watch.office);
    watch.pass(20 * MINUTE).await;
    assert_eq!(watch.reads(), 2 + 2 * 6, "every third minute, up to the eighteenth");
    assert_eq!(sizes(&watch.office), files, "nothing was different, nothing was written");
    let later = watch.keeper.state();
    assert_eq!(later.revision, 1);
    assert!(later.last_sync > first.last_sync);
    assert_eq!(Some(&watch.clients().await[0].synced_at), later.last_sync.as_ref());

    let client = watch.clients().await[0].clone();
    watch.office.sandbox.suspend(client.organization_id.0, client.enabled);
    watch.pass(3 * MINUTE).await;
    assert_eq!(watch.clients().await[0].enabled, !client.enabled);
    assert_eq!(watch.keeper.state().revision, 2);
}

/// Every file of the cache: name, length, time of the last change.
fn sizes(office: &Office) -> Vec<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let mut files: Vec<_> = crate::office::files(&office.account_folder())
        .into_iter()
        .map(|path| {
            let seen = path.metadata().unwrap();
            (path, seen.len(), seen.modified().unwrap())
        })
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_hundred_and_fifty_organizations_are_counted_within_the_servers_limits() {
    let office = Office::small().await;
    office.sandbox.add_own_organizations(148);
    let watch = Watch::over(office, "member").await;
    watch.office.sandbox.limit_requests(true);
    watch.settled().await;
    let state = watch.keeper.state();
    assert!(
        matches!(state.phase, RefreshPhase::Refreshing { done: 90.., total: 151 }),
        "{state:?}"
    );
    assert!((98..=100).contains(&watch.reads()), "{} in the first minute", watch.reads());
    assert_eq!(watch.clients().await.len(), 150, "the list itself is there at once");

    // The one somebody looks at goes before the fifty that are left.
    let unknown = |clients: Vec<Client>| -> Vec<_> {
        clients.into_iter().filter(|client| client.used.is_none()).collect()
    };
    let last = unknown(watch.clients().await).pop().unwrap().organization_id;
    watch.keeper.look_at(Some(last));
    watch.office.sandbox.forget_requests();
    watch.pass(MINUTE).await;
    let first = watch.office.sandbox.requests().into_iter().find(|seen| seen.path != PROFILE);
    assert_eq!(first.unwrap().path, format!("/api/organizations/{last}/users"));
    watch.keeper.look_at(None);
    assert_eq!(unknown(watch.clients().await).len(), 0);
    assert_eq!(watch.keeper.state().phase, RefreshPhase::Idle);

    watch.office.sandbox.forget_requests();
    watch.pass(30 * MINUTE).await;
    let reads = watch.reads();
    assert!((300..=330).contains(&reads), "each twice in half an hour, and the list: {reads}");
    let refused = watch.office.sandbox.requests().into_iter().filter(|seen| seen.status == 429);
    assert_eq!(refused.count(), 0);

    let someone = watch.clients().await[70].clone();
    watch.office.sandbox.revoke_a_member(someone.organization_id.0);
    watch.pass(16 * MINUTE).await;
    let now = watch.clients().await[70].clone();
    assert_eq!(now.used, someone.used.map(|used| used - 1));
    assert_eq!(now.remaining, someone.remaining.map(|left| left + 1));
}

#[tokio::test]
async fn an_hour_of_keeping_writes_no_event_into_anybodys_log() {
    for role in ["providerAdmin", "member"] {
        let watch = Watch::over(Office::small().await, role).await;
        watch.settled().await;
        let first = watch.clients().await[0].organization_id;
        watch.keeper.look_at(Some(first));
        watch.pass(60 * MINUTE).await;
        assert!(watch.reads() > 40, "it did keep");
        for organization in watch.office.sandbox.organization_ids() {
            assert_eq!(watch.office.sandbox.events(organization.id), [] as [u16; 0]);
        }
        let noisy = watch.office.sandbox.requests();
        assert!(noisy.iter().all(|seen| !seen.path.contains("collections")), "trap 18 of the API");
    }
}

#[tokio::test]
async fn a_server_that_says_slow_down_is_left_alone_as_long_as_it_asks() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.fail("GET", CLIENTS, Fault::SlowDown(90), 1);
    watch.pass(3 * MINUTE).await;
    let RefreshPhase::Waiting { reason: WaitReason::SlowDown, until: Some(_) } =
        watch.keeper.state().phase
    else {
        panic!("{:?}", watch.keeper.state())
    };
    watch.office.sandbox.forget_requests();
    let hurried = watch.keeper.refresh_now().await.unwrap_err();
    assert!(matches!(hurried, Error::Server(server::Error::SlowDown { wait_seconds: 90 })));
    watch.keeper.go_on();
    watch.keeper.look_at(Some(watch.clients().await[0].organization_id));
    watch.pass(Duration::from_secs(89)).await;
    assert_eq!(watch.reads(), 0);
    watch.pass(Duration::from_secs(1)).await;
    assert_eq!((watch.reads(), watch.waits()), (2, None));
}

#[tokio::test]
async fn offline_it_looks_again_ever_more_seldom_and_a_word_brings_it_back_at_once() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.go_down().await;
    watch.pass(3 * MINUTE).await;
    assert_eq!(watch.waits(), Some(WaitReason::Offline));
    assert_eq!(watch.clients().await.len(), 3, "what was read is still there");
    watch.pass(30 * MINUTE).await;
    watch.office.sandbox.come_up().await.unwrap();
    watch.settled().await;
    assert_eq!(watch.waits(), Some(WaitReason::Offline), "it does not know yet");
    watch.keeper.go_on();
    watch.settled().await;
    assert_eq!((watch.reads(), watch.waits()), (4, None));

    // And without a word within five minutes.
    watch.office.sandbox.go_down().await;
    watch.pass(40 * MINUTE).await;
    watch.office.sandbox.come_up().await.unwrap();
    watch.pass(5 * MINUTE).await;
    assert_eq!(watch.waits(), None);
    assert_eq!(watch.keeper.state().phase, RefreshPhase::Idle);
}

#[tokio::test]
async fn a_server_in_trouble_is_not_hammered() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.fail("GET", PROFILE, Fault::Status(502), 1000);
    watch.office.sandbox.forget_requests();
    watch.pass(60 * MINUTE).await;
    assert_eq!(watch.waits(), Some(WaitReason::Trouble));
    assert!((5..=12).contains(&watch.reads()), "{} in an hour", watch.reads());
    watch.office.sandbox.forgive();
    watch.keeper.refresh_now().await.unwrap();
    assert_eq!(watch.waits(), None, "a person may try at any time");
}

#[tokio::test]
async fn a_restart_of_the_server_and_an_expired_token_go_unnoticed() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.go_down().await;
    watch.office.sandbox.come_up().await.unwrap();
    watch.office.sandbox.expire_access_tokens();
    watch.office.sandbox.forget_requests();
    watch.pass(3 * MINUTE).await;
    assert_eq!(watch.keeper.state().phase, RefreshPhase::Idle);
    assert_eq!(watch.office.seen("POST", "/identity/connect/token"), 1);
    watch.office.sandbox.fail("GET", CLIENTS, Fault::TokenExpired, 1);
    watch.pass(3 * MINUTE).await;
    assert_eq!((watch.keeper.state().phase, watch.waits()), (RefreshPhase::Idle, None));
}

#[tokio::test]
async fn a_session_that_ended_ends_the_keeper_and_leaves_the_cache() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.expire_access_tokens();
    watch.office.sandbox.revoke_refresh_tokens();
    watch.hand.advance(3 * MINUTE);
    watch.until(|state| state.phase == RefreshPhase::Ended).await;
    over(&watch.keeper).await;
    assert_eq!(watch.clients().await.len(), 3);
    let error = watch.keeper.refresh_now().await.unwrap_err();
    assert_eq!(error.code(), Code::SignedOut);
}

async fn over(keeper: &Keeper) {
    let ends = async {
        while !keeper.is_over() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ends).await.expect("this takes milliseconds");
}

#[tokio::test]
async fn a_lock_in_the_middle_stops_it_at_once() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.office.sandbox.fail("GET", PROFILE, Fault::Delay(Duration::from_hours(1)), 1);
    watch.hand.advance(3 * MINUTE);
    watch.until(|state| matches!(state.phase, RefreshPhase::Refreshing { .. })).await;
    watch.unlocked.lock().await.unwrap();
    over(&watch.keeper).await;
    let reads = watch.reads();
    watch.keeper.go_on();
    watch.keeper.look_at(None);
    let error = watch.keeper.refresh_now().await.unwrap_err();
    assert_eq!(error.code(), Code::Locked, "{error:?}");
    assert_eq!(watch.reads(), reads);
    watch.office.locked().unlock(watch.office.password()).await.expect("nothing holds the cache");
}

#[tokio::test]
async fn a_battery_that_must_last_is_left_alone_until_somebody_asks() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.keeper.hold(WaitReason::BatterySaver);
    watch.office.sandbox.forget_requests();
    watch.pass(60 * MINUTE).await;
    assert_eq!((watch.reads(), watch.waits()), (0, Some(WaitReason::BatterySaver)));
    let report = watch.keeper.refresh_now().await.unwrap();
    assert_eq!((report.clients, report.requests), (3, 2));
    watch.settled().await;
    assert_eq!(watch.waits(), Some(WaitReason::BatterySaver));
    watch.pass(10 * MINUTE).await;
    watch.keeper.go_on();
    watch.settled().await;
    assert_eq!((watch.reads(), watch.waits()), (4, None));
}

#[tokio::test]
async fn a_machine_that_slept_looks_as_soon_as_it_is_awake() {
    let watch = Watch::over(Office::small().await, "providerAdmin").await;
    watch.settled().await;
    watch.pass(MINUTE).await;
    watch.office.sandbox.forget_requests();
    // The date went on by eight hours, the clock of the process by nothing.
    watch.hand.jump(Duration::from_hours(8));
    watch.pass(Duration::from_secs(30)).await;
    assert_eq!(watch.reads(), 2);
    watch.pass(2 * MINUTE).await;
    assert_eq!(watch.reads(), 2, "once");
}

#[tokio::test]
async fn news_of_the_account_are_acted_on_at_once() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let email = office.account("providerAdmin").email;
    let hub = Arc::new(Hub::start(unlocked.server()));
    let watch = Watch::begin(office, unlocked, Some(hub));
    watch.until(|state| state.live && state.last_sync.is_some()).await;
    watch.settled().await;
    watch.pass(MINUTE).await;

    let first = watch.keeper.state().last_sync;
    watch.office.sandbox.forget_requests();
    watch.office.sandbox.push(&email, 6);
    watch.until(|state| state.last_sync != first && state.phase == RefreshPhase::Idle).await;
    let tokens = watch.office.seen("POST", "/identity/connect/token");
    assert_eq!(tokens, 1, "the old token's claims know nothing of the new membership");

    watch.pass(MINUTE).await;
    let second = watch.keeper.state().last_sync;
    watch.office.sandbox.push(&email, 5);
    watch.until(|state| state.last_sync != second).await;
    watch.office.sandbox.push(&email, 11);
    watch.until(|state| state.phase == RefreshPhase::Ended).await;
    over(&watch.keeper).await;
    assert!(!watch.keeper.state().live);
}

#[tokio::test]
async fn live_updates_that_come_back_end_a_wait_for_the_network() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let hub = Arc::new(Hub::start(unlocked.server()));
    let watch = Watch::begin(office, unlocked, Some(Arc::clone(&hub)));
    watch.until(|state| state.live && state.last_sync.is_some()).await;
    watch.settled().await;
    watch.office.sandbox.go_down().await;
    watch.until(|state| !state.live).await;
    watch.pass(20 * MINUTE).await;
    assert_eq!(watch.waits(), Some(WaitReason::Offline));
    watch.office.sandbox.come_up().await.unwrap();
    hub.hurry();
    watch.until(|state| state.live && state.phase == RefreshPhase::Idle).await;
}

#[tokio::test]
async fn accounts_at_one_server_share_what_it_allows() {
    let office = Office::small().await;
    let (one, desk) = (office.sign_in().await, office.desk());
    let service = office.account("serviceUser");
    let sign_in = async |desk: &wardroom_core::session::Desk| {
        let password = Secret::new(service.password.clone());
        desk.sign_in(&office.address(), &service.email, password).await.unwrap()
    };
    let (two, three) = (sign_in(&desk).await, sign_in(&desk).await);
    assert!(Arc::ptr_eq(&two.server().budget(), &three.server().budget()));
    assert!(!Arc::ptr_eq(&one.server().budget(), &two.server().budget()), "another process's");
}
