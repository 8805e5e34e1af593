//! The open part of a database.

use super::KdbxError;
use super::derive::Kdf;

/// What a file begins with.
const SIGNATURE: [u8; 4] = [0x03, 0xD9, 0xA2, 0x9A];
/// What follows in KeePass 2.
const KEEPASS_2: [u8; 4] = [0x67, 0xFB, 0x4B, 0xB5];
/// What follows in KeePass 1.
const KEEPASS_1: [u8; 4] = [0x65, 0xFB, 0x4B, 0xB5];

/// Everything needed to open the rest, but for the key.
pub(super) struct Header<'f> {
    /// All of it, for its hash and seal.
    pub bytes: &'f [u8],
    pub version: Version<'f>,
    pub cipher: Cipher,
    pub compressed: bool,
    pub master_seed: &'f [u8],
    pub iv: &'f [u8],
    pub kdf: Kdf,
}

/// What only one of the versions has.
pub(super) enum Version<'f> {
    Three { start: &'f [u8], stream: (u32, &'f [u8]) },
    Four { hash: &'f [u8], mac: &'f [u8] },
}

/// What the body is sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes,
    Twofish,
    ChaCha20,
}

/// Fields by their number; the last one of a number counts.
#[derive(Default)]
struct Fields<'f>([Option<&'f [u8]>; 13]);

impl<'f> Fields<'f> {
    fn get(&self, number: usize) -> Result<&'f [u8], KdbxError> {
        self.0[number].ok_or(KdbxError::Header)
    }

    fn number(&self, number: usize) -> Result<u32, KdbxError> {
        let bytes = self.get(number)?.try_into().map_err(|_| KdbxError::Header)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn of_length(&self, number: usize, length: usize) -> Result<&'f [u8], KdbxError> {
        self.get(number).and_then(|field| {
            if field.len() == length { Ok(field) } else { Err(KdbxError::Header) }
        })
    }
}

impl<'f> Header<'f> {
    /// The header and what follows it.
    pub(super) fn read(file: &'f [u8]) -> Result<(Self, &'f [u8]), KdbxError> {
        let major = version(file)?;
        let wide = major == 4;
        let mut rest = file.get(12..).ok_or(KdbxError::Header)?;
        let mut fields = Fields::default();
        loop {
            let number = usize::from(*take(&mut rest, 1)?.first().ok_or(KdbxError::Header)?);
            let length = take(&mut rest, if wide { 4 } else { 2 })?;
            let length = length.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let value = take(&mut rest, length)?;
            match number {
                0 => break,
                1..13 => fields.0[number] = Some(value),
                // Later versions may add some.
                _ => {}
            }
        }
        let bytes = &file[..file.len() - rest.len()];
        let version = if wide {
            Version::Four { hash: take(&mut rest, 32)?, mac: take(&mut rest, 32)? }
        } else {
            let stream = (fields.number(10)?, fields.get(8)?);
            Version::Three { start: fields.of_length(9, 32)?, stream }
        };
        let kdf = if wide {
            Kdf::of_four(fields.get(11)?)?
        } else {
            Kdf::of_three(fields.get(5)?, fields.of_length(6, 8)?)?
        };
        let cipher = Cipher::of(fields.of_length(2, 16)?)?;
        let compressed = match fields.number(3)? {
            0 => false,
            1 => true,
            _ => return Err(KdbxError::Unsupported),
        };
        let iv = fields.of_length(7, cipher.iv_length())?;
        let master_seed = fields.of_length(4, 32)?;
        Ok((Self { bytes, version, cipher, compressed, master_seed, iv, kdf }, rest))
    }
}

fn version(file: &[u8]) -> Result<u16, KdbxError> {
    match (file.get(..4), file.get(4..8)) {
        (Some(first), Some(second)) if first == SIGNATURE && second == KEEPASS_2 => {}
        (Some(first), Some(second)) if first == SIGNATURE && second == KEEPASS_1 => {
            return Err(KdbxError::KeePass1);
        }
        _ => return Err(KdbxError::Stranger),
    }
    match file.get(10..12) {
        Some([major @ (3 | 4), 0]) => Ok(u16::from(*major)),
        Some(_) => Err(KdbxError::Version),
        None => Err(KdbxError::Header),
    }
}

/// The next bytes.
pub(super) fn take<'f>(rest: &mut &'f [u8], length: usize) -> Result<&'f [u8], KdbxError> {
    let (taken, left) = rest.split_at_checked(length).ok_or(KdbxError::Header)?;
    *rest = left;
    Ok(taken)
}

impl Cipher {
    fn of(id: &[u8]) -> Result<Self, KdbxError> {
        const AES: u128 = 0x31C1_F2E6_BF71_4350_BE58_0521_6AFC_5AFF;
        const TWOFISH: u128 = 0xAD68_F29F_576F_4BB9_A36A_D47A_F965_346C;
        const CHACHA20: u128 = 0xD603_8A2B_8B6F_4CB5_A524_339A_31DB_B59A;
        match super::derive::id(id)? {
            AES => Ok(Self::Aes),
            TWOFISH => Ok(Self::Twofish),
            CHACHA20 => Ok(Self::ChaCha20),
            _ => Err(KdbxError::Unsupported),
        }
    }

    fn iv_length(self) -> usize {
        if self == Self::ChaCha20 { 12 } else { 16 }
    }
}
