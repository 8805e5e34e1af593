//! Sleep that nobody announced shows as a gap: a beat that should come every ten seconds comes much later.
//!
//! Of both clocks the larger step counts: on Linux and macOS the steady clock stands still in sleep, on Windows
//! it runs on, and the wall clock may be set back by hand.

use std::time::{Duration, Instant, SystemTime};

use tokio::sync::mpsc::UnboundedSender;

use super::Signal;

const BEAT: Duration = Duration::from_secs(10);
/// A machine under heavy load is late, too; locking then would be a nuisance.
const LATE: Duration = Duration::from_secs(45);

/// What both clocks show.
#[derive(Clone, Copy)]
struct Clocks {
    steady: Instant,
    wall: SystemTime,
}

impl Clocks {
    fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    fn slept_until(self, now: Self) -> bool {
        let steady = now.steady.saturating_duration_since(self.steady);
        let wall = now.wall.duration_since(self.wall).unwrap_or_default();
        steady.max(wall) >= BEAT + LATE
    }
}

pub(super) async fn listen(tell: UnboundedSender<Signal>) {
    let mut before = Clocks::now();
    loop {
        tokio::time::sleep(BEAT).await;
        let now = Clocks::now();
        if before.slept_until(now) && tell.send(Signal::Woken).is_err() {
            return;
        }
        if tell.is_closed() {
            return;
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steady: u64, wall: i64) -> bool {
        let before =
            Clocks { steady: Instant::now(), wall: SystemTime::UNIX_EPOCH + BEAT * 100_000 };
        let step = Duration::from_secs(wall.unsigned_abs());
        let wall = if wall < 0 { before.wall - step } else { before.wall + step };
        before.slept_until(Clocks { steady: before.steady + Duration::from_secs(steady), wall })
    }

    #[test]
    fn sleep_shows_on_either_clock_and_lateness_does_not_count() {
        assert!(!after(10, 10), "a beat");
        assert!(!after(50, 50), "a busy machine");
        assert!(after(10, 3600), "an hour of sleep, the steady clock stood still");
        assert!(after(3600, 3600), "an hour of sleep, both ran on");
        assert!(!after(10, -3600), "the wall clock was set back");
    }
}
