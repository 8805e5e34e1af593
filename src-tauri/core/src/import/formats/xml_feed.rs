//! A file's text for the XML reader: counts lines, and stops where a piece grows beyond its bound.

use std::io::{BufRead, Error as IoError, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use zeroize::Zeroizing;

use super::sniff::Sniff;
use super::source::Source;
use crate::import::Error;

/// The encoding a document is read in. The bytes decide; its declaration counts only where they are neither
/// UTF-8 nor UTF-16, since exports declare what they are not.
pub(super) fn encoding(sniff: &Sniff) -> &'static Encoding {
    if sniff.encoding != WINDOWS_1252 {
        return sniff.encoding;
    }
    let declaration = sniff.head.split("?>").next().unwrap_or("");
    let declared = declaration.split("encoding").nth(1).and_then(|rest| {
        let quoted = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        let label =
            quoted.strip_prefix(['"', '\'']).and_then(|rest| rest.split(['"', '\'']).next());
        label.and_then(|label| Encoding::for_label(label.as_bytes()))
    });
    declared
        .filter(|declared| declared.is_ascii_compatible() && *declared != UTF_8)
        .unwrap_or(WINDOWS_1252)
}

/// Text by the buffer.
pub(super) struct Feed<'a> {
    source: Source<'a>,
    text: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    row: u64,
    column: u64,
    /// What one piece may still take.
    allowance: usize,
    failed: Option<Error>,
}

impl<'a> Feed<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        let text = Zeroizing::new(vec![0; source.chunk() * 3 + 16]);
        let (row, column) = (1, 1);
        Self { source, text, start: 0, end: 0, row, column, allowance: 0, failed: None }
    }

    /// The next piece may take this much.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }

    /// Line and column reached, from 1.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.row, self.column)
    }

    /// Why reading failed, when it was not the XML's fault.
    pub(super) fn failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    pub(super) fn into_source(self) -> Source<'a> {
        self.source
    }

    /// Drops text up to the next markup.
    pub(super) fn pass_text(&mut self) {
        loop {
            self.allowance = usize::MAX;
            // An error comes again when the next piece is asked for.
            let Ok(text) = self.fill_buf() else { return };
            let markup = memchr::memchr(b'<', text);
            let len = markup.unwrap_or(text.len());
            self.consume(len);
            if markup.is_some() || len == 0 {
                return;
            }
        }
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let text = self.fill_buf()?;
        let len = text.len().min(into.len());
        into[..len].copy_from_slice(&text[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Feed<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.allowance == 0 {
            self.failed = Some(Error::TooLarge { limit: "16 MiB for one text" });
        }
        if self.failed.is_none() && self.start == self.end {
            self.start = 0;
            match self.source.fill(&mut self.text) {
                Ok(len) => self.end = len,
                Err(error) => self.failed = Some(error),
            }
        }
        if self.failed.is_some() {
            return Err(IoError::other("told elsewhere"));
        }
        Ok(&self.text[self.start..self.end])
    }

    fn consume(&mut self, len: usize) {
        let read = &self.text[self.start..self.start + len];
        match memchr::memrchr(b'\n', read) {
            Some(last) => {
                self.row += memchr::memchr_iter(b'\n', read).count() as u64;
                self.column = letters(&read[last + 1..]) + 1;
            }
            None => self.column += letters(read),
        }
        self.start += len;
        self.allowance = self.allowance.saturating_sub(len);
    }
}

/// Characters of UTF-8, which may be cut at the start.
fn letters(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}
