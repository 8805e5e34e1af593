//! systemd-logind: sleep, and the lock of the session we run in.
//!
//! <https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html>

use futures_util::StreamExt;
use zbus::Connection;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

use super::{Delay, Signal, Tell, changes, object};

const SERVICE: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PATH: &str = "/org/freedesktop/login1";

/// Before and after sleep. logind waits for us, five seconds as it is set up everywhere, so that keys are
/// wiped before memory is written to disk or stands still.
pub(super) async fn sleep(bus: &Connection, tell: &Tell) -> Option<()> {
    let manager = object(bus, SERVICE, PATH, MANAGER).await?;
    let mut announcements = manager.receive_signal("PrepareForSleep").await.ok()?;
    let mut delay = take_delay(&manager).await;
    while let Some(message) = announcements.next().await {
        let Ok(begins) = message.body().deserialize::<bool>() else { continue };
        let signal = if begins {
            Signal::GoingToSleep(Delay { _lock: delay.take() })
        } else {
            delay = take_delay(&manager).await;
            Signal::Woken
        };
        tell.send(signal).ok()?;
    }
    Some(())
}

/// `None` when it may not be taken: then sleep is heard, but not held up.
async fn take_delay(manager: &zbus::Proxy<'_>) -> Option<OwnedFd> {
    let reason = ("sleep", "Wardroom", "Locks its accounts before sleep", "delay");
    manager.call("Inhibit", &reason).await.ok()
}

/// `loginctl lock-session` and desktops that tell logind.
pub(super) async fn session(bus: &Connection, tell: &Tell) -> Option<()> {
    let path = own_session(bus).await?;
    let session = object(bus, SERVICE, path.as_str(), SESSION).await?;
    let mut locks = session.receive_signal("Lock").await.ok()?;
    let mut unlocks = session.receive_signal("Unlock").await.ok()?;
    let mut hints = changes(bus, SERVICE, path.as_str(), SESSION).await?;
    let mut was_locked = session.get_property("LockedHint").await.unwrap_or(false);
    loop {
        let locked = tokio::select! {
            Some(_) = locks.next() => true,
            Some(_) = unlocks.next() => false,
            Some(_) = hints.next() => {
                let Ok(locked) = session.get_property("LockedHint").await else { continue };
                if locked == was_locked {
                    continue;
                }
                was_locked = locked;
                locked
            }
            else => return Some(()),
        };
        tell.send(if locked { Signal::Locked } else { Signal::Unlocked }).ok()?;
    }
}

/// Ours, or the one at the person's screen when we were started outside of it (by the user's systemd).
async fn own_session(bus: &Connection) -> Option<OwnedObjectPath> {
    let manager = object(bus, SERVICE, PATH, MANAGER).await?;
    if let Ok(path) = manager.call("GetSessionByPID", &(std::process::id(),)).await {
        return Some(path);
    }
    let named = std::env::var("XDG_SESSION_ID").unwrap_or_else(|_| "auto".to_owned());
    manager.call("GetSession", &(named,)).await.ok()
}
