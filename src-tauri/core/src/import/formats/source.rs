//! Bytes of a file as UTF-8 text, decoded chunk by chunk.
//!
//! [`Source`] hashes what it decodes, so the SHA-256 is of exactly the bytes that were read; [`Window`]
//! holds the part of the text a parser has not finished with.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Decoder, Encoding};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::sniff::Sniff;
use crate::import::Error;

/// An open file, or the decrypted inside of a protected one.
pub(super) trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

/// Read at a time. Small enough to stay in the processor's cache.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// Small files get small buffers: wiping them costs more than reading.
pub(super) fn chunk_for(size: u64) -> usize {
    usize::try_from(size).unwrap_or(CHUNK_BYTES).clamp(256, CHUNK_BYTES)
}

/// Fills `raw` as far as the input allows: short reads must not look like the end.
pub(super) fn read_chunk(input: &mut dyn Input, raw: &mut [u8]) -> Result<usize, Error> {
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
        Self::open_as(input, sniff.size, sniff.encoding)
    }

    /// From the beginning of about `size` bytes, in this encoding.
    pub(super) fn open_as(
        input: &'a mut dyn Input,
        size: u64,
        encoding: &'static Encoding,
    ) -> Result<Self, Error> {
        input.seek(SeekFrom::Start(0)).map_err(Error::Unreadable)?;
        Ok(Self {
            input,
            decoder: encoding.new_decoder(),
            hash: Sha256::new(),
            raw: Zeroizing::new(vec![0; chunk_for(size)]),
            left: 0..0,
            last: false,
            done: false,
        })
    }

    /// Bytes read at a time.
    pub(super) fn chunk(&self) -> usize {
        self.raw.len()
    }

    /// Puts more text into `into`; 0 only at the end.
    pub(super) fn fill(&mut self, into: &mut [u8]) -> Result<usize, Error> {
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
