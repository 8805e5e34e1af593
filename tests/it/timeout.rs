//! Time-outs: what a person chose, cut to what their organization demands, carried out by a clock brought along.

use std::time::Duration;

use serde_json::json;
use wardroom_core::keys::Secret;
use wardroom_core::model::{
    LockAfter, SecuritySettings, SessionState, TimeoutAction, TimeoutPolicy, UserId,
};
use wardroom_core::session::{Due, Moment, NoPresence, Sessions, UnlockError, Unlocked, Watch};
use wardroom_core::{Code, Error, sync};
use wardroom_sandbox::Fault;

use crate::office::Office;

const MEMBER: &str = "user@harbourside.example";
const OWNER: &str = "owner@harbourside.example";

/// So long after some fixed moment, by both clocks.
fn at(seconds: u64) -> Moment {
    let steady = Duration::from_secs(seconds);
    Moment { steady, wall: Duration::from_hours(500_000) + steady }
}

fn after(minutes: u32, then: TimeoutAction) -> SecuritySettings {
    let lock_after = LockAfter::Minutes(minutes);
    SecuritySettings { lock_after, then, on_system_lock: false, on_sleep: false }
}

fn lock(user: UserId) -> Due {
    Due { user, action: TimeoutAction::Lock }
}

fn out(user: UserId) -> Due {
    Due { user, action: TimeoutAction::SignOut }
}

/// Signed in as this member of an organization, whatever their role.
async fn sign_in(office: &Office, email: &str) -> Unlocked {
    let accounts = office.sandbox.accounts();
    let account = accounts.into_iter().find(|account| account.email == email).unwrap();
    let password = Secret::new(account.password);
    office.desk().sign_in(&office.address(), email, password).await.unwrap()
}

fn demand(office: &Office, kind: u8, data: serde_json::Value) {
    let organization = office.sandbox.organization_id("Harbourside Cooperative").unwrap();
    assert!(office.sandbox.put_policy(organization, kind, true, data));
}

async fn in_force(unlocked: &Unlocked) -> SecuritySettings {
    unlocked.security(&NoPresence).await.unwrap().settings
}

/// The service user and the admin are open since second 0; the admin's is visible.
async fn two(office: &Office, settings: &SecuritySettings) -> (Sessions, UserId, UserId) {
    let sessions = Sessions::open(office.desk(), at(0)).unwrap();
    let mut users = Vec::new();
    for role in ["serviceUser", "providerAdmin"] {
        let unlocked = office.sign_in_as(role).await;
        unlocked.set_security(settings.clone()).unwrap();
        users.push(unlocked.account().user_id);
        sessions.enter(unlocked, at(0)).await.unwrap();
    }
    (sessions, users[0], users[1])
}

/// What each tick did, up to this second.
async fn ticks(sessions: &Sessions, from: u64, to: u64) -> Vec<(u64, Due)> {
    let mut done = Vec::new();
    for second in (from..=to).step_by(usize::try_from(Watch::TICK.as_secs()).unwrap()) {
        let due = sessions.tick(at(second)).await;
        done.extend(due.into_iter().map(|due| (second, due)));
    }
    done
}

fn state(sessions: &Sessions, user: UserId) -> SessionState {
    let desks = sessions.desks().unwrap();
    desks.into_iter().find(|desk| desk.account.user_id == user).unwrap().state
}

#[tokio::test]
async fn accounts_lock_one_by_one_as_their_time_runs_out() {
    let office = Office::small().await;
    let (sessions, service, admin) = two(&office, &after(5, TimeoutAction::Lock)).await;
    let admins = sessions.unlocked().unwrap();
    assert_eq!(ticks(&sessions, 10, 200).await, []);
    sessions.touched(at(200));
    assert_eq!(ticks(&sessions, 210, 490).await, [(300, lock(service))]);
    assert!(!admins.keys().is_wiped(), "the other one was in use");
    assert_eq!(ticks(&sessions, 500, 600).await, [(500, lock(admin))], "once");
    assert!(admins.keys().is_wiped());
    assert_eq!(sessions.unlocked().unwrap_err().code(), Code::Locked);
}

#[tokio::test]
async fn settings_are_kept_and_gone_by_at_once() {
    let office = Office::small().await;
    let (sessions, _, admin) = two(&office, &after(60, TimeoutAction::Lock)).await;
    assert_eq!(ticks(&sessions, 10, 120).await, []);
    let chosen = after(1, TimeoutAction::Lock);
    let told = sessions.set_security(chosen.clone(), &NoPresence).await.unwrap();
    assert_eq!((told.settings, told.policy), (chosen.clone(), None));
    assert_eq!(ticks(&sessions, 130, 140).await, [(130, lock(admin))], "time past counts");
    let told = sessions.security(&NoPresence).await.unwrap();
    assert_eq!(told.settings, chosen, "a locked account still tells");
    let error = sessions.set_security(chosen, &NoPresence).await.unwrap_err();
    assert_eq!(error.code(), Code::Locked, "who cannot open it cannot loosen it");
}

#[tokio::test]
async fn the_screens_lock_and_sleep_lock_those_who_want_it() {
    let office = Office::small().await;
    let (sessions, service, admin) = two(&office, &after(60, TimeoutAction::Lock)).await;
    let all =
        SecuritySettings { on_system_lock: true, on_sleep: true, ..after(60, TimeoutAction::Lock) };
    sessions.set_security(all, &NoPresence).await.unwrap();
    assert_eq!(sessions.system_locked(at(10)).await, [lock(admin)]);
    assert_eq!(state(&sessions, service), SessionState::Unlocked);

    let again = sessions.locked().unwrap().unlock(office.password()).await.unwrap();
    sessions.enter(again, at(20)).await.unwrap();
    assert_eq!(sessions.going_to_sleep(at(30)).await, [lock(admin)]);
    let again = sessions.locked().unwrap().unlock(office.password()).await.unwrap();
    sessions.enter(again, at(40)).await.unwrap();
    // Nobody announced this sleep: the steady clock stood still for it.
    let woken = Moment { steady: Duration::from_secs(50), ..at(3000) };
    assert_eq!(sessions.tick(woken).await, [lock(admin)]);
    assert_eq!(state(&sessions, service), SessionState::Unlocked, "3,000 seconds are not an hour");
}

#[tokio::test]
async fn a_time_out_that_signs_out_keeps_the_cache_for_the_next_sign_in() {
    let office = Office::small().await;
    let (sessions, service, admin) = two(&office, &after(1, TimeoutAction::SignOut)).await;
    sync::refresh(&sessions.unlocked().unwrap()).await.unwrap();
    sessions.unlocked().unwrap().set_pin(Secret::new("4711"), true).await.unwrap();
    let mut done = ticks(&sessions, 10, 60).await;
    done.sort_by_key(|(_, due)| due.user != service);
    assert_eq!(done, [(60, out(service)), (60, out(admin))]);
    assert_eq!(state(&sessions, admin), SessionState::SignedOut);
    assert_eq!(sessions.unlocked().unwrap_err().code(), Code::SignedOut);
    let error = sessions.locked().unwrap().unlock(office.password()).await.unwrap_err();
    assert!(matches!(error, Error::SignedOut), "the password alone is not enough: {error:?}");

    let unlocked = office.sign_in().await;
    assert_eq!(sync::clients(&unlocked).await.unwrap().len(), 3, "before anything was asked for");
    assert_eq!(in_force(&unlocked).await, after(1, TimeoutAction::SignOut), "its settings, too");
}

#[tokio::test]
async fn ending_the_program_locks_all_and_signs_out_who_asked_for_it() {
    let office = Office::small().await;
    let (sessions, service, admin) = two(&office, &after(60, TimeoutAction::SignOut)).await;
    let restart =
        SecuritySettings { lock_after: LockAfter::Restart, ..after(1, TimeoutAction::SignOut) };
    sessions.set_security(restart.clone(), &NoPresence).await.unwrap();
    sessions.close().await;
    assert_eq!(state(&sessions, service), SessionState::Locked);
    assert_eq!(state(&sessions, admin), SessionState::SignedOut);

    // Killed instead of ended: the next start makes up for it.
    let unlocked = office.sign_in().await;
    let killed = Sessions::open(office.desk(), at(100)).unwrap();
    killed.enter(unlocked, at(100)).await.unwrap();
    let next = Sessions::open(office.desk(), at(200)).unwrap();
    assert_eq!(state(&next, admin), SessionState::Locked, "opening alone does nothing yet");
    assert_eq!(next.begin(at(200)).await.unwrap(), [out(admin)]);
    assert_eq!(state(&next, admin), SessionState::SignedOut);
    assert_eq!(state(&next, service), SessionState::Locked, "its hour is not over");
    assert_eq!(next.begin(at(3 * 3600)).await.unwrap(), [out(service)], "now it is");
}

#[tokio::test]
async fn an_account_no_window_ever_opened_has_no_time_to_run_out() {
    let office = Office::small().await;
    let unlocked = office.sign_in().await;
    unlocked.set_security(after(1, TimeoutAction::SignOut)).unwrap();
    unlocked.lock().await.unwrap();
    let window = Sessions::open(office.desk(), Moment::now()).unwrap();
    assert_eq!(window.begin(Moment::now()).await.unwrap(), [], "the terminal signed it in");
}

#[tokio::test]
async fn an_organizations_time_out_wins_locked_offline_and_after_a_restart() {
    let office = Office::small().await;
    demand(&office, 9, json!({"minutes": 5, "action": "logOut"}));
    let unlocked = sign_in(&office, MEMBER).await;
    let told = unlocked.security(&NoPresence).await.unwrap();
    let policy = TimeoutPolicy {
        longest_minutes: Some(5),
        then: Some(TimeoutAction::SignOut),
        on_system_lock: false,
        on_restart: true,
    };
    assert_eq!(told.policy, Some(policy.clone()));
    assert_eq!(told.settings.lock_after, LockAfter::Minutes(5));
    unlocked.set_security(after(240, TimeoutAction::Lock)).unwrap();
    assert_eq!(in_force(&unlocked).await.lock_after, LockAfter::Minutes(5));
    unlocked.lock().await.unwrap();
    office.sandbox.go_down().await;
    let told = office.locked().security(&NoPresence).await.unwrap();
    assert_eq!((told.policy, told.settings.then), (Some(policy), TimeoutAction::SignOut));

    let sessions = Sessions::open(office.desk(), at(0)).unwrap();
    let password = Secret::new("green paper window");
    let unlocked = sessions.locked().unwrap().unlock(password).await.unwrap();
    let user = unlocked.account().user_id;
    sessions.enter(unlocked, at(0)).await.unwrap();
    assert_eq!(ticks(&sessions, 10, 400).await, [(300, out(user))]);
}

#[tokio::test]
async fn a_file_that_was_changed_by_hand_is_put_right_when_the_cache_opens() {
    let office = Office::small().await;
    demand(&office, 9, json!({"type": "custom", "minutes": 5}));
    sign_in(&office, MEMBER).await.lock().await.unwrap();
    let path = office.account_folder().join("policy.json");
    let longest = async || {
        let told = office.locked().security(&NoPresence).await.unwrap();
        told.policy.and_then(|policy| policy.longest_minutes)
    };
    std::fs::write(&path, "{ half").unwrap();
    assert_eq!(longest().await, Some(15), "what cannot be read is not: no bound");
    for loose in [r#"{"takenAt":"","timeout":null,"pinForbidden":false}"#, ""] {
        std::fs::write(&path, loose).unwrap();
        let password = Secret::new("green paper window");
        office.locked().unlock(password).await.unwrap().lock().await.unwrap();
        assert_eq!(longest().await, Some(5));
    }
    std::fs::remove_file(&path).unwrap();
    office.locked().unlock(Secret::new("green paper window")).await.unwrap();
    assert_eq!(longest().await, Some(5));
}

#[tokio::test]
async fn policies_are_asked_for_at_sign_in_and_then_once_an_hour_and_never_without_a_membership() {
    let office = Office::small().await;
    demand(&office, 9, json!({"minutes": 5}));
    let asked = || office.seen("GET", "/api/sync");
    let unlocked = sign_in(&office, MEMBER).await;
    assert_eq!(asked(), 1);
    for _ in 0..3 {
        sync::refresh(&unlocked).await.unwrap();
    }
    assert_eq!(asked(), 1);
    // As it looks an hour later.
    let path = office.account_folder().join("policy.json");
    let mut kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    kept["takenAt"] = json!("2020-01-01T00:00:00Z");
    std::fs::write(&path, kept.to_string()).unwrap();
    demand(&office, 9, json!({"minutes": 3}));
    sync::refresh(&unlocked).await.unwrap();
    assert_eq!(asked(), 2);
    assert_eq!(in_force(&unlocked).await.lock_after, LockAfter::Minutes(3));

    let admin = office.refreshed().await;
    assert_eq!(asked(), 2, "a provider's own people belong to no organization");
    assert_eq!(admin.security(&NoPresence).await.unwrap().policy, None);
}

#[tokio::test]
async fn a_server_that_does_not_tell_changes_nothing() {
    let office = Office::small().await;
    demand(&office, 9, json!({"minutes": 5}));
    sign_in(&office, MEMBER).await.lock().await.unwrap();
    for fault in [Fault::Status(500), Fault::CutBody, Fault::SlowDown(60)] {
        office.sandbox.fail("GET", "/api/sync", fault, 2);
        let unlocked = sign_in(&office, MEMBER).await;
        assert_eq!(in_force(&unlocked).await.lock_after, LockAfter::Minutes(5));
        office.sandbox.forgive();
    }
}

#[tokio::test]
async fn owners_choose_for_themselves_and_a_policy_that_ends_frees_everybody() {
    let office = Office::small().await;
    demand(&office, 9, json!({"minutes": 5}));
    let owner = sign_in(&office, OWNER).await;
    assert_eq!(owner.security(&NoPresence).await.unwrap().policy, None);
    let member = sign_in(&office, MEMBER).await;
    assert!(member.security(&NoPresence).await.unwrap().policy.is_some());
    let organization = office.sandbox.organization_id("Harbourside Cooperative").unwrap();
    office.sandbox.put_policy(organization, 9, false, json!({"minutes": 5}));
    member.refresh_policies().await.unwrap();
    assert_eq!(member.security(&NoPresence).await.unwrap().policy, None);
}

#[tokio::test]
async fn where_pins_are_forbidden_there_are_none_and_those_there_were_are_gone() {
    let office = Office::small().await;
    let unlocked = sign_in(&office, OWNER).await;
    unlocked.set_pin(Secret::new("4711"), true).await.unwrap();
    demand(&office, 14, serde_json::Value::Null);
    unlocked.refresh_policies().await.unwrap();
    let ways = unlocked.security(&NoPresence).await.unwrap().ways;
    assert_eq!((ways.pin, ways.pin_allowed), (None, false), "owners are not exempt");
    assert!(!office.account_folder().join("pin.json").exists());
    for after_restart in [false, true] {
        let error = unlocked.set_pin(Secret::new("4711"), after_restart).await.unwrap_err();
        assert!(matches!(error, Error::Unlock(UnlockError::PinForbidden)), "{error:?}");
    }
    let locked = unlocked.lock().await.unwrap();
    let error = locked.unlock_with_pin(Secret::new("4711")).await.unwrap_err();
    assert_eq!(error.code(), Code::NotPermitted);
}
