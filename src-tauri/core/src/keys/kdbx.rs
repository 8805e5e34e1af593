//! KeePass databases (KDBX 3.1 and 4): from the file's bytes to the XML inside.
//!
//! Format: <https://keepass.info/help/kb/kdbx.html>. The crate `keepass` does this too, but derives keys at
//! whatever cost the file asks for, inflates without bound and parses recursively; here every number of the
//! file is checked first, and what is inside is a stream (docs/deviations.md, "KDBX").

mod blocks;
mod derive;
mod header;
mod inner;
mod key_file;

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::Secret;
use header::{Header, Version};
pub use inner::InnerStream;

/// What is inside may be this many times what lies on disk, and no more: attachments are packed well.
const LARGEST_INSIDE_BYTES: u64 = 1024 * 1024 * 1024;

/// Why a database was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdbxError {
    /// Version 1 of KeePass, another format.
    #[error("it is a KeePass 1 database; open it with KeePass 2 and save it as KDBX first")]
    KeePass1,
    /// Neither signature.
    #[error("it is not a KeePass database")]
    Stranger,
    /// Not 3 or 4.
    #[error("its KDBX version is not 3 or 4")]
    Version,
    /// The header does not say what it must.
    #[error("its header is damaged")]
    Header,
    /// A cipher, compression or key derivation that is not in the format's description.
    #[error("it is sealed in a way that is not supported")]
    Unsupported,
    /// Deriving its key would take minutes or gigabytes; nothing was derived.
    #[error("its key derivation settings are out of bounds")]
    Costly,
    /// Password, key file, or both.
    #[error("the password or key file is not right")]
    WrongKey,
    /// There is neither a password nor a key file.
    #[error("it needs a password or a key file")]
    NoKey,
    /// The key file says it is damaged.
    #[error("the key file is damaged")]
    KeyFile,
    /// Changed or cut off after it was sealed.
    #[error("its content is damaged")]
    Damaged,
}

/// A database whose header was read and found acceptable.
pub struct Kdbx<'f> {
    header: Header<'f>,
    body: &'f [u8],
}

/// An opened one.
pub struct OpenKdbx {
    /// The XML, from its first byte.
    pub xml: Box<dyn Read>,
    /// Deciphers the values that are protected once more.
    pub inner: InnerStream,
}

impl<'f> Kdbx<'f> {
    /// Reads the header. Costs nothing, whatever the file asks for.
    ///
    /// # Errors
    /// All of [`KdbxError`] that need no key.
    pub fn new(file: &'f [u8]) -> Result<Self, KdbxError> {
        let (header, body) = Header::read(file)?;
        if let Version::Four { hash, .. } = &header.version
            && Sha256::digest(header.bytes).as_slice() != *hash
        {
            return Err(KdbxError::Header);
        }
        Ok(Self { header, body })
    }

    /// SHA-256 of the header, which KDBX 3.1 repeats inside.
    #[must_use]
    pub fn header_hash(&self) -> [u8; 32] {
        Sha256::digest(self.header.bytes).into()
    }

    /// Opens it. Takes seconds, as the database's maker wished.
    ///
    /// # Errors
    /// [`KdbxError::WrongKey`], [`KdbxError::NoKey`], [`KdbxError::KeyFile`], [`KdbxError::Damaged`].
    pub fn open(
        &self,
        password: Option<&Secret>,
        key_file: Option<&[u8]>,
    ) -> Result<OpenKdbx, KdbxError> {
        let mut wrong = KdbxError::NoKey;
        for key in keys(password, key_file)? {
            match self.open_with(&key) {
                Err(KdbxError::WrongKey) => wrong = KdbxError::WrongKey,
                other => return other,
            }
        }
        Err(wrong)
    }

    fn open_with(&self, key: &[u8; 32]) -> Result<OpenKdbx, KdbxError> {
        let derived = self.header.kdf.derive(key)?;
        let mut master = Sha256::new();
        master.update(self.header.master_seed);
        master.update(*derived);
        let master: Zeroizing<[u8; 32]> = Zeroizing::new(master.finalize().into());
        match &self.header.version {
            Version::Three { start, stream } => self.open_three(&master, start, *stream),
            Version::Four { mac, .. } => {
                let mut base = Sha512::new();
                base.update(self.header.master_seed);
                base.update(*derived);
                base.update([1]);
                let base: Zeroizing<[u8; 64]> = Zeroizing::new(base.finalize().into());
                let mut check = sealer(&base, u64::MAX);
                check.update(self.header.bytes);
                check.verify_slice(mac).map_err(|_| KdbxError::WrongKey)?;
                self.open_four(&master, &base)
            }
        }
    }

    fn open_three(
        &self,
        master: &[u8; 32],
        start: &[u8],
        stream: (u32, &[u8]),
    ) -> Result<OpenKdbx, KdbxError> {
        let mut body = Zeroizing::new(self.body.to_vec());
        // Nothing tells a wrong key from damage before the first bytes, and padding alone is a poor witness.
        self.header.cipher.open(master, self.header.iv, &mut body).map_err(
            |error| match error {
                KdbxError::Damaged => KdbxError::WrongKey,
                other => other,
            },
        )?;
        if body.get(..32) != Some(start) {
            return Err(KdbxError::WrongKey);
        }
        let inside = blocks::hashed(&body[32..])?;
        let inner = InnerStream::new(stream.0, stream.1)?;
        Ok(OpenKdbx { xml: self.inflate(inside), inner })
    }

    fn open_four(&self, master: &[u8; 32], base: &[u8; 64]) -> Result<OpenKdbx, KdbxError> {
        let mut body = blocks::sealed(self.body, base)?;
        self.header.cipher.open(master, self.header.iv, &mut body)?;
        let mut xml = self.inflate(body);
        let inner = inner::read_header(&mut xml)?;
        Ok(OpenKdbx { xml, inner })
    }

    fn inflate(&self, body: Zeroizing<Vec<u8>>) -> Box<dyn Read> {
        let body = Cursor::new(body);
        if self.header.compressed {
            Box::new(GzDecoder::new(body).take(LARGEST_INSIDE_BYTES))
        } else {
            Box::new(body)
        }
    }
}

/// The seal of block `index`; the header's is the last there can be.
fn sealer(base: &[u8; 64], index: u64) -> Hmac<Sha256> {
    let mut key = Sha512::new();
    key.update(index.to_le_bytes());
    key.update(base);
    let key = Zeroizing::new(<[u8; 64]>::from(key.finalize()));
    Hmac::new_from_slice(key.as_slice()).expect("HMAC takes keys of every length")
}

/// The keys a password and a key file may mean: an empty password may be none.
fn keys(
    password: Option<&Secret>,
    key_file: Option<&[u8]>,
) -> Result<Vec<Zeroizing<[u8; 32]>>, KdbxError> {
    let file = key_file.map(key_file::read).transpose()?;
    let both = |password: Option<&Secret>| {
        let mut key = Sha256::new();
        if let Some(password) = password {
            key.update(Sha256::digest(password.expose().as_bytes()));
        }
        if let Some(file) = &file {
            key.update(file.as_slice());
        }
        Zeroizing::new(<[u8; 32]>::from(key.finalize()))
    };
    Ok(match (password, &file) {
        (None, None) => Vec::new(),
        (Some(password), Some(_)) if password.is_empty() => vec![both(None), both(Some(password))],
        _ => vec![both(password)],
    })
}
