//! From the key a person has to the one the database is sealed with. Every number is bounded before.

use aes::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KdbxError;
use super::header::take;

/// KeePassXC offers up to five seconds on the machine at hand, some 40 million rounds each.
const MOST_ROUNDS: u64 = 300_000_000;

/// Argon2: memory in bytes …
const MOST_MEMORY: u64 = 1024 * 1024 * 1024;
/// … times passes over it: some ten seconds …
const MOST_WORK: u64 = 16 * 1024 * 1024 * 1024;
/// … and lanes, of which KeePass makes as many as there are processors.
const MOST_LANES: u32 = 64;

/// Key derivation with its settings.
pub(super) enum Kdf {
    Aes { seed: [u8; 32], rounds: u64 },
    Argon2 { algorithm: Algorithm, version: Version, params: Params, salt: Vec<u8> },
}

/// An identifier as the format's description writes it.
pub(super) fn id(bytes: &[u8]) -> Result<u128, KdbxError> {
    Ok(u128::from_be_bytes(bytes.try_into().map_err(|_| KdbxError::Header)?))
}

impl Kdf {
    /// Version 3 has one.
    pub(super) fn of_three(seed: &[u8], rounds: &[u8]) -> Result<Self, KdbxError> {
        let rounds = u64::from_le_bytes(rounds.try_into().map_err(|_| KdbxError::Header)?);
        Self::aes(seed, rounds)
    }

    /// Version 4 has a dictionary of settings.
    pub(super) fn of_four(dictionary: &[u8]) -> Result<Self, KdbxError> {
        const AES: u128 = 0xC9D9_F39A_628A_4460_BF74_0D08_C18A_4FEA;
        const AES_4: u128 = 0x7C02_BB82_79A7_4AC0_927D_114A_0064_8238;
        const ARGON2D: u128 = 0xEF63_6DDF_8C29_444B_91F7_A9A4_03E3_0A0C;
        const ARGON2ID: u128 = 0x9E29_8B19_56DB_4773_B23D_FC3E_C6F0_A1E6;
        let settings = Settings::read(dictionary)?;
        match id(settings.bytes("$UUID")?)? {
            AES | AES_4 => Self::aes(settings.bytes("S")?, settings.number("R")?),
            ARGON2D => Self::argon2(Algorithm::Argon2d, &settings),
            ARGON2ID => Self::argon2(Algorithm::Argon2id, &settings),
            _ => Err(KdbxError::Unsupported),
        }
    }

    fn aes(seed: &[u8], rounds: u64) -> Result<Self, KdbxError> {
        if rounds > MOST_ROUNDS {
            return Err(KdbxError::Costly);
        }
        Ok(Self::Aes { seed: seed.try_into().map_err(|_| KdbxError::Header)?, rounds })
    }

    fn argon2(algorithm: Algorithm, settings: &Settings<'_>) -> Result<Self, KdbxError> {
        let (memory, passes) = (settings.number("M")?, settings.number("I")?);
        let lanes = u32::try_from(settings.number("P")?).map_err(|_| KdbxError::Costly)?;
        let work = memory.checked_mul(passes).filter(|work| *work <= MOST_WORK);
        if memory > MOST_MEMORY || work.is_none() || lanes > MOST_LANES {
            return Err(KdbxError::Costly);
        }
        let version = match settings.number("V")? {
            0x10 => Version::V0x10,
            0x13 => Version::V0x13,
            _ => return Err(KdbxError::Unsupported),
        };
        // Nobody writes them; without them the key would be another.
        if settings.bytes("K").is_ok() || settings.bytes("A").is_ok() {
            return Err(KdbxError::Unsupported);
        }
        let small = |number: u64| u32::try_from(number).map_err(|_| KdbxError::Costly);
        let params = Params::new(small(memory / 1024)?, small(passes)?, lanes, Some(32));
        let params = params.map_err(|_| KdbxError::Header)?;
        Ok(Self::Argon2 { algorithm, version, params, salt: settings.bytes("S")?.to_vec() })
    }

    /// Derives. Takes as long as the settings say.
    pub(super) fn derive(&self, key: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, KdbxError> {
        let mut derived = Zeroizing::new([0; 32]);
        match self {
            Self::Aes { seed, rounds } => {
                let cipher = aes::Aes256::new(&Array::from(*seed));
                let (left, right) = key.split_at(16);
                let half = |bytes: &[u8]| Array::try_from(bytes).expect("half a key is a block");
                let mut blocks = [half(left), half(right)];
                for _ in 0..*rounds {
                    cipher.encrypt_blocks(&mut blocks);
                }
                let mut hash = Sha256::new();
                hash.update(blocks[0]);
                hash.update(blocks[1]);
                derived.copy_from_slice(&hash.finalize());
            }
            Self::Argon2 { algorithm, version, params, salt } => {
                let argon2 = Argon2::new(*algorithm, *version, params.clone());
                argon2
                    .hash_password_into(key, salt, derived.as_mut_slice())
                    .map_err(|_| KdbxError::Header)?;
            }
        }
        Ok(derived)
    }
}

/// The "variant dictionary": named values with their types.
struct Settings<'f>(Vec<(&'f [u8], u8, &'f [u8])>);

impl<'f> Settings<'f> {
    fn read(mut rest: &'f [u8]) -> Result<Self, KdbxError> {
        let version = take(&mut rest, 2)?;
        if version[1] != 1 {
            return Err(KdbxError::Unsupported);
        }
        let mut values = Vec::new();
        loop {
            let kind = take(&mut rest, 1)?[0];
            if kind == 0 {
                return Ok(Self(values));
            }
            let name = sized(&mut rest)?;
            values.push((name, kind, sized(&mut rest)?));
        }
    }

    fn find(&self, name: &str) -> Result<(u8, &'f [u8]), KdbxError> {
        let found = self.0.iter().rfind(|(own, ..)| *own == name.as_bytes());
        found.map(|(_, kind, value)| (*kind, *value)).ok_or(KdbxError::Header)
    }

    fn bytes(&self, name: &str) -> Result<&'f [u8], KdbxError> {
        self.find(name).map(|(_, value)| value)
    }

    /// Of 32 or 64 bits, with or without sign: writers differ.
    fn number(&self, name: &str) -> Result<u64, KdbxError> {
        let (kind, value) = self.find(name)?;
        match (kind, value.len()) {
            (0x04 | 0x0C, 4) | (0x05 | 0x0D, 8) => {
                Ok(value.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
            }
            _ => Err(KdbxError::Header),
        }
    }
}

/// Bytes behind their number.
fn sized<'f>(rest: &mut &'f [u8]) -> Result<&'f [u8], KdbxError> {
    let length = take(rest, 4)?.try_into().expect("four bytes were taken");
    take(rest, usize::try_from(u32::from_le_bytes(length)).map_err(|_| KdbxError::Header)?)
}
