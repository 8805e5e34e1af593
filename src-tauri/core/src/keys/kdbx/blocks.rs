//! The sealed part of a database: blocks with their hashes, and the cipher over them.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _, StreamCipher as _};
use chacha20::ChaCha20;
use hmac::Mac as _;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::KdbxError;
use super::header::{Cipher, take};

/// Takes the blocks of version 4 apart, each checked against its seal.
pub(super) fn sealed(mut rest: &[u8], base: &[u8; 64]) -> Result<Zeroizing<Vec<u8>>, KdbxError> {
    let mut inside = Zeroizing::new(Vec::with_capacity(rest.len()));
    for index in 0.. {
        let seal = damaged(take(&mut rest, 32))?;
        let length = damaged(take(&mut rest, 4))?;
        let block = damaged(take(&mut rest, number(length)?))?;
        let mut check = super::sealer(base, index);
        check.update(&index.to_le_bytes());
        check.update(length);
        check.update(block);
        check.verify_slice(seal).map_err(|_| KdbxError::Damaged)?;
        if block.is_empty() {
            break;
        }
        inside.extend_from_slice(block);
    }
    Ok(inside)
}

/// Takes the blocks of version 3 apart, which lie under the cipher.
pub(super) fn hashed(mut rest: &[u8]) -> Result<Zeroizing<Vec<u8>>, KdbxError> {
    let mut inside = Zeroizing::new(Vec::with_capacity(rest.len()));
    loop {
        let _index = damaged(take(&mut rest, 4))?;
        let hash = damaged(take(&mut rest, 32))?;
        let length = damaged(take(&mut rest, 4))?;
        let block = damaged(take(&mut rest, number(length)?))?;
        if block.is_empty() {
            return Ok(inside);
        }
        if Sha256::digest(block).as_slice() != hash {
            return Err(KdbxError::Damaged);
        }
        inside.extend_from_slice(block);
    }
}

fn number(bytes: &[u8]) -> Result<usize, KdbxError> {
    let bytes = bytes.try_into().map_err(|_| KdbxError::Damaged)?;
    usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| KdbxError::Damaged)
}

fn damaged<T>(result: Result<T, KdbxError>) -> Result<T, KdbxError> {
    result.map_err(|_| KdbxError::Damaged)
}

impl Cipher {
    /// Deciphers in place.
    pub(super) fn open(
        self,
        key: &[u8; 32],
        iv: &[u8],
        body: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), KdbxError> {
        let length = match self {
            Self::Aes => {
                let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, iv);
                let cipher = cipher.map_err(|_| KdbxError::Header)?;
                cipher.decrypt_padded::<Pkcs7>(body).map(<[u8]>::len)
            }
            Self::Twofish => {
                let cipher = cbc::Decryptor::<twofish::Twofish>::new_from_slices(key, iv);
                let cipher = cipher.map_err(|_| KdbxError::Header)?;
                cipher.decrypt_padded::<Pkcs7>(body).map(<[u8]>::len)
            }
            Self::ChaCha20 => {
                let cipher = ChaCha20::new_from_slices(key, iv);
                cipher.map_err(|_| KdbxError::Header)?.apply_keystream(body);
                Ok(body.len())
            }
        };
        body.truncate(length.map_err(|_| KdbxError::Damaged)?);
        Ok(())
    }
}
