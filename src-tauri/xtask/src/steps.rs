//! A row of steps, each with its time, and the last word about them.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::stop::{Answer, Stop};

/// The steps taken so far.
pub(crate) struct Steps {
    taken: Vec<(String, Duration, bool)>,
    started: Instant,
}

impl Steps {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        Self { taken: Vec::new(), started: Instant::now() }
    }

    /// Takes one step: says its name, runs it, notes its time.
    pub(crate) fn take(&mut self, name: &str, step: impl FnOnce() -> Answer) -> Answer {
        println!("\n== {name}");
        let begun = Instant::now();
        let answer = step();
        let time = begun.elapsed();
        self.taken.push((name.to_owned(), time, answer.is_ok()));
        match &answer {
            Ok(()) => println!("== {name}: done in {}", spoken(time)),
            Err(_) => println!("== {name}: FAILED after {}", spoken(time)),
        }
        answer
    }

    /// Prints the table and the count, and passes the answer on.
    pub(crate) fn finish(self, answer: Result<(), Stop>) -> Answer {
        println!("\n{}", self.summary());
        println!("{}", self.last_line());
        answer
    }

    fn summary(&self) -> String {
        let mut text = String::new();
        for (name, time, passed) in &self.taken {
            let mark = if *passed { "ok    " } else { "FAILED" };
            let _ = writeln!(text, "{mark} {:>9}  {name}", spoken(*time));
        }
        let _ = write!(text, "       {:>9}  in all", spoken(self.started.elapsed()));
        text
    }

    fn last_line(&self) -> String {
        let failed = self.taken.iter().filter(|(_, _, passed)| !passed).count();
        format!("{} passed, {failed} failed", self.taken.len() - failed)
    }
}

fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_counted_and_its_reason_kept() {
        let mut steps = Steps::start();
        steps.take("one", || Ok(())).unwrap();
        let answer = steps.take("two", || Err(Stop::Failed("x".to_owned())));
        assert_eq!(steps.last_line(), "1 passed, 1 failed");
        assert!(steps.summary().contains("FAILED"), "{}", steps.summary());
        assert!(steps.finish(answer).is_err(), "the caller must learn of the failure");
    }

    #[test]
    fn times_are_spoken_in_minutes_once_they_are_long() {
        assert_eq!(spoken(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(125)), "2 min 05 s");
    }
}
