//! Keeps the lists true without a button: reads the whole list every few minutes, counts members one
//! organization at a time, and gives way to whatever stands in the way.
//!
//! `plan` says what is next, `work` does it, `run` is the loop; time comes from `clock`. It reads two routes,
//! neither of which writes an audit event on the server.

mod clock;
mod plan;
mod run;
mod work;

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Error;
use crate::model::{OrganizationId, RefreshState, SyncReport, WaitReason};
use crate::server::Hub;
use crate::session::Unlocked;

pub use clock::{Clock, Hand};
use work::Work;

/// How a keeper works.
#[derive(Debug, Clone, Default)]
pub struct KeeperOptions {
    /// Live updates of the same account; without them everything is asked for.
    pub hub: Option<Arc<Hub>>,
    /// The time.
    pub clock: Clock,
}

/// A refresh that goes on by itself. Ends with the account's lock or session; dropping it ends it too.
#[derive(Debug)]
pub struct Keeper {
    work: Arc<Work>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Begins at once; must be called inside a tokio runtime.
    #[must_use]
    pub fn start(unlocked: Unlocked, options: KeeperOptions) -> Self {
        let KeeperOptions { hub, clock } = options;
        let work = Arc::new(Work::new(unlocked, clock));
        let task = tokio::spawn(run::run(Arc::clone(&work), hub));
        Self { work, task }
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> RefreshState {
        self.work.state.borrow().clone()
    }

    /// The same, to be waited on.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<RefreshState> {
        self.work.state.subscribe()
    }

    /// Reads the list now, before everything else. Only a server that asked to slow down is still obeyed.
    pub async fn refresh_now(&self) -> Result<SyncReport, Error> {
        self.work.refresh_now().await
    }

    /// This client is on the screen: it goes first from now on. `None` when none is.
    pub fn look_at(&self, client: Option<OrganizationId>) {
        self.work.change(|plan, now| plan.look_at(now, client));
    }

    /// Reads nothing until [`Keeper::go_on`]: the system saves its battery, or is offline by its own account.
    pub fn hold(&self, reason: WaitReason) {
        self.work.change(|plan, _| plan.hold(reason));
    }

    /// What [`Keeper::hold`] was for is over; also after waking from sleep, and when a network came up.
    pub fn go_on(&self) {
        self.work.change(|plan, now| plan.go_on(now));
    }

    /// Ends it. What has been read stays.
    pub fn stop(&self) {
        self.task.abort();
    }

    /// Whether it has ended, by itself or otherwise.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.task.is_finished()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}
