//! Live updates: what is told, to whom, and what happens when the line breaks.

use std::time::Duration;

use wardroom_core::model::ServerAddress;
use wardroom_core::server::{Hub, LogOutReason, Push, Pushes};
use wardroom_core::session::{Desk, Options, Unlocked};
use wardroom_sandbox::{Fault, Sandbox};

use crate::office::Office;

/// Long enough for a busy machine, short enough to fail.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("this takes milliseconds")
}

/// The server notes a request a moment after it came.
pub(crate) async fn until(mut holds: impl FnMut() -> bool) {
    within(async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Connected, with the first news read: that older news may have been missed.
async fn listening(unlocked: &Unlocked, sandbox: &Sandbox) -> (Hub, Pushes) {
    let before = sandbox.listeners().0;
    let hub = Hub::start(unlocked.server());
    let mut pushes = hub.pushes();
    assert_eq!(within(pushes.next()).await, Some(Push::Missed));
    assert!(hub.connected());
    within(sandbox.until_listeners(before + 1, 0)).await;
    (hub, pushes)
}

async fn until_connected(hub: &Hub, connected: bool) {
    let mut watched = hub.watch_connected();
    within(watched.wait_for(|now| *now == connected)).await.unwrap();
}

/// After the line broke: does not wait out the pause.
async fn back(hub: &Hub, pushes: &mut Pushes) {
    hub.hurry();
    while within(pushes.next()).await != Some(Push::Missed) {}
    until_connected(hub, true).await;
}

fn admin(office: &Office) -> String {
    office.account("providerAdmin").email
}

#[tokio::test]
async fn what_happens_to_the_account_is_told_without_asking() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (_hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    for (kind, expected) in [
        (5, Push::SyncSelf),
        (10, Push::SyncSelf),
        (6, Push::Memberships),
        (11, Push::LogOut { reason: None }),
        (99, Push::Other(99)),
    ] {
        assert_eq!(office.sandbox.push(&admin(&office), kind), 1);
        assert_eq!(within(pushes.next()).await, Some(expected), "type {kind}");
    }
}

#[tokio::test]
async fn one_accounts_news_stays_with_that_account() {
    let office = Office::small().await;
    let (admin_desk, other) = (office.sign_in().await, office.sign_in_as("serviceUser").await);
    let (_one, mut news) = listening(&admin_desk, &office.sandbox).await;
    let (_other, mut others) = listening(&other, &office.sandbox).await;
    office.sandbox.push(&office.account("serviceUser").email, 6);
    office.sandbox.push(&admin(&office), 5);
    assert_eq!(within(news.next()).await, Some(Push::SyncSelf));
    assert_eq!(within(others.next()).await, Some(Push::Memberships));
}

#[tokio::test]
async fn what_this_installation_did_itself_is_no_news_to_it() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let device = std::fs::read_to_string(office.folder().join("device")).unwrap();
    let device = device.trim().parse().unwrap();
    let (_hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    office.sandbox.push_caused_by(&admin(&office), 5, device);
    office.sandbox.push(&admin(&office), 6);
    assert_eq!(
        within(pushes.next()).await,
        Some(Push::Memberships),
        "an import would refresh twice"
    );
}

#[tokio::test]
async fn ended_sessions_are_told_with_their_reason_and_end_the_listening() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    office.sandbox.end_sessions(&admin(&office), Some(1));
    let rotated = Push::LogOut { reason: Some(LogOutReason::KeyRotation) };
    assert_eq!(within(pushes.next()).await, Some(rotated));
    until_connected(&hub, false).await;
    hub.hurry();
    let told_again = Push::LogOut { reason: None };
    assert_eq!(
        within(pushes.next()).await,
        Some(told_again),
        "also when the push itself was missed"
    );
    assert_eq!(within(pushes.next()).await, None, "an ended session is not knocked for again");
}

#[tokio::test]
async fn a_token_that_ran_out_is_renewed_once_for_listening_and_asking() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    let before = office.sandbox.token_requests();
    office.sandbox.expire_access_tokens();
    until_connected(&hub, false).await;
    let (profile, ()) = tokio::join!(unlocked.server().fetch_profile(), back(&hub, &mut pushes));
    profile.unwrap();
    assert_eq!(office.sandbox.token_requests(), before + 1, "one renewal for both");
    assert_eq!(office.sandbox.push(&admin(&office), 5), 1);
    assert_eq!(within(pushes.next()).await, Some(Push::SyncSelf));
}

#[tokio::test]
async fn locking_any_clone_hangs_up() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    unlocked.clone().lock().await.unwrap();
    assert_eq!(within(pushes.next()).await, None);
    assert!(!hub.connected());
    within(office.sandbox.until_listeners(0, 0)).await;
    let late = Hub::start(unlocked.server());
    assert_eq!(within(late.pushes().next()).await, None, "nor does a locked account begin");
}

#[tokio::test]
async fn dropping_the_hub_hangs_up() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    drop(hub);
    within(office.sandbox.until_listeners(0, 0)).await;
    assert_eq!(within(pushes.next()).await, None);
    unlocked.server().fetch_profile().await.expect("the account goes on without");
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again_and_says_that_news_may_be_missing() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    for _ in 0..3 {
        office.sandbox.go_down().await;
        until_connected(&hub, false).await;
        office.sandbox.come_up().await.unwrap();
        back(&hub, &mut pushes).await;
    }
    within(office.sandbox.until_listeners(1, 0)).await;
}

#[tokio::test]
async fn after_sleep_a_fresh_line_is_taken_as_the_old_one_may_be_dead() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    hub.hurry();
    assert_eq!(within(pushes.next()).await, Some(Push::Missed));
    assert_eq!(office.seen("GET", "/notifications/hub"), 2);
    within(office.sandbox.until_listeners(1, 0)).await;
}

#[tokio::test]
async fn rubbish_ends_the_connection_and_nothing_else() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    let too_long = vec![0x91; 300_000];
    for rubbish in [&[0xFF; 5][..], &[1, 0xC1], &[5, 0xDD, 0xFF, 0xFF, 0xFF, 0xFF], &too_long] {
        within(office.sandbox.until_listeners(1, 0)).await;
        office.sandbox.push_raw(rubbish);
        until_connected(&hub, false).await;
        back(&hub, &mut pushes).await;
    }
}

#[tokio::test]
async fn several_pushes_in_one_frame_and_one_over_several_arrive() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (_hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    // [1, {}, nil, "ReceiveMessage", [{"Type": 5}]], as .NET writes it.
    let mut push = vec![0, 0x95, 1, 0x80, 0xC0, 0xAE];
    push.extend(b"ReceiveMessage\x91\x81\xA4Type\x05");
    push[0] = u8::try_from(push.len() - 1).unwrap();
    office.sandbox.push_raw(&[&push[..], &push, &push[..7]].concat());
    office.sandbox.push_raw(&push[7..]);
    for _ in 0..3 {
        assert_eq!(within(pushes.next()).await, Some(Push::SyncSelf));
    }
}

#[tokio::test]
async fn a_server_without_live_updates_is_asked_once_in_a_long_while() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    office.sandbox.refuse_listeners(true);
    let hub = Hub::start(unlocked.server());
    let mut pushes = hub.pushes();
    until(|| office.seen("GET", "/notifications/hub") == 1).await;
    unlocked.server().fetch_profile().await.expect("everything else works");
    assert!(!hub.connected());
    assert_eq!(office.seen("GET", "/notifications/hub"), 1);
    office.sandbox.refuse_listeners(false);
    hub.hurry();
    assert_eq!(within(pushes.next()).await, Some(Push::Missed), "switched on again, it is used");
}

#[tokio::test]
async fn trouble_at_the_door_is_waited_out() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let hub = Hub::start(unlocked.server());
    let mut pushes = hub.pushes();
    assert_eq!(within(pushes.next()).await, Some(Push::Missed));
    for fault in [
        Fault::Status(502),
        Fault::Reset,
        Fault::SlowDown(60),
        Fault::Status(200),
        Fault::TokenExpired,
    ] {
        office.sandbox.fail("GET", "/notifications/hub", fault.clone(), 1);
        office.sandbox.hang_up();
        until_connected(&hub, false).await;
        let seen = office.seen("GET", "/notifications/hub");
        hub.hurry();
        until(|| office.seen("GET", "/notifications/hub") > seen).await;
        back(&hub, &mut pushes).await;
    }
}

#[tokio::test]
async fn the_token_is_not_in_an_address_that_servers_write_down() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (_hub, _pushes) = listening(&unlocked, &office.sandbox).await;
    let asked = office.sandbox.requests();
    let hub = asked.iter().find(|seen| seen.path == "/notifications/hub").unwrap();
    assert_eq!((hub.query.as_str(), hub.status), ("", 101));
}

#[tokio::test]
async fn live_updates_trust_the_same_authorities_as_everything_else() {
    let office = Office::small().await;
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, Sandbox::authority()).unwrap();
    let options = Options { ca_cert: Some(pem), no_keyring: true };
    let desk = Desk::open(&folder.path().join("data"), options).unwrap();
    let address = ServerAddress::parse(&office.sandbox.secure_url()).unwrap();
    let unlocked = desk.sign_in(&address, &admin(&office), office.password()).await.unwrap();
    let (_hub, mut pushes) = listening(&unlocked, &office.sandbox).await;
    office.sandbox.push(&admin(&office), 5);
    assert_eq!(within(pushes.next()).await, Some(Push::SyncSelf));
}

#[tokio::test]
async fn a_reader_who_is_too_slow_is_told_so() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    let (hub, mut slow) = listening(&unlocked, &office.sandbox).await;
    let mut quick = hub.pushes();
    for _ in 0..100 {
        office.sandbox.push(&admin(&office), 99);
        assert_eq!(within(quick.next()).await, Some(Push::Other(99)));
    }
    assert_eq!(within(slow.next()).await, Some(Push::Missed));
    assert_eq!(within(slow.next()).await, Some(Push::Other(99)));
}
