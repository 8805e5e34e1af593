//! The loop, and what interrupts it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::plan::Next;
use super::work::Work;
use crate::server::{Hub, Push};

/// Longest sleep in one piece: a machine that slept meanwhile is noticed this long after it woke up.
const DOZE: Duration = Duration::from_secs(30);

/// Until the account is locked or its session ends.
pub(super) async fn run(work: Arc<Work>, hub: Option<Arc<Hub>>) {
    let mut locked = work.unlocked.server().watch_locked();
    tokio::select! {
        biased;
        _ = locked.wait_for(|locked| *locked) => {}
        () = keep(&work) => {}
        () = hear(&work, hub.as_deref()) => {}
        () = watch_connection(&work, hub.as_deref()) => {}
    }
    work.say(|state| state.live = false);
}

async fn keep(work: &Work) {
    if let Ok(last_sync) = work.unlocked.store().load_last_refresh().await {
        work.say(|state| state.last_sync = last_sync);
    }
    while !work.has_ended() {
        let now = work.clock.now();
        let next = work.plan().next(now);
        let until = match next {
            Next::Wait(until) => {
                work.say_waiting();
                until
            }
            next => match work.step(next).await {
                Ok(()) => continue,
                Err(until) => Some(until),
            },
        };
        doze(work, until.unwrap_or(now + DOZE).min(now + DOZE)).await;
    }
}

/// Waits until then, or until the plan is another one.
async fn doze(work: &Work, until: Instant) {
    let (now, wall) = (work.clock.now(), work.clock.wall());
    tokio::select! {
        () = work.bell.notified() => {}
        () = work.clock.sleep_until(until) => {}
    }
    if has_slept(now, wall, work) {
        let now = work.clock.now();
        work.plan().woke(now);
    }
}

/// While a machine sleeps its date goes on and its clock may not.
fn has_slept(now: Instant, wall: Timestamp, work: &Work) -> bool {
    let passed = work.clock.now().duration_since(now);
    let on_the_wall = work.clock.wall().duration_since(wall);
    Duration::try_from(on_the_wall).is_ok_and(|on_the_wall| on_the_wall > passed + DOZE)
}

/// Pushes. Never returns unless the session is over.
async fn hear(work: &Work, hub: Option<&Hub>) {
    if let Some(hub) = hub {
        let mut pushes = hub.pushes();
        while let Some(push) = pushes.next().await {
            match push {
                Push::LogOut { .. } => return work.end(),
                Push::Missed => work.is_reachable(),
                Push::Memberships => work.change(|plan, now| plan.memberships_changed(now)),
                Push::SyncSelf => work.change(|plan, now| plan.want_list(now)),
                _ => {}
            }
        }
    }
    std::future::pending().await
}

async fn watch_connection(work: &Work, hub: Option<&Hub>) {
    if let Some(hub) = hub {
        let mut connected = hub.watch_connected();
        loop {
            let live = *connected.borrow_and_update();
            work.say(|state| state.live = live);
            if connected.changed().await.is_err() {
                break;
            }
        }
        work.say(|state| state.live = false);
    }
    std::future::pending().await
}
