//! `cargo xtask fuzz [--seconds N] [FAMILY]`: damages every sample of every format until the time is over.
//!
//! The tests themselves do the work (`tests/formats/fuzz_all.rs`); here they get time, and are built with
//! optimisation but with the checks of a debug build, so that an overflow is a failure.

use std::time::Duration;

use crate::run::{cargo, execute};
use crate::stop::{Answer, Stop};

/// Enough to meet each sample some hundred times.
const USUAL: Duration = Duration::from_mins(5);

/// What was asked for.
struct Wish {
    seconds: u64,
    /// Part of a format's id; empty for all.
    family: String,
}

/// Runs it.
pub(crate) fn run(arguments: &[String]) -> Answer {
    let wish = Wish::of(arguments)?;
    let mut tests = cargo(&["test", "--package", "wardroom-core", "--test", "formats"]);
    tests.args(["--", "--nocapture", "fuzz_all::"]);
    tests.env("WARDROOM_FUZZ_SECONDS", wish.seconds.to_string());
    tests.env("WARDROOM_FUZZ_FAMILY", wish.family);
    tests.env("CARGO_PROFILE_TEST_OPT_LEVEL", "1");
    execute(tests)
}

impl Wish {
    fn of(arguments: &[String]) -> Result<Self, Stop> {
        let mut wish = Self { seconds: USUAL.as_secs(), family: String::new() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--seconds" {
                let number = rest.next().and_then(|number| number.parse().ok());
                wish.seconds = number.ok_or_else(usage)?;
            } else if argument.starts_with('-') || !wish.family.is_empty() {
                return Err(usage());
            } else {
                wish.family.clone_from(argument);
            }
        }
        Ok(wish)
    }
}

fn usage() -> Stop {
    Stop::Needs("cargo xtask fuzz [--seconds N] [FAMILY], such as `keepass` or `csv`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_family_are_understood_in_either_order() {
        let wish = |text: &str| {
            let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            Wish::of(&arguments).map(|wish| (wish.seconds, wish.family)).ok()
        };
        assert_eq!(wish(""), Some((300, String::new())));
        assert_eq!(wish("--seconds 5 keepass"), Some((5, "keepass".to_owned())));
        assert_eq!(wish("csv --seconds 60"), Some((60, "csv".to_owned())));
        for odd in ["--seconds", "--seconds many", "a b", "--minutes 5"] {
            assert_eq!(wish(odd), None, "{odd}");
        }
    }
}
