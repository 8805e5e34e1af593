//! How long to wait before knocking again.

use std::time::Duration;

/// The first wait.
pub(super) const SHORTEST: Duration = Duration::from_secs(1);
/// The longest: a notification service that comes back is found again within it.
pub(super) const LONGEST: Duration = Duration::from_mins(5);
/// A connection that lasted this long was a good one: the waits begin anew.
pub(super) const STEADY: Duration = Duration::from_mins(1);

/// Doubling waits with jitter, so that a server's restart does not bring everybody back in one second.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failures: u32,
}

impl Pace {
    /// After a failure. `roll` is between 0 and 1; the wait is between half and the whole of its step.
    pub(super) fn wait(&mut self, roll: f64) -> Duration {
        let step = SHORTEST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        step.mul_f64(0.5 + 0.5 * roll.clamp(0.0, 1.0))
    }

    /// After a connection of this length.
    pub(super) fn was_connected(&mut self, time: Duration) {
        if time >= STEADY {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_begin_anew_after_a_good_connection() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..12).map(|_| pace.wait(1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        pace.was_connected(Duration::from_secs(59));
        assert_eq!(
            pace.wait(1.0),
            LONGEST,
            "a server that hangs up at once is not knocked at again and again"
        );
        pace.was_connected(STEADY);
        assert_eq!(pace.wait(0.0), SHORTEST / 2, "the die takes at most half of it away");
    }

    #[test]
    fn no_number_of_failures_overflows() {
        let mut pace = Pace { failures: u32::MAX };
        assert_eq!(pace.wait(1.0), LONGEST);
    }
}
