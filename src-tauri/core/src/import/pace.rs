//! Time for uploads: a clock that tests can turn, and a pace below the server's limits.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// Where an upload takes its time from. Tests pass one that turns by itself.
pub trait Clock: Send + Sync {
    /// The date for receipts.
    fn timestamp(&self) -> jiff::Timestamp;
    /// Time since some fixed moment; never runs backwards.
    fn elapsed(&self) -> Duration;
    /// Ends after `time`.
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn timestamp(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Writes per second and per minute, one below what the cloud answers 429 to: 5 and 60 per address and
/// verb (`src/Api/appsettings.json`, `IpRateLimitOptions`). Others behind the same address count too, so
/// the minute keeps more of a distance.
const WINDOWS: [(Duration, usize); 2] = [(Duration::from_secs(1), 4), (Duration::from_mins(1), 50)];

/// Remembers when requests were sent, so that a burst goes out at once and a flood does not.
#[derive(Debug, Default)]
pub(super) struct Pace {
    sent: VecDeque<Duration>,
}

impl Pace {
    /// How long to wait before the next request; zero most of the time.
    pub(super) fn delay(&self, now: Duration) -> Duration {
        let mut delay = Duration::ZERO;
        for (window, most) in WINDOWS {
            let Some(index) = self.sent.len().checked_sub(most) else { continue };
            let free_at = self.sent.get(index).map_or(Duration::ZERO, |sent| *sent + window);
            delay = delay.max(free_at.saturating_sub(now));
        }
        delay
    }

    /// Notes a request that goes out now.
    pub(super) fn note(&mut self, now: Duration) {
        self.sent.push_back(now);
        let most = WINDOWS.iter().map(|(_, most)| *most).max().unwrap_or(0);
        while self.sent.len() > most {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send_all(requests: usize) -> Vec<Duration> {
        let (mut pace, mut now, mut sent) = (Pace::default(), Duration::ZERO, Vec::new());
        for _ in 0..requests {
            now += pace.delay(now);
            pace.note(now);
            sent.push(now);
        }
        sent
    }

    #[test]
    fn the_first_requests_go_out_at_once() {
        assert_eq!(send_all(4), [Duration::ZERO; 4], "a small import must not feel the pace");
    }

    #[test]
    fn no_second_sees_five_requests_and_no_minute_sixty() {
        let sent = send_all(300);
        for (index, start) in sent.iter().enumerate() {
            let within =
                |window| sent.iter().skip(index).filter(|at| **at < *start + window).count();
            assert!(within(Duration::from_secs(1)) < 5, "the server's limit per second");
            assert!(within(Duration::from_mins(1)) < 60, "the server's limit per minute");
        }
    }
}
