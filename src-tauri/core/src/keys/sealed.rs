//! Sealed texts and bytes (`EncString`): strict parsing, opening, sealing.
//!
//! `EncString`'s own `FromStr` accepts everything and fails later; only `parse_strict` is used here.

use bitwarden_crypto::{
    EncString, KeyDecryptable, KeyEncryptable, OctetStreamBytes, SymmetricCryptoKey,
};
use zeroize::Zeroizing;

use super::{Error, Secret, stack};

/// The text form; anything unknown or misshapen is refused.
pub(super) fn parse(text: &str) -> Result<EncString, Error> {
    EncString::parse_strict(text).map_err(|_| Error::Malformed)
}

/// The binary form: type, IV, MAC, ciphertext.
pub(super) fn parse_binary(bytes: &[u8]) -> Result<EncString, Error> {
    EncString::from_buffer(bytes).map_err(|_| Error::Malformed)
}

pub(super) fn open_bytes(
    sealed: &EncString,
    key: &SymmetricCryptoKey,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let plain: Result<Vec<u8>, _> = stack::clean(|| sealed.decrypt_with_key(key));
    plain.map(Zeroizing::new).map_err(|_| Error::Unopened)
}

/// Opened text must be UTF-8, else it counts as not opened.
pub(super) fn open_text(sealed: &EncString, key: &SymmetricCryptoKey) -> Result<Secret, Error> {
    let mut plain = open_bytes(sealed, key)?;
    match String::from_utf8(std::mem::take(&mut *plain)) {
        Ok(text) => Ok(Secret::new(text)),
        Err(not_text) => {
            *plain = not_text.into_bytes();
            Err(Error::Unopened)
        }
    }
}

/// Fails only for a 32-byte key, which must never seal.
pub(super) fn seal_bytes(plain: &[u8], key: &SymmetricCryptoKey) -> Result<EncString, Error> {
    let plain = OctetStreamBytes::from(plain);
    stack::clean(|| (&plain).encrypt_with_key(key)).map_err(|_| Error::NoKey)
}

/// As [`seal_bytes`], marked as text where the type has such a mark.
pub(super) fn seal_text(plain: &str, key: &SymmetricCryptoKey) -> Result<EncString, Error> {
    stack::clean(|| plain.encrypt_with_key(key)).map_err(|_| Error::NoKey)
}
