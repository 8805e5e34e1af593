//! The soak: a thousand times locked and unlocked in one process, in every way there is, and the memory stays
//! flat.
//!
//! A program of its own, so that no other test's memory is counted. Nothing here is timed; to watch it, run it
//! with `--nocapture`.
// A failed unwrap here is a failed soak; what it prints is its report.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod memory;
#[path = "../it/office.rs"]
#[expect(dead_code, reason = "the stories use more of it")]
mod office;
mod refresh;
mod unlock;

use std::process::ExitCode;

/// Name and work of each part; more may be added.
const PARTS: [(&str, fn()); 2] = [
    ("a_thousand_locks_and_unlocks_leave_the_memory_flat", unlock::soak),
    ("a_thousand_refreshes_leave_the_memory_flat", refresh::soak),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The little of the test runner's command line that `cargo test NAME` needs.
    let names: Vec<_> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let is_wanted = |part: &str| names.is_empty() || names.iter().any(|name| part.contains(*name));
    let only_list = arguments.iter().any(|word| word == "--list");
    for (name, soak) in PARTS.iter().filter(|(name, _)| is_wanted(name)) {
        if only_list {
            println!("{name}: test");
        } else {
            soak();
            println!("test {name} ... ok");
        }
    }
    ExitCode::SUCCESS
}
