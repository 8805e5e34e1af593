//! Every sample of the fixtures, damaged, spliced with others, read as every format: each parser meets what
//! it never asked for. Archives and databases are damaged inside too, where a careless change would only
//! break their seals.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use wardroom_core::import::formats::{self, ReadOptions};
use wardroom_core::keys::Secret;

use super::fuzz::{MARKERS, MOST_ITEMS, said};
use super::fuzz_dice::{Dice, mutate};
use super::fuzz_kdbx;
use super::normal::fixture;

/// Of each sample; a few seconds in all in a debug build.
const ROUNDS: u64 = 12;

/// Larger ones are cut: their size has nothing to teach here.
const LARGEST_SAMPLE: usize = 60_000;

/// Deriving their keys takes longer than everything else together: once in so many rounds.
const RARELY: u64 = 400;

struct Sample {
    id: String,
    name: String,
    bytes: Vec<u8>,
    password: Option<Secret>,
    is_slow: bool,
}

/// All samples by their format, in an order that does not depend on the disk.
fn samples() -> Vec<Sample> {
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(fixture("")).expect("fixtures").flatten() {
        let files = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
        for file in files.filter(|file| file.path().is_file()) {
            let id = folder.file_name().to_string_lossy().into_owned();
            let name = file.file_name().to_string_lossy().into_owned();
            let is_result = name.contains("expected") || name.contains("proposed");
            if !is_result {
                found.insert((id, name), file.path());
            }
        }
    }
    let family = std::env::var("WARDROOM_FUZZ_FAMILY").unwrap_or_default();
    let all = found.into_iter().filter(|((id, _), _)| id.contains(&family));
    all.map(|((id, name), path)| {
        let mut bytes = std::fs::read(path).expect("fixture");
        if !bytes.starts_with(b"PK") {
            bytes.truncate(LARGEST_SAMPLE);
        }
        let password = match id.as_str() {
            "keepasskdbx" => Some(Secret::new("Fixture-pässword")),
            _ if name.contains("password") => Some(Secret::new("fixture-Passw0rd-é")),
            _ => None,
        };
        let is_slow = password.is_some() && id != "keepasskdbx" || name == "sample.kdbx";
        Sample { id, name, bytes, password, is_slow }
    })
    .collect()
}

/// When to stop: after a number of rounds, or when the time asked for is over.
enum Until {
    Rounds(u64),
    Over(Instant),
}

impl Until {
    fn asked() -> Self {
        match std::env::var("WARDROOM_FUZZ_SECONDS") {
            Ok(seconds) => {
                let seconds = seconds.parse().expect("a number of seconds");
                Self::Over(Instant::now() + Duration::from_secs(seconds))
            }
            Err(_) => Self::Rounds(ROUNDS),
        }
    }

    fn is_reached(&self, round: u64) -> bool {
        match self {
            Self::Rounds(rounds) => round >= *rounds,
            Self::Over(end) => Instant::now() >= *end,
        }
    }
}

#[test]
fn no_sample_damaged_in_any_way_makes_any_format_panic_hang_or_tell() {
    let samples = samples();
    assert!(!samples.is_empty(), "no sample of that family");
    let others: Vec<&[u8]> = samples.iter().map(|sample| sample.bytes.as_slice()).collect();
    let ids: Vec<String> = formats::formats().into_iter().map(|format| format.id).collect();
    let (until, mut round) = (Until::asked(), 0);
    while !until.is_reached(round) {
        for (at, sample) in samples.iter().enumerate() {
            if sample.is_slow && round % RARELY != 1 {
                continue;
            }
            // What went wrong can be found again from these two numbers alone.
            let mut dice = Dice::new(round << 16 | at as u64);
            let bytes = damaged(sample, &others, &mut dice);
            let format = match dice.roll(4) {
                0 => None,
                1 => Some(ids[dice.roll(ids.len())].clone()),
                _ => Some(sample.id.clone()),
            };
            let export_password = sample.password.clone();
            let new_types = dice.roll(2) == 0;
            let options =
                ReadOptions { format, export_password, new_types, ..ReadOptions::default() };
            check(&bytes, &options, dice.roll(2) == 0, &format!("{round}.{at} {}", sample.name));
        }
        round += 1;
    }
}

fn check(bytes: &[u8], options: &ReadOptions, organization: bool, place: &str) {
    let (handed, said) = said(bytes, options, organization);
    assert!(handed < MOST_ITEMS, "{place}: items out of nothing");
    for marker in MARKERS {
        assert!(
            !said.contains(marker),
            "{place} as {:?} told what it holds: {said}",
            options.format
        );
    }
}

fn damaged(sample: &Sample, others: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let is_archive = sample.bytes.starts_with(b"PK");
    if is_archive && dice.roll(2) == 0 {
        return damaged_inside(&sample.bytes, others, dice).unwrap_or_default();
    }
    let mut bytes = sample.bytes.clone();
    mutate(&mut bytes, others, dice);
    bytes
}

/// An archive with one damaged member.
fn damaged_inside(archive: &[u8], others: &[&[u8]], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).ok()?;
    let chosen = dice.roll(archive.len());
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).ok()?;
        let mut inside = Vec::new();
        member.read_to_end(&mut inside).ok()?;
        if at == chosen {
            mutate(&mut inside, others, dice);
        }
        packed.start_file(member.name().ok()?.to_string(), options).ok()?;
        packed.write_all(&inside).ok()?;
    }
    Some(packed.finish().ok()?.into_inner())
}

#[test]
fn databases_damaged_inside_their_seals_never_panic_or_tell() {
    let xml = std::fs::read(fixture("keepass2xml/sample-odd.xml")).expect("fixture");
    let xml = String::from_utf8(xml).expect("text").replace("ProtectInMemory", "Protected");
    let whole = fuzz_kdbx::sealed(xml.as_bytes(), false);
    let options = ReadOptions {
        export_password: Some(Secret::new(fuzz_kdbx::PASSWORD)),
        ..ReadOptions::default()
    };
    let (until, mut round) = (Until::asked(), 0);
    while !until.is_reached(round / 10) {
        let mut dice = Dice::new(round);
        // The inside, sealed afresh; or the open part, with a hash that fits it.
        let bytes = if dice.roll(3) > 0 {
            let mut inside = xml.clone().into_bytes();
            mutate(&mut inside, &[], &mut dice);
            fuzz_kdbx::sealed(&inside, dice.roll(2) == 0)
        } else {
            fuzz_kdbx::with_other_header(&whole, &mut dice)
        };
        check(&bytes, &options, true, &format!("{round} kdbx"));
        round += 1;
    }
}

#[test]
fn a_database_that_inflates_to_a_text_without_end_is_refused() {
    // A thousandth of that when packed; reading stops at the bound of one text.
    let bomb = fuzz_kdbx::bomb(b"<KeePassFile><Root><Group><Name>", 24 * 1024 * 1024);
    assert!(bomb.len() < 512 * 1024);
    let options = ReadOptions {
        export_password: Some(Secret::new(fuzz_kdbx::PASSWORD)),
        ..ReadOptions::default()
    };
    let (handed, said) = said(&bomb, &options, true);
    assert!(handed == 0 && said.contains("larger than 16 MiB"), "{said}");
}
