//! The time, or a test's idea of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Where the keeper takes the time from.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Hand>);

impl Clock {
    /// A clock that stands still until its hand is moved.
    #[must_use]
    pub fn by_hand() -> (Self, Hand) {
        let now = Instant::now();
        let time = Time { now, wall: Timestamp::now(), wake_at: None };
        let hand =
            Hand { time: Arc::new(Mutex::new(time)), moved: Arc::new(watch::Sender::new(())) };
        (Self(Some(hand.clone())), hand)
    }

    /// Never goes back; may stand still while the machine sleeps.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.0.as_ref().map_or_else(Instant::now, |hand| hand.time().now)
    }

    /// The date, which goes on while the machine sleeps.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        self.0.as_ref().map_or_else(Timestamp::now, |hand| hand.time().wall)
    }

    /// The date at that time, as far as one can tell now.
    pub(super) fn date_of(&self, at: Instant) -> Timestamp {
        let left = at.saturating_duration_since(self.now());
        let left = SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX);
        self.wall().checked_add(left).unwrap_or(Timestamp::MAX)
    }

    /// Waits.
    pub(super) async fn sleep_until(&self, at: Instant) {
        let Some(hand) = &self.0 else {
            return tokio::time::sleep_until(at.into()).await;
        };
        let mut moved = hand.moved.subscribe();
        let _sleeping = Sleeping(hand);
        loop {
            // Before the look: a move after it is seen as a change.
            moved.mark_unchanged();
            {
                let mut time = hand.time();
                if time.now >= at {
                    return;
                }
                time.wake_at = Some(at);
            }
            if moved.changed().await.is_err() {
                return;
            }
        }
    }

    /// Something happened: whoever sleeps will look.
    pub(super) fn stir(&self) {
        if let Some(hand) = &self.0 {
            hand.time().wake_at = None;
        }
    }
}

/// Whoever wakes, or is woken by something else, sleeps no more.
struct Sleeping<'a>(&'a Hand);

impl Drop for Sleeping<'_> {
    fn drop(&mut self) {
        self.0.time().wake_at = None;
    }
}

/// Moves a [`Clock`].
#[derive(Debug, Clone)]
pub struct Hand {
    time: Arc<Mutex<Time>>,
    moved: Arc<watch::Sender<()>>,
}

#[derive(Debug)]
struct Time {
    now: Instant,
    wall: Timestamp,
    /// Until when somebody sleeps.
    wake_at: Option<Instant>,
}

impl Hand {
    fn time(&self) -> MutexGuard<'_, Time> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time passes.
    pub fn advance(&self, time: Duration) {
        self.jump(time);
        let mut clock = self.time();
        clock.now += time;
        if clock.wake_at.is_some_and(|at| at <= clock.now) {
            clock.wake_at = None;
        }
        drop(clock);
        self.moved.send_replace(());
    }

    /// Time passes while the machine sleeps: only the date goes on.
    pub fn jump(&self, time: Duration) {
        let mut clock = self.time();
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        clock.wall = clock.wall.checked_add(time).unwrap_or(Timestamp::MAX);
    }

    /// Waits until somebody sleeps on this clock; how long they want to.
    pub async fn asleep(&self) -> Duration {
        loop {
            {
                let time = self.time();
                if let Some(at) = time.wake_at {
                    return at.saturating_duration_since(time.now);
                }
            }
            tokio::task::yield_now().await;
        }
    }
}
