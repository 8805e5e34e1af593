//! Passwords are sealed once more inside, by a stream that runs through all of them.

use std::io::Read;

use aes::cipher::{KeyIvInit as _, StreamCipher as _};
use chacha20::ChaCha20;
use data_encoding::BASE64;
use salsa20::Salsa20;
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::KdbxError;

/// Keys of the stream have 32 or 64 bytes.
const LONGEST_KEY: u64 = 1024;

/// The stream; each value takes the next piece of it.
pub struct InnerStream(Stream);

enum Stream {
    Plain,
    Salsa20(Salsa20),
    ChaCha20(ChaCha20),
}

impl InnerStream {
    pub(super) fn new(kind: u32, key: &[u8]) -> Result<Self, KdbxError> {
        // The same for all databases: the key is fresh each time.
        const NONCE: [u8; 8] = [0xE8, 0x30, 0x09, 0x4B, 0x97, 0x20, 0x5D, 0x2A];
        Ok(Self(match kind {
            0 => Stream::Plain,
            2 => {
                let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
                let stream = Salsa20::new_from_slices(key.as_slice(), &NONCE);
                Stream::Salsa20(stream.map_err(|_| KdbxError::Header)?)
            }
            3 => {
                let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key)));
                let stream = ChaCha20::new_from_slices(&hash[..32], &hash[32..44]);
                Stream::ChaCha20(stream.map_err(|_| KdbxError::Header)?)
            }
            _ => return Err(KdbxError::Unsupported),
        }))
    }

    /// The next value, given as Base64; none when it is not.
    pub fn next(&mut self, sealed: &str) -> Option<Zeroizing<String>> {
        let letters: Vec<u8> = sealed.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let mut bytes = Zeroizing::new(BASE64.decode(&letters).ok()?);
        match &mut self.0 {
            Stream::Plain => {}
            Stream::Salsa20(stream) => stream.try_apply_keystream(&mut bytes).ok()?,
            Stream::ChaCha20(stream) => stream.try_apply_keystream(&mut bytes).ok()?,
        }
        Some(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// The header that version 4 has inside; attachments in it are passed over.
pub(super) fn read_header(inside: &mut dyn Read) -> Result<InnerStream, KdbxError> {
    let (mut kind, mut key) = (None, Zeroizing::new(Vec::new()));
    loop {
        let mut start = [0; 5];
        inside.read_exact(&mut start).map_err(|_| KdbxError::Damaged)?;
        let [number, length @ ..] = start;
        let length = u64::from(u32::from_le_bytes(length));
        let mut value = inside.take(length);
        match number {
            1 if length == 4 => {
                let mut bytes = [0; 4];
                value.read_exact(&mut bytes).map_err(|_| KdbxError::Damaged)?;
                kind = Some(u32::from_le_bytes(bytes));
            }
            2 if length <= LONGEST_KEY => {
                key.clear();
                value.read_to_end(&mut key).map_err(|_| KdbxError::Damaged)?;
            }
            _ => {
                let passed = std::io::copy(&mut value, &mut std::io::sink());
                if passed.map_err(|_| KdbxError::Damaged)? != length {
                    return Err(KdbxError::Damaged);
                }
            }
        }
        if number == 0 {
            return InnerStream::new(kind.ok_or(KdbxError::Damaged)?, &key);
        }
    }
}
