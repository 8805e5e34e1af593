//! Doors that let only so many through in a while.

use jiff::{SignedDuration, Timestamp};

/// Counts from the first request of a window, as `AspNetCoreRateLimit` does with its default store.
#[derive(Debug)]
pub(crate) struct Door {
    most: u32,
    window: SignedDuration,
    opened: Option<Timestamp>,
    through: u32,
}

impl Door {
    /// `POST /connect/token`: ten a minute (`src/Identity/appsettings.json`).
    pub(super) fn tokens() -> Self {
        Self::new(10, SignedDuration::from_mins(1))
    }

    /// `POST /two-factor/send-email-login`: ten in ten minutes (`src/Api/appsettings.json`).
    pub(super) fn mails() -> Self {
        Self::new(10, SignedDuration::from_mins(10))
    }

    fn new(most: u32, window: SignedDuration) -> Self {
        Self { most, window, opened: None, through: 0 }
    }

    /// Seconds to wait, when too many came; they are counted too only when they are let in.
    pub(super) fn enter(&mut self, now: Timestamp) -> Option<u64> {
        let opened = match self.opened {
            Some(opened) if now.duration_since(opened) < self.window => opened,
            _ => {
                self.opened = Some(now);
                self.through = 0;
                now
            }
        };
        if self.through < self.most {
            self.through += 1;
            return None;
        }
        let left = self.window - now.duration_since(opened);
        Some(u64::try_from(left.as_secs()).unwrap_or_default().max(1))
    }

    /// The window as the server words it.
    pub(crate) fn period(&self) -> String {
        format!("{}m", self.window.as_mins())
    }
}
