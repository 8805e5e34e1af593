//! Thousands of damaged copies of every sample: no panic, no endless loop, no content in what is said.
//!
//! The normal run is short. `cargo xtask fuzz` sets `WARDROOM_FUZZ_SECONDS`, and perhaps
//! `WARDROOM_FUZZ_FAMILY`, for a long one; `WARDROOM_FUZZ_ROUNDS` asks for more of each sample.

use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};

use super::fuzz_dice::{Dice, mutate};
use super::normal::fixture;
use super::scratch::export;

/// Copies of each sample. Every sample is met a second time by `fuzz_all`.
const ROUNDS: u64 = 60;

pub(crate) fn rounds() -> u64 {
    let asked = std::env::var("WARDROOM_FUZZ_ROUNDS").ok();
    asked.map_or(ROUNDS, |asked| asked.parse().expect("a number of rounds"))
}

/// More items than any damaged sample can honestly have.
pub(crate) const MOST_ITEMS: u32 = 10_000;

/// Reads `bytes` and answers what was said about them.
pub(crate) fn said(bytes: &[u8], options: &ReadOptions, organization: bool) -> (u32, String) {
    let mut handed = 0;
    let outcome = export(bytes).with(|path| {
        formats::read(path, options, organization, &mut |_| {
            handed += 1;
            Ok::<_, Error>(())
        })
    });
    let said = match outcome {
        Ok(summary) => format!("{:?}", summary.findings),
        Err(error) => format!("{error} {error:?}"),
    };
    (handed, said)
}

/// Damages a sample again and again and reads it as `id`, or as whatever it looks like.
pub(crate) fn survives(sample: &str, id: &str, markers: &[&str]) {
    let whole = std::fs::read(fixture(sample)).expect("fixture");
    let mut dice = Dice::new(42);
    for round in 0..rounds() {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &[], &mut dice);
        let format = (round % 2 == 0).then(|| id.to_owned());
        let options = ReadOptions { format, ..ReadOptions::default() };
        let (handed, said) = said(&bytes, &options, round % 3 == 0);
        assert!(handed < MOST_ITEMS, "round {round} made items out of nothing");
        for marker in markers {
            assert!(
                !said.contains(marker),
                "round {round} of {sample} told what a cell holds: {said}"
            );
        }
    }
}

/// What samples hold, and nobody may repeat.
pub(crate) const MARKERS: [&str; 6] =
    ["CorrectHorse", "admin-pw", "alice", "müller", "example.com", "4111"];

#[test]
fn damaged_browser_exports_never_panic_or_tell() {
    survives("chromecsv/sample.csv", "chromecsv", &MARKERS);
}

#[test]
fn damaged_lastpass_exports_never_panic_or_tell() {
    survives("lastpasscsv/sample.csv", "lastpasscsv", &MARKERS);
}

#[test]
fn damaged_bitwarden_csvs_never_panic_or_tell() {
    survives("bitwardencsv/sample.csv", "bitwardencsv", &MARKERS);
    survives("bitwardencsv/sample-org.csv", "bitwardencsv", &MARKERS);
}

#[test]
fn damaged_bitwarden_jsons_never_panic_or_tell() {
    survives("bitwardenjson/sample.json", "bitwardenjson", &MARKERS);
    survives("bitwardenjson/sample-org.json", "bitwardenjson", &MARKERS);
    survives("bitwardenjson/sample-password-pbkdf2.json", "bitwardenjson", &MARKERS);
}
