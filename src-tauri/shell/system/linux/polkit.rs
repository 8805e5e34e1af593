//! polkit: has the person type their own password, or use the fingerprint reader that PAM knows.
//!
//! The action is ours, and its file is installed with the package; without it, or where polkit would say yes
//! without asking (root, a rule of the administrator), there is no presence to speak of.
//! <https://polkit.pages.freedesktop.org/polkit/eggdbus-interface-org.freedesktop.PolicyKit1.Authority.html>

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::BoxFuture;
use wardroom_core::session::{Presence, PresenceError};
use zbus::Connection;
use zbus::zvariant::Value;

use super::{Bus, PATIENCE};

/// As in `app.wardroom.desktop.policy`, which carries the words that are shown.
const ACTION: &str = "app.wardroom.desktop.unlock";
const SERVICE: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const AUTHORITY: &str = "org.freedesktop.PolicyKit1.Authority";

/// Only look / ask the person.
const SILENTLY: u32 = 0;
const ASKING: u32 = 1;

/// `is_authorized`, `is_challenge`, details.
type Answer = (bool, bool, HashMap<String, String>);

/// The system's polkit.
pub(crate) struct Polkit {
    bus: Bus,
    available: Arc<AtomicBool>,
}

impl Polkit {
    /// Looks in the background whether there is one that knows our action.
    pub(crate) fn start(bus: Bus) -> Self {
        let available = Arc::new(AtomicBool::new(false));
        let (looks, found) = (bus.clone(), Arc::clone(&available));
        tokio::spawn(async move {
            found.store(would_ask(&looks).await, Ordering::Relaxed);
        });
        Self { bus, available }
    }
}

impl Presence for Polkit {
    fn available(&self) -> bool {
        self.available.load(Ordering::Relaxed)
    }

    fn ask<'a>(&'a self, _reason: &'a str) -> BoxFuture<'a, Result<(), PresenceError>> {
        // polkit shows the words of the action: only root may send others.
        Box::pin(async move {
            if !would_ask(&self.bus).await {
                return Err(PresenceError::Unavailable);
            }
            // A connection of its own: when this future is dropped it closes, and polkit withdraws the question.
            let bus = self.bus.connect(None).await.ok_or(PresenceError::Unavailable)?;
            match check(&bus, ASKING).await {
                Ok((true, _, _)) => Ok(()),
                // Still a challenge: nothing on this desktop shows such questions.
                Ok((false, true, _)) => Err(PresenceError::Unavailable),
                Ok((false, false, details)) if details.contains_key("polkit.dismissed") => {
                    Err(PresenceError::Cancelled)
                }
                Ok((false, false, _)) => Err(PresenceError::Denied),
                Err(error) => Err(why(&error)),
            }
        })
    }
}

async fn would_ask(bus: &Bus) -> bool {
    let Some(bus) = bus.connect(Some(PATIENCE)).await else { return false };
    matches!(check(&bus, SILENTLY).await, Ok((false, true, _)))
}

async fn check(bus: &Connection, flags: u32) -> zbus::Result<Answer> {
    // Ourselves, by our name on the bus: a process id could be reused.
    let own = bus.unique_name().map(ToString::to_string).unwrap_or_default();
    let subject = ("system-bus-name", HashMap::from([("name", Value::from(own))]));
    let details = HashMap::<&str, &str>::new();
    let question = (subject, ACTION, details, flags, "");
    let answer =
        bus.call_method(Some(SERVICE), PATH, Some(AUTHORITY), "CheckAuthorization", &question);
    answer.await?.body().deserialize()
}

fn why(error: &zbus::Error) -> PresenceError {
    match error {
        zbus::Error::MethodError(name, _, _) if name.as_str().ends_with(".Cancelled") => {
            PresenceError::Cancelled
        }
        _ => PresenceError::Unavailable,
    }
}
