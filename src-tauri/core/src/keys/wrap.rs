//! Keys under keys: symmetric under symmetric, symmetric under RSA, RSA private under symmetric.

use std::str::FromStr;

use bitwarden_crypto::{
    BitwardenLegacyKeyBytes, EncString, KeyEncryptable, Pkcs8PrivateKeyBytes, PrivateKey,
    SymmetricCryptoKey, UnsignedSharedKey,
};

use super::{Error, sealed, stack};

/// 64 bytes (or a padded COSE key). 32 bytes would be a key without a MAC half: refused.
pub(super) fn key_from_bytes(bytes: &[u8]) -> Result<SymmetricCryptoKey, Error> {
    let bytes = BitwardenLegacyKeyBytes::from(bytes);
    match stack::clean(|| SymmetricCryptoKey::try_from(&bytes)) {
        Ok(SymmetricCryptoKey::Aes256CbcKey(_)) | Err(_) => Err(Error::Malformed),
        Ok(key) => Ok(key),
    }
}

/// Lets only 64-byte keys through: the only kind providers and organizations have.
pub(super) fn require_64(key: SymmetricCryptoKey) -> Result<SymmetricCryptoKey, Error> {
    match key {
        SymmetricCryptoKey::Aes256CbcHmacKey(_) => Ok(key),
        _ => Err(Error::Malformed),
    }
}

/// Opens a 64-byte key that lies under another 64-byte key (type 2) or a V2 user key (type 7).
pub(super) fn open_key(
    wrapped: &EncString,
    under: &SymmetricCryptoKey,
) -> Result<SymmetricCryptoKey, Error> {
    key_from_bytes(&sealed::open_bytes(wrapped, under)?).and_then(require_64)
}

/// Puts a key under a 64-byte key (type 2) or a V2 user key (type 7).
pub(super) fn seal_key(
    key: &SymmetricCryptoKey,
    under: &SymmetricCryptoKey,
) -> Result<EncString, Error> {
    stack::clean(|| (&key.to_encoded()).encrypt_with_key(under)).map_err(|_| Error::NoKey)
}

/// The text form of a key shared to a public key. Only type 4 (RSA-OAEP, SHA-1) is in use; 3, 5 and 6
/// have no known writer.
pub(super) fn parse_shared(text: &str) -> Result<UnsignedSharedKey, Error> {
    match UnsignedSharedKey::from_str(text) {
        Ok(shared @ UnsignedSharedKey::Rsa2048_OaepSha1_B64 { .. }) => Ok(shared),
        _ => Err(Error::Malformed),
    }
}

/// Opens a shared key of any accepted kind.
pub(super) fn open_shared(
    shared: &UnsignedSharedKey,
    private: &PrivateKey,
) -> Result<SymmetricCryptoKey, Error> {
    match open_any_shared(shared, private)? {
        SymmetricCryptoKey::Aes256CbcKey(_) => Err(Error::Malformed),
        key => Ok(key),
    }
}

/// The same, also of 32 bytes: only a master key may be that short.
pub(super) fn open_any_shared(
    shared: &UnsignedSharedKey,
    private: &PrivateKey,
) -> Result<SymmetricCryptoKey, Error> {
    // Deprecated in favour of slots in a `KeyStore`, which has none for a provider; same code inside.
    #[expect(
        deprecated,
        reason = "the ring keeps its keys itself, so that all clones can be wiped"
    )]
    let key = stack::clean_deep(|| shared.decapsulate_key_unsigned(private));
    key.map_err(|_| Error::Unopened)
}

/// Opens an RSA private key (PKCS#8).
pub(super) fn open_private_key(
    wrapped: &EncString,
    under: &SymmetricCryptoKey,
) -> Result<PrivateKey, Error> {
    let der = sealed::open_bytes(wrapped, under)?;
    let der = Pkcs8PrivateKeyBytes::from(der.as_slice());
    stack::clean_deep(|| PrivateKey::from_der(&der)).map_err(|_| Error::Malformed)
}
