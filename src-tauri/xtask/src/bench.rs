//! Bench.
use crate::stop::Answer;
pub(crate) fn run(_: &[String]) -> Answer {
    Ok(())
}
