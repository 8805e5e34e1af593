//! How many reads a minute this machine asks of one server, whoever asks.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The cloud answers 200 reads a minute from one address (`src/Api/appsettings.json`), and a person's own
/// clicks, other programs and colleagues behind the same router count as well: half of them stay theirs.
const IN_BACKGROUND: usize = 100;
/// What a person asked for may go further, and still leaves room for their other programs.
const FOR_A_PERSON: usize = 160;
const WINDOW: Duration = Duration::from_mins(1);

/// Who waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Nobody in particular.
    Background,
    /// Somebody who pressed a button.
    Person,
}

/// The reads of the last minute, of all accounts at one server.
#[derive(Debug, Default)]
pub struct Budget(Mutex<VecDeque<Instant>>);

impl Budget {
    /// Takes that many reads.
    ///
    /// # Errors
    /// With the time at which they may be taken, when that is not now.
    pub fn take(&self, now: Instant, reads: usize, who: Reader) -> Result<(), Instant> {
        let limit = match who {
            Reader::Background => IN_BACKGROUND,
            Reader::Person => FOR_A_PERSON,
        };
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            taken.pop_front();
        }
        // More at once than there ever is room for waits for an empty minute.
        let reads = reads.min(limit);
        let too_many = (taken.len() + reads).saturating_sub(limit);
        match too_many.checked_sub(1).and_then(|last| taken.get(last)) {
            Some(at) => Err(*at + WINDOW),
            None => {
                taken.extend(std::iter::repeat_n(now, reads));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_holds_more_than_its_reads_and_a_person_goes_first() {
        let (budget, start) = (Budget::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        for second in 0..50 {
            budget.take(at(second), 2, Reader::Background).expect("there is room");
        }
        assert_eq!(budget.take(at(50), 1, Reader::Background), Err(at(60)));
        assert_eq!(budget.take(at(50), 3, Reader::Background), Err(at(61)));
        assert_eq!(budget.take(at(50), 60, Reader::Person), Ok(()));
        assert_eq!(budget.take(at(50), 1, Reader::Person), Err(at(60)));
        assert_eq!(budget.take(at(60), 1, Reader::Background), Err(at(90)));
        assert_eq!(budget.take(at(200), 1000, Reader::Background), Ok(()), "more than ever fits");
        assert_eq!(budget.take(at(200), 1, Reader::Background), Err(at(260)));
    }
}
