//! The sign-in under way. It lives here and not in the page, so that a reload loses nothing.

use std::future::Future;

use tokio::sync::{Mutex, MutexGuard, Notify};
use wardroom_core::Error;
use wardroom_core::model::{ServerSettings, SignInStep};
use wardroom_core::session::{Attempt, Desk, SignInError, Step};

/// At most one sign-in at a time: there is one window.
#[derive(Default)]
pub(crate) struct Signing {
    open: Mutex<Option<Open>>,
    cancelled: Notify,
}

/// An attempt, and what it asked last.
pub(crate) struct Open {
    pub(crate) attempt: Attempt,
    pub(crate) asks: Option<SignInStep>,
}

/// The attempt for as long as one command works with it.
pub(crate) struct Turn<'a> {
    open: MutexGuard<'a, Option<Open>>,
}

impl Signing {
    /// Begins anew; what was under way is over.
    pub(crate) async fn begin(
        &self,
        desk: &Desk,
        settings: &ServerSettings,
        email: &str,
    ) -> Result<Turn<'_>, Error> {
        let attempt = desk.attempt(settings, email)?;
        self.cancelled.notify_waiters();
        let mut open = self.open.lock().await;
        *open = Some(Open { attempt, asks: None });
        Ok(Turn { open })
    }

    /// Goes on with what is under way.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, Error> {
        let open = self.open.lock().await;
        if open.is_none() {
            return Err(SignInError::NothingAsked.into());
        }
        Ok(Turn { open })
    }

    /// What it asks now; `None` when nothing is under way, or it waits for something outside.
    pub(crate) fn asks(&self) -> Option<SignInStep> {
        self.open.try_lock().ok()?.as_ref()?.asks.clone()
    }

    /// Ends what it waits for: a browser, a device, a key; what was asked before is asked again. Ends the sign-in
    /// itself when it waits for nothing.
    pub(crate) fn cancel(&self) {
        match self.open.try_lock() {
            Ok(mut open) => *open = None,
            Err(_) => self.cancelled.notify_waiters(),
        }
    }
}

impl Turn<'_> {
    /// The attempt.
    pub(crate) fn attempt(&mut self) -> Result<&mut Attempt, Error> {
        let open = self.open.as_mut().ok_or(SignInError::NothingAsked)?;
        Ok(&mut open.attempt)
    }

    /// Takes one step; remembers what is asked then, or ends the sign-in when the account is open.
    pub(crate) fn took(&mut self, step: Step) -> Took {
        match step {
            Step::Done(unlocked) => {
                *self.open = None;
                Took::Done(Box::new(unlocked))
            }
            Step::Ask(asks) => {
                if let Some(open) = self.open.as_mut() {
                    open.asks = Some(asks.clone());
                }
                Took::Asks(asks)
            }
        }
    }
}

/// What came of a step.
pub(crate) enum Took {
    /// The account is open.
    Done(Box<wardroom_core::session::Unlocked>),
    /// Something is asked.
    Asks(SignInStep),
}

impl Signing {
    /// Waits for `work`, or for somebody to cancel.
    pub(crate) async fn or_cancelled<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            done = work => done,
            () = self.cancelled.notified() => Err(SignInError::NothingAsked.into()),
        }
    }
}
