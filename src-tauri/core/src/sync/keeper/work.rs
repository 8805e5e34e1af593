//! One step of the keeper: read, write what is different, say so.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{Notify, watch};

use super::clock::Clock;
use super::plan::{Next, Plan};
use crate::Error;
use crate::model::{OrganizationId, RefreshPhase, RefreshState, SyncReport, WaitReason};
use crate::server::{self, Reader};
use crate::session::Unlocked;
use crate::sync::{keys, read};

/// What the loop and the handle share.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) unlocked: Unlocked,
    pub(super) clock: Clock,
    pub(super) state: watch::Sender<RefreshState>,
    plan: Mutex<Plan>,
    /// Something changed the plan.
    pub(super) bell: Notify,
    /// Held while reading: a person's refresh and the keeper's own do not mix.
    reading: tokio::sync::Mutex<()>,
}

impl Work {
    pub(super) fn new(unlocked: Unlocked, clock: Clock) -> Self {
        let state =
            RefreshState { phase: RefreshPhase::Idle, last_sync: None, live: false, revision: 0 };
        Self {
            plan: Mutex::new(Plan::new(clock.now())),
            unlocked,
            clock,
            state: watch::Sender::new(state),
            bell: Notify::new(),
            reading: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the plan and has the loop look at it.
    pub(super) fn change(&self, change: impl FnOnce(&mut Plan, Instant)) {
        change(&mut self.plan(), self.clock.now());
        self.clock.stir();
        self.bell.notify_one();
    }

    pub(super) fn say(&self, change: impl FnOnce(&mut RefreshState)) {
        self.state.send_if_modified(|state| {
            let before = state.clone();
            change(state);
            *state != before
        });
    }

    /// Says why nothing happens, or that nothing has to.
    pub(super) fn say_waiting(&self) {
        let phase = match self.plan().waits(self.clock.now()) {
            None => RefreshPhase::Idle,
            Some((reason, until)) => RefreshPhase::Waiting {
                reason,
                until: until.map(|until| self.clock.date_of(until).to_string()),
            },
        };
        self.say(|state| state.phase = phase);
    }

    /// Carries out one step. `Err` with the time when the server's limits allow it.
    pub(super) async fn step(&self, next: Next) -> Result<(), Instant> {
        let budget = self.unlocked.server().budget();
        let reads = if next == Next::List { 2 } else { 1 };
        budget.take(self.clock.now(), reads, Reader::Background)?;
        let _turn = self.reading.lock().await;
        match next {
            Next::List => self.list().await.map(drop),
            Next::Count(client) => self.count(client).await,
            Next::Wait(_) => Ok(()),
        }
        .unwrap_or_else(|error| self.note(&error));
        Ok(())
    }

    pub(super) async fn refresh_now(&self) -> Result<SyncReport, Error> {
        let _turn = self.reading.lock().await;
        let now = self.clock.now();
        let until = match self.plan().slowed_down(now) {
            Some(left) => Err(now + left),
            None => self.unlocked.server().budget().take(now, 2, Reader::Person),
        };
        if let Err(until) = until {
            let wait_seconds = until.duration_since(now).as_secs().max(1);
            return Err(server::Error::SlowDown { wait_seconds }.into());
        }
        let read = self.list().await;
        if let Err(error) = &read {
            self.note(error);
        }
        // The loop has another time to wait for now.
        self.change(|_, _| ());
        read
    }

    async fn list(&self) -> Result<SyncReport, Error> {
        let (started, before) = (self.clock.now(), self.unlocked.server().requests());
        self.say_progress(0);
        if self.plan().must_renew() {
            self.unlocked.server().renew_tokens().await?;
            self.plan().renewed();
        }
        let store = self.unlocked.store();
        let known = store.load_clients().await?;
        let taken_at = self.clock.wall().to_string();
        let listed = read::list(&self.unlocked, taken_at, &known).await?;
        drop(known);
        let rows = keys::mark(self.unlocked.keys().clone(), listed.rows).await;
        let done = store.keep_refresh(&rows).await?;
        self.plan().listed(self.clock.now(), listed.uncounted);
        let different = !done.changed.is_empty();
        self.say(|state| {
            state.last_sync = Some(rows.taken_at);
            state.revision = state.revision.wrapping_add(u32::from(different));
        });
        self.say_progress(1);
        let took = self.clock.now().duration_since(started);
        Ok(SyncReport {
            clients: done.clients,
            members: 0,
            requests: self.unlocked.server().requests().saturating_sub(before),
            changed: done.changed,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            web_vault: listed.web_vault,
        })
    }

    async fn count(&self, client: OrganizationId) -> Result<(), Error> {
        self.say_progress(1);
        let used = read::count(self.unlocked.server(), client).await?;
        let different = self.unlocked.store().save_used(client, used).await?;
        self.plan().counted(self.clock.now(), client);
        self.say(|state| state.revision = state.revision.wrapping_add(u32::from(different)));
        self.say_progress(1);
        Ok(())
    }

    /// The list counts as one part, each organization that was never counted as another. Counting again, one
    /// at a time all day long, is nothing to show.
    fn say_progress(&self, lists: usize) {
        let (never, all) = self.plan().uncounted();
        if lists > 0 && never == 0 {
            return self.say(|state| state.phase = RefreshPhase::Idle);
        }
        let part = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let done = part(if lists == 0 { 0 } else { lists + all - never });
        let total = part(1 + if never == 0 { 0 } else { all });
        self.say(|state| state.phase = RefreshPhase::Refreshing { done, total });
    }

    fn note(&self, error: &Error) {
        match error {
            Error::Server(server::Error::SessionEnded) => self.end(),
            // The lock ends the loop by itself.
            Error::Locked | Error::Server(server::Error::Locked) => {}
            error => {
                tracing::debug!(%error, "background refresh");
                self.plan().failed(self.clock.now(), error);
                self.say_waiting();
            }
        }
    }

    /// The session is over.
    pub(super) fn end(&self) {
        self.say(|state| state.phase = RefreshPhase::Ended);
        self.clock.stir();
        self.bell.notify_one();
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state.borrow().phase == RefreshPhase::Ended
    }

    /// Live updates are back, and with them the network.
    pub(super) fn is_reachable(&self) {
        self.change(|plan, now| {
            if matches!(plan.waits(now), Some((WaitReason::Offline, Some(_)))) {
                plan.woke(now);
            } else {
                plan.want_list(now);
            }
        });
    }
}
