//! What the operating system knows and we do not: whether the person is there, whether the screen is locked,
//! whether the machine is about to sleep or wants to save power.
//!
//! Everything here may be missing: then nothing is heard, and nothing hangs. What each system gives:
//!
//! | | Linux | Windows, macOS |
//! | --- | --- | --- |
//! | presence | polkit | Windows Hello or password; Touch ID or password |
//! | screen locked | logind, the desktop's screen saver | not heard |
//! | sleep | before it, by logind, which waits for us | afterwards, by a gap in our own time |
//! | power saver | power-profiles-daemon, UPower | not heard |
//! | network | NetworkManager | not heard |

mod gap;
#[cfg(target_os = "linux")]
mod linux;
mod presence;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) use presence::presence;

/// Something happened to the machine.
#[derive(Debug)]
pub(crate) enum Signal {
    /// The screen was locked, or the session left.
    Locked,
    /// The person is back. Opens nothing.
    Unlocked,
    /// It will sleep as soon as this is dropped, or when the system's patience ends (logind: five seconds).
    GoingToSleep(Delay),
    /// It slept. Where going to sleep is not heard, this is all there is.
    Woken,
    /// Somebody wants power saved, or no longer.
    Saver(bool),
    /// There is a way out to the network, or no longer.
    Network(bool),
}

/// Holds the machine awake until dropped.
pub(crate) struct Delay {
    /// Closing it is what logind waits for.
    #[cfg(target_os = "linux")]
    _lock: Option<zbus::zvariant::OwnedFd>,
}

impl std::fmt::Debug for Delay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delay")
    }
}

/// Starts to listen; the stream never ends by itself and says nothing where nothing can be heard.
///
/// Call it once, inside the runtime.
pub(crate) fn signals() -> UnboundedReceiver<Signal> {
    let (tell, hear) = unbounded_channel();
    #[cfg(target_os = "linux")]
    linux::listen(linux::Buses::default(), &tell);
    // Also there: a machine may be stopped without logind (a paused virtual machine).
    tokio::spawn(gap::listen(tell));
    hear
}
