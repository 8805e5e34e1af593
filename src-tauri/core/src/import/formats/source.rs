//! Bytes of a file as UTF-8 text: encoding found out first, then decoded chunk by chunk.
//!
//! Two passes over the file. [`sniff`] looks at every byte once and keeps only what fits in a few numbers;
//! [`Source`] decodes while it hashes, so the SHA-256 is of exactly the bytes that were read.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::import::Error;

/// An open file, or the decrypted inside of a protected one.
pub(super) trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

/// Read at a time. Small enough to stay in the processor's cache.
const CHUNK_BYTES: usize = 64 * 1024;

/// Far above any export; keeps offsets, line numbers and patience within bounds.
const LARGEST_FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// What one look over the whole file tells.
pub(super) struct Sniff {
    /// How its bytes become text.
    pub encoding: &'static Encoding,
    /// Decoded beginning of the file, without a byte order mark.
    pub head: Zeroizing<String>,
    /// The file is longer than `head`.
    pub more: bool,
    /// Bytes in all.
    pub size: u64,
    /// A NUL in text that should have none.
    pub nul: bool,
    /// `&…;` occurs: somebody may have copied the source of a web page.
    pub entities: bool,
    /// UTF-8 with bytes that are not; each is shown as U+FFFD.
    pub broken: bool,
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
        more,
        size: tally.size,
        nul: tally.nuls > 0 && encoding.is_ascii_compatible(),
        entities: tally.entities,
        broken: encoding == UTF_8 && tally.invalid > 0,
    })
}

/// Small files get small buffers: wiping them costs more than reading.
fn chunk_for(size: u64) -> usize {
    usize::try_from(size).unwrap_or(CHUNK_BYTES).clamp(256, CHUNK_BYTES)
}

/// Fills `raw` as far as the input allows: short reads must not look like the end.
fn read_chunk(input: &mut dyn Input, raw: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < raw.len() {
        match input.read(&mut raw[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Unreadable(error)),
        }
    }
    Ok(filled)
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

/// The file as UTF-8, chunk by chunk.
pub(super) struct Source<'a> {
    input: &'a mut dyn Input,
    decoder: Decoder,
    hash: Sha256,
    raw: Zeroizing<Vec<u8>>,
    /// Part of `raw` not yet decoded.
    left: std::ops::Range<usize>,
    last: bool,
    done: bool,
}

impl<'a> Source<'a> {
    /// From the beginning, in the encoding [`sniff`] found.
    pub(super) fn open(input: &'a mut dyn Input, sniff: &Sniff) -> Result<Self, Error> {
        input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        Ok(Self {
            input,
            decoder: sniff.encoding.new_decoder(),
            hash: Sha256::new(),
            raw: Zeroizing::new(vec![0; chunk_for(sniff.size)]),
            left: 0..0,
            last: false,
            done: false,
        })
    }

    /// Puts more text into `into`; 0 only at the end.
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        while !self.done {
            if self.left.is_empty() && !self.last {
                let n = read_chunk(self.input, &mut self.raw)?;
                self.hash.update(&self.raw[..n]);
                self.left = 0..n;
                self.last = n == 0;
            }
            let bytes = &self.raw[self.left.clone()];
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, into, self.last);
            self.left.start += read;
            self.done = self.last && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }

    /// SHA-256 of what was read, lower-case hex; the rest of the file is read first.
    pub(super) fn sha256(mut self) -> Result<String, Error> {
        loop {
            let n = read_chunk(self.input, &mut self.raw)?;
            if n == 0 {
                break;
            }
            self.hash.update(&self.raw[..n]);
        }
        Ok(self.hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            use std::fmt::Write;
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }
}

/// The part of the text in memory: what a parser has not finished with. Wiped when it goes.
pub(super) struct Window<'a> {
    source: Source<'a>,
    bytes: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    ended: bool,
}

impl<'a> Window<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        let bytes = Zeroizing::new(vec![0; 4 * source.raw.len()]);
        Self { source, bytes, start: 0, end: 0, ended: false }
    }

    /// Text not yet consumed.
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// The same, to unescape in place.
    pub(super) fn text_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    /// Nothing will come after [`Window::text`].
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Consumes `bytes`; they stay in place until the next call of [`Window::more`].
    pub(super) fn take(&mut self, bytes: usize) -> &[u8] {
        let from = self.start;
        self.start += bytes;
        &self.bytes[from..self.start]
    }

    /// Makes the unconsumed text longer and answers what is new; empty at the end.
    pub(super) fn more(&mut self) -> Result<&mut [u8], Error> {
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.bytes.len() - self.end < self.source.raw.len() {
            // A plain `resize` would leave the old copy behind unwiped.
            let mut larger = Zeroizing::new(vec![0; self.bytes.len() * 2]);
            larger[..self.end].copy_from_slice(&self.bytes[..self.end]);
            self.bytes = larger;
        }
        let from = self.end;
        let n = self.source.fill(&mut self.bytes[from..])?;
        self.ended = n == 0;
        self.end += n;
        Ok(&mut self.bytes[from..from + n])
    }

    /// Drops `bytes` from the end of the text, for a caller that shortened what [`Window::more`] gave.
    pub(super) fn shorten(&mut self, bytes: usize) {
        self.end -= bytes;
    }

    /// Everything at once, for what cannot be read piecemeal.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond `most` bytes; `limit` says so in words.
    pub(super) fn all(&mut self, most: usize, limit: &'static str) -> Result<&[u8], Error> {
        while !self.ended {
            if self.text().len() > most {
                return Err(Error::TooLarge { limit });
            }
            self.more()?;
        }
        Ok(self.text())
    }

    pub(super) fn into_source(self) -> Source<'a> {
        self.source
    }
}
