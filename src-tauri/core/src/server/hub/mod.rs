//! Live updates: SignalR over a WebSocket, without negotiation.
//!
//! [`Hub`] listens for a signed-in account; `anonymous` waits for the answer to one request of a device that is
//! not signed in. `wire` reads, `talk` is one connection, `run` keeps one open.

mod anonymous;
mod pace;
mod push;
mod run;
mod talk;
mod upgrade;
mod wire;

use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use super::Server;
use run::Listener;

pub use push::{LogOutReason, Push};

/// Pushes that wait for a slow reader; what is more is told as [`Push::Missed`].
const WAITING: usize = 64;

/// Keeps a connection for live updates open. Ends with the account's lock; dropping it ends it too.
#[derive(Debug)]
pub struct Hub {
    pushes: broadcast::WeakSender<Push>,
    connected: watch::Receiver<bool>,
    hurry: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Hub {
    /// Starts listening; must be called inside a tokio runtime.
    #[must_use]
    pub fn start(server: &Server) -> Self {
        let (pushes, _) = broadcast::channel(WAITING);
        let (connected, watched) = watch::channel(false);
        let (hurry, hurried) = watch::channel(());
        let weak = pushes.downgrade();
        let listener = Listener::new(server.clone(), pushes, connected, hurried);
        let task = tokio::spawn(listener.run());
        Self { pushes: weak, connected: watched, hurry, task }
    }

    /// Everything from now on.
    #[must_use]
    pub fn pushes(&self) -> Pushes {
        Pushes(self.pushes.upgrade().map(|sender| sender.subscribe()))
    }

    /// Whether pushes come right now.
    #[must_use]
    pub fn connected(&self) -> bool {
        *self.connected.borrow()
    }

    /// The same, to be waited on; closed when the hub has ended.
    #[must_use]
    pub fn watch_connected(&self) -> watch::Receiver<bool> {
        self.connected.clone()
    }

    /// After waking from sleep, or when the network changed: does not wait out a pause, and gives a connection
    /// up for a fresh one, as it may be dead without knowing it.
    pub fn hurry(&self) {
        self.hurry.send_replace(());
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads pushes.
#[derive(Debug)]
pub struct Pushes(Option<broadcast::Receiver<Push>>);

impl Pushes {
    /// The next one; `None` when there will be no more. Nothing is lost when this is dropped while waiting.
    pub async fn next(&mut self) -> Option<Push> {
        match self.0.as_mut()?.recv().await {
            Ok(push) => Some(push),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Push::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
