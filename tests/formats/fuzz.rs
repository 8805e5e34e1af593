//! Thousands of damaged copies of every sample: no panic, no endless loop, no content in what is said.

use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};

use super::normal::fixture;
use super::scratch::export;

/// Copies of each sample; some ten seconds in a debug build. `WARDROOM_FUZZ_ROUNDS` asks for more.
const ROUNDS: u64 = 1000;

fn rounds() -> u64 {
    let asked = std::env::var("WARDROOM_FUZZ_ROUNDS").ok();
    asked.map_or(ROUNDS, |asked| asked.parse().expect("a number of rounds"))
}

/// Repeatable numbers (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits") % sides.max(1)
    }
}

/// One to four random wounds.
fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const SNIPPETS: [&[u8]; 16] = [
        b"\"",
        b"\"\"",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\\",
        b":",
        b"null",
        b"\xFF\xFE",
        b"&amp;",
        b"NoteType:Credit Card\n",
    ];
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len());
        let len = dice.roll(40).min(bytes.len() - at);
        match dice.roll(6) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => {
                bytes.drain(at..at + len);
            }
            2 => {
                let piece = bytes[at..at + len].to_vec();
                let to = dice.roll(bytes.len());
                bytes.splice(to..to, piece);
            }
            3 => bytes.truncate(at.max(1)),
            _ => {
                let snippet = SNIPPETS[dice.roll(SNIPPETS.len())];
                bytes.splice(at..at, snippet.iter().copied());
            }
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
}

pub(crate) fn survives(sample: &str, id: &str, markers: &[&str]) {
    let whole = std::fs::read(fixture(sample)).expect("fixture");
    let mut dice = Dice(42);
    for round in 0..rounds() {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut dice);
        let format = (round % 2 == 0).then(|| id.to_owned());
        let options = ReadOptions { format, ..ReadOptions::default() };
        let mut handed = 0;
        let outcome = export(&bytes).with(|path| {
            formats::read(path, &options, round % 3 == 0, &mut |_| {
                handed += 1;
                Ok::<_, Error>(())
            })
        });
        assert!(handed < 10_000, "round {round} made items out of nothing");
        let said = match outcome {
            Ok(summary) => format!("{:?}", summary.findings),
            Err(error) => format!("{error} {error:?}"),
        };
        for marker in markers {
            assert!(
                !said.contains(marker),
                "round {round} of {sample} told what a cell holds: {said}"
            );
        }
    }
}

const MARKERS: [&str; 6] = ["CorrectHorse", "admin-pw", "alice", "müller", "example.com", "4111"];

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
