//! Which passwords are known to criminals: by range query or by a list on this machine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::time::Instant;

use super::upload::Cancel;
use crate::health::{Password, PasswordHash};
use crate::server::{self, ExposedPasswords, HashRange, KnownHash, parse_hash};
use crate::session::Unlocked;
use crate::{Error, import};

/// Questions under way at the same time.
const AT_ONCE: usize = 4;
/// Between the starts of two questions; the service is free, and others use it too.
const PAUSE: Duration = Duration::from_millis(10);
/// Questions of one check; a million would be the whole service.
const MOST_QUESTIONS: usize = 20_000;
/// How long an answer is good: new breaches are added a few times a year.
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The longest pause in seconds that is waited for when the service asks for one.
const LONGEST_WAIT: u64 = 30;
/// How soon a cancel is noticed meanwhile.
const SLICE: Duration = Duration::from_millis(250);
/// Times in a row.
const MOST_WAITS: u32 = 3;

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Some were not answered.
    pub(super) incomplete: bool,
}

/// Fills in how often each password was seen, as far as the service answers. `progress` gets the questions
/// settled and their number.
pub(super) async fn ask(
    unlocked: &Unlocked,
    passwords: &mut [Password],
    progress: impl Fn(u64, u64),
    cancel: &Cancel,
) -> Result<Asked, Error> {
    let mut ranges: BTreeMap<HashRange, Vec<&mut Password>> = BTreeMap::new();
    for password in passwords {
        ranges.entry(HashRange::of(&password.hash)).or_default().push(password);
    }
    let not_before = (jiff::Timestamp::now() - KEPT).to_string();
    unlocked.store().trim_exposed_ranges(&not_before).await?;
    let mut unknown = Vec::new();
    let total = ranges.len() as u64;
    let mut settled = 0;
    for (range, mut passwords) in ranges {
        let kept = unlocked.store().load_exposed_range(&range.to_string(), &not_before).await?;
        match kept.and_then(|kept| unpack(&kept)) {
            Some(known) => {
                fill(&mut passwords, &known);
                settled += 1;
            }
            None => unknown.push((range, passwords)),
        }
    }
    let too_many = unknown.len() > MOST_QUESTIONS;
    unknown.truncate(MOST_QUESTIONS);
    let service = unlocked.exposed_passwords();
    let mut waiting = unknown.into_iter();
    let mut asking = FuturesUnordered::new();
    let mut incomplete = too_many;
    loop {
        while asking.len() < AT_ONCE
            && let Some((range, passwords)) = waiting.next()
        {
            tokio::time::sleep(PAUSE).await;
            asking.push(patiently(&service, range, passwords, cancel));
        }
        let Some((range, mut passwords, answer)) = asking.next().await else { break };
        if cancel.is_cancelled() {
            return Err(import::Error::Stopped.into());
        }
        match answer {
            Ok(known) => {
                let known = pack(&known);
                let now = jiff::Timestamp::now().to_string();
                unlocked.store().save_exposed_range(&range.to_string(), &now, &known).await?;
                fill(&mut passwords, &unpack(&known).unwrap_or_default());
                settled += 1;
                progress(settled, total);
            }
            // Nobody there, or it refuses: the next question would fare no better. What is known counts.
            Err(error) => {
                tracing::warn!(%error, "not every password was asked about");
                incomplete = true;
                break;
            }
        }
    }
    Ok(Asked { incomplete })
}

/// Waits when the service asks for it, a few times.
async fn patiently<'a>(
    service: &ExposedPasswords,
    range: HashRange,
    passwords: Vec<&'a mut Password>,
    cancel: &Cancel,
) -> (HashRange, Vec<&'a mut Password>, Result<Vec<KnownHash>, server::Error>) {
    let mut waits = 0;
    loop {
        match service.fetch(range).await {
            Err(server::Error::SlowDown { wait_seconds }) if waits < MOST_WAITS => {
                waits += 1;
                let until =
                    Instant::now() + Duration::from_secs(wait_seconds.clamp(1, LONGEST_WAIT));
                while Instant::now() < until && !cancel.is_cancelled() {
                    tokio::time::sleep(SLICE).await;
                }
            }
            other => return (range, passwords, other),
        }
    }
}

/// Ten bytes of a hash behind those that its range tells; two of equal ones are not met in this world.
type Rest = [u8; 10];

fn rest(hash: &PasswordHash) -> Rest {
    let [_, _, rest @ .., _, _, _, _, _, _, _, _] = *hash;
    rest
}

fn fill(passwords: &mut [&mut Password], known: &[(Rest, u32)]) {
    for password in passwords {
        let wanted = rest(&password.hash);
        let found = known.iter().find(|(known, _)| *known == wanted);
        password.exposed = Some(found.map_or(0, |(_, count)| u64::from(*count)));
    }
}

/// As it is kept: ten bytes and a count each, little-endian.
fn pack(known: &[KnownHash]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(known.len() * 14);
    for one in known {
        packed.extend_from_slice(&rest(&one.hash));
        packed.extend_from_slice(&u32::try_from(one.count).unwrap_or(u32::MAX).to_le_bytes());
    }
    packed
}

fn unpack(packed: &[u8]) -> Option<Vec<(Rest, u32)>> {
    let (rows, left) = packed.as_chunks::<14>();
    left.is_empty().then(|| {
        let row = |row: &[u8; 14]| {
            let [rest @ .., b0, b1, b2, b3] = *row;
            (rest, u32::from_le_bytes([b0, b1, b2, b3]))
        };
        rows.iter().map(row).collect()
    })
}

/// A sorted list of SHA-1 hashes in hexadecimal digits, each with or without `:COUNT`: how Have I Been Pwned's
/// downloader writes it. Tens of gigabytes, so it is searched by bisection where it lies.
pub(super) struct HashList {
    file: File,
    length: u64,
}

/// A line is 40 digits, a colon, a count and a line end; nothing longer is one.
const LONGEST_LINE: usize = 80;

impl HashList {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(import::Error::Unreadable)?;
        let length = file.metadata().map_err(import::Error::Unreadable)?.len();
        let mut list = Self { file, length };
        let first = list.line_at(0)?;
        let middle = list.line_after(length / 2)?;
        match (first, middle) {
            (Some((_, first, _)), middle) if middle.is_none_or(|(_, hash, _)| hash >= first) => {
                Ok(list)
            }
            _ => Err(not_a_list()),
        }
    }

    /// How often this password was seen; 0 when it is not on the list.
    pub(super) fn count(&mut self, hash: &PasswordHash) -> Result<u64, Error> {
        // Between them, lines begin that may be the one.
        let (mut from, mut until) = (0, self.length);
        while from < until {
            let middle = from + (until - from) / 2;
            match self.line_after(middle)? {
                Some((start, found, _)) if start < until && found < *hash => from = start + 1,
                Some((start, found, count)) if start < until && found == *hash => {
                    return Ok(count);
                }
                _ => until = middle,
            }
        }
        Ok(self.line_after(from)?.filter(|(_, found, _)| found == hash).map_or(0, |found| found.2))
    }

    /// The first line that begins at `offset` or behind it: where, its hash and its count.
    fn line_after(&mut self, offset: u64) -> Result<Option<(u64, PasswordHash, u64)>, Error> {
        if offset == 0 {
            return self.line_at(0);
        }
        let (buffer, filled) = self.read(offset - 1)?;
        let end = buffer.iter().take(filled).position(|byte| *byte == b'\n');
        match end {
            Some(end) => self.line_at(offset + end as u64),
            None if filled < LONGEST_LINE => Ok(None),
            None => Err(not_a_list()),
        }
    }

    fn line_at(&mut self, offset: u64) -> Result<Option<(u64, PasswordHash, u64)>, Error> {
        let (buffer, filled) = self.read(offset)?;
        let line = buffer.get(..filled).unwrap_or_default();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = std::str::from_utf8(line).map_err(|_| not_a_list())?.trim_end();
        if line.is_empty() {
            return Ok(None);
        }
        let (digits, count) = line.split_once(':').unwrap_or((line, "1"));
        let hash = parse_hash(digits).ok_or_else(not_a_list)?;
        Ok(Some((offset, hash, count.parse().map_err(|_| not_a_list())?)))
    }

    fn read(&mut self, offset: u64) -> Result<([u8; LONGEST_LINE], usize), Error> {
        let mut buffer = [0; LONGEST_LINE];
        let mut filled = 0;
        self.file.seek(SeekFrom::Start(offset)).map_err(import::Error::Unreadable)?;
        while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.file.read(room).map_err(import::Error::Unreadable)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok((buffer, filled))
    }
}

fn not_a_list() -> Error {
    Error::Refused("this is no sorted list of SHA-1 hashes".to_owned())
}

/// Looks every password up; `progress` gets how many of how many are done.
pub(super) fn look_up(
    path: &Path,
    passwords: &mut [Password],
    progress: impl Fn(u64, u64),
    cancel: &Cancel,
) -> Result<(), Error> {
    let mut list = HashList::open(path)?;
    let total = passwords.len() as u64;
    for (done, password) in (1..).zip(passwords) {
        if cancel.is_cancelled() {
            return Err(import::Error::Stopped.into());
        }
        password.exposed = Some(list.count(&password.hash)?);
        progress(done, total);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sha1::{Digest as _, Sha1};

    use super::*;

    fn hash(password: &str) -> PasswordHash {
        Sha1::digest(password.as_bytes()).into()
    }

    fn digits(hash: &PasswordHash) -> String {
        hash.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02X}").unwrap();
            text
        })
    }

    fn list(entries: &[(String, &str)], line_end: &str) -> (tempfile::NamedTempFile, HashList) {
        let mut lines: Vec<_> =
            entries.iter().map(|(word, count)| format!("{}{count}", digits(&hash(word)))).collect();
        lines.sort();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), lines.join(line_end)).unwrap();
        let list = HashList::open(file.path()).unwrap();
        (file, list)
    }

    #[test]
    fn every_entry_of_a_list_is_found_and_nothing_else() {
        for size in [1, 2, 3, 100, 1_000] {
            for line_end in ["\n", "\r\n"] {
                let entries: Vec<_> = (0..size).map(|n| (format!("pw{n}"), ":42")).collect();
                let (_file, mut list) = list(&entries, line_end);
                for (word, _) in &entries {
                    assert_eq!(list.count(&hash(word)).unwrap(), 42, "{word} of {size}");
                }
                for other in 0..50 {
                    let other = hash(&format!("other{other}"));
                    assert_eq!(list.count(&other).unwrap(), 0, "of {size}");
                }
                assert_eq!(list.count(&[0; 20]).unwrap(), 0);
                assert_eq!(list.count(&[255; 20]).unwrap(), 0);
            }
        }
    }

    #[test]
    fn counts_of_any_length_and_none_at_all_are_read() {
        let entries = vec![
            ("a".to_owned(), ""),
            ("b".to_owned(), ":7"),
            ("c".to_owned(), ":123456789"),
            ("d".to_owned(), ":1"),
        ];
        let (_file, mut list) = list(&entries, "\n");
        let counts: Vec<_> =
            ["a", "b", "c", "d"].iter().map(|word| list.count(&hash(word)).unwrap()).collect();
        assert_eq!(counts, [1, 7, 123_456_789, 1]);
    }

    #[test]
    fn what_is_no_list_is_refused_before_it_answers_nonsense() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut sorted = [digits(&hash("a")), digits(&hash("b"))];
        sorted.sort();
        let [low, high] = sorted;
        let upside_down = format!("{high}:1\n{low}:1\n{low}:1\n{low}:1\n");
        for text in ["", "password,count\n", "<html></html>", &upside_down] {
            std::fs::write(file.path(), text).unwrap();
            assert!(HashList::open(file.path()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_answer_that_was_kept_says_the_same_as_the_fresh_one() {
        let known = [
            KnownHash { hash: hash("password"), count: 9_659_365 },
            KnownHash { hash: hash("letmein"), count: u64::MAX },
        ];
        let kept = unpack(&pack(&known)).unwrap();
        let count = |word: &str| {
            let (hash, score, used) = (hash(word), 0, 1);
            let mut password = Password { hash, score, used, exposed: None };
            fill(&mut [&mut password], &kept);
            password.exposed
        };
        assert_eq!(count("password"), Some(9_659_365));
        assert_eq!(count("letmein"), Some(u32::MAX.into()));
        assert_eq!(count("other"), Some(0));
        assert_eq!(unpack(&[1, 2, 3]), None, "a damaged one is asked for again");
    }
}
