//! Keyed hashes of items: equal items have equal ones, and without the account's key they say nothing.

use std::sync::Arc;

use bitwarden_crypto::SymmetricCryptoKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cell::KeyCell;
use super::{Error, prints_nothing, stack, wrap};

/// Parts this key from everything else that is made of the user key; the number changes with what is hashed.
const PURPOSES: [&[u8]; 2] =
    [b"wardroom/import-fingerprint/1/first", b"wardroom/import-fingerprint/1/second"];

/// Makes fingerprints of items. Another account has other ones; so has this one once its key was rotated, and
/// then what was uploaded before is no longer recognised.
#[derive(Clone)]
pub struct FingerprintKey(Arc<KeyCell>);

prints_nothing!(FingerprintKey);

impl FingerprintKey {
    pub(super) fn new(cell: Arc<KeyCell>) -> Self {
        Self(cell)
    }

    /// HMAC-SHA256 of each text, cut to 16 bytes. Many at once: leaving nothing on the stack costs more than a hash.
    pub fn hash_all(&self, plain: &[Zeroizing<Vec<u8>>]) -> Result<Vec<[u8; 16]>, Error> {
        self.0.with(|key| {
            stack::clean(|| {
                let bytes = key.to_encoded();
                let short = |plain: &Zeroizing<Vec<u8>>| {
                    let whole = mac(bytes.as_ref(), plain)?;
                    whole.first_chunk::<16>().copied().ok_or(Error::Malformed)
                };
                plain.iter().map(short).collect()
            })
        })
    }
}

/// A key for fingerprints, made of the user key (RFC 5869, section 2.3, with one block each).
pub(super) fn derive(user: &SymmetricCryptoKey) -> Result<SymmetricCryptoKey, Error> {
    stack::clean(|| {
        let bytes = user.to_encoded();
        let mut derived = Zeroizing::new(Vec::with_capacity(64));
        for purpose in PURPOSES {
            derived.extend_from_slice(mac(bytes.as_ref(), purpose)?.as_slice());
        }
        wrap::key_from_bytes(&derived).and_then(wrap::require_64)
    })
}

fn mac(key: &[u8], plain: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::Malformed)?;
    mac.update(plain);
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

#[cfg(test)]
mod tests {
    use bitwarden_crypto::SymmetricKeyAlgorithm;

    use super::super::cell::Lent;
    use super::*;

    fn key(user: &SymmetricCryptoKey, lent: &mut Lent) -> FingerprintKey {
        FingerprintKey::new(lent.lend(derive(user).unwrap()))
    }

    fn hash(key: &FingerprintKey, plain: &[u8]) -> Result<[u8; 16], Error> {
        key.hash_all(&[Zeroizing::new(plain.to_vec())]).map(|hashes| hashes[0])
    }

    #[test]
    fn the_same_account_makes_the_same_fingerprint_and_another_one_does_not() {
        let user = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let other = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let mut lent = Lent::default();
        let item = hash(&key(&user, &mut lent), b"item").unwrap();
        assert_eq!(hash(&key(&user, &mut lent), b"item"), Ok(item), "or no upload is recognised");
        assert_ne!(hash(&key(&user, &mut lent), b"iten"), Ok(item));
        assert_ne!(hash(&key(&other, &mut lent), b"item"), Ok(item), "it must not be guessable");
    }

    #[test]
    fn locking_ends_it() {
        let user = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let mut lent = Lent::default();
        let key = key(&user, &mut lent);
        drop(lent);
        assert_eq!(hash(&key, b"item"), Err(Error::Locked));
    }
}
