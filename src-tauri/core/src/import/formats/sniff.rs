//! One look over a whole file: its encoding, its size, its oddities. Keeps only the beginning.

use std::io::SeekFrom;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use zeroize::Zeroizing;

use super::source::{Input, chunk_for, read_chunk};
use crate::import::Error;

/// Far above any export; keeps offsets, line numbers and patience within bounds.
const LARGEST_FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// What one look over the whole file tells.
pub(super) struct Sniff {
    /// How its bytes become text.
    pub encoding: &'static Encoding,
    /// Decoded beginning of the file, without a byte order mark.
    pub head: Zeroizing<String>,
    /// Bytes of the file that `head` covers.
    seen: u64,
    /// Bytes in all.
    pub size: u64,
    /// A NUL in text that should have none.
    pub nul: bool,
    /// `&…;` occurs: somebody may have copied the source of a web page.
    pub entities: bool,
    /// UTF-8 with bytes that are not; each is shown as U+FFFD.
    pub broken: bool,
}

impl Sniff {
    /// The file is longer than `head`.
    pub(super) fn more(&self) -> bool {
        self.size > self.seen
    }
}

/// Reads to the end once.
pub(super) fn sniff(input: &mut dyn Input) -> Result<Sniff, Error> {
    let size = input.seek(SeekFrom::End(0)).map_err(Error::Unreadable)?;
    input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
    let mut tally = Tally::default();
    let mut raw = Zeroizing::new(vec![0; chunk_for(size)]);
    let mut first = Zeroizing::new(Vec::new());
    loop {
        let n = read_chunk(input, &mut raw)?;
        if n == 0 {
            break;
        }
        tally.add(&raw[..n]);
        if first.is_empty() {
            first = Zeroizing::new(raw[..n].to_vec());
        }
        if tally.size > LARGEST_FILE_BYTES {
            return Err(Error::TooLarge { limit: "1 GiB" });
        }
    }
    tally.end();
    let encoding = tally.encoding(&first);
    let mut head = Zeroizing::new(String::with_capacity(first.len() * 3 + 16));
    let more = tally.size > first.len() as u64;
    let _ = encoding.new_decoder().decode_to_string(&first, &mut head, !more);
    Ok(Sniff {
        encoding,
        head,
        seen: first.len() as u64,
        size: tally.size,
        nul: tally.nuls > 0 && encoding.is_ascii_compatible(),
        entities: tally.entities,
        broken: encoding == UTF_8 && tally.invalid > 0,
    })
}

/// Counts that decide the encoding.
#[derive(Default)]
struct Tally {
    size: u64,
    /// Lead bytes of valid sequences beyond ASCII.
    multibyte: u64,
    invalid: u64,
    nuls: u64,
    entities: bool,
    /// Start of a sequence cut by the chunk's end.
    cut: Vec<u8>,
}

impl Tally {
    fn add(&mut self, chunk: &[u8]) {
        self.size += chunk.len() as u64;
        self.nuls += memchr::memchr_iter(0, chunk).count() as u64;
        self.entities |= has_entity(chunk);
        if self.cut.is_empty() {
            self.check(chunk);
        } else {
            // At most three bytes are carried, so this copies once per cut character.
            let mut joined = Zeroizing::new(std::mem::take(&mut self.cut));
            joined.extend_from_slice(chunk);
            self.check(&joined);
        }
    }

    fn check(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(valid) => return self.count(valid.as_bytes()),
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    self.count(valid);
                    let Some(bad) = error.error_len() else {
                        self.cut = rest.to_vec();
                        return;
                    };
                    self.invalid += 1;
                    bytes = &rest[bad..];
                }
            }
        }
    }

    fn count(&mut self, valid: &[u8]) {
        if !valid.is_ascii() {
            self.multibyte += valid.iter().filter(|byte| **byte >= 0xC0).count() as u64;
        }
    }

    fn end(&mut self) {
        self.invalid += u64::from(!self.cut.is_empty());
    }

    /// A byte order mark decides; else UTF-16 shows by its NULs, and Windows-1252 by bytes that are not
    /// UTF-8 and outnumber those that are.
    fn encoding(&self, first: &[u8]) -> &'static Encoding {
        if let Some((encoding, _)) = Encoding::for_bom(first) {
            return encoding;
        }
        let probe = &first[..first.len().min(1024)];
        let nuls_at = |odd: usize| probe.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
        let half = probe.len() / 2;
        if half >= 4 && nuls_at(1) * 2 > half && nuls_at(0) == 0 {
            UTF_16LE
        } else if half >= 4 && nuls_at(0) * 2 > half && nuls_at(1) == 0 {
            UTF_16BE
        } else if self.invalid > self.multibyte {
            WINDOWS_1252
        } else {
            UTF_8
        }
    }
}

/// `&` followed, within ten letters or digits, by `;`.
fn has_entity(chunk: &[u8]) -> bool {
    memchr::memchr_iter(b'&', chunk).any(|at| entity_len(&chunk[at..]).is_some())
}

/// Length of the HTML entity at the start of `text`, `&` and `;` included.
pub(super) fn entity_len(text: &[u8]) -> Option<usize> {
    let body = text.get(1..)?;
    let end = body.iter().take(10).position(|b| *b == b';')?;
    let name = body.get(..end)?;
    let letters = name.strip_prefix(b"#").unwrap_or(name);
    (!letters.is_empty() && letters.iter().all(u8::is_ascii_alphanumeric)).then_some(end + 2)
}
