//! Public keys: their base64 form, sealing a key for one, and the phrase people compare.

use std::str::FromStr as _;

use bitwarden_crypto::{
    PrivateKey, PublicKey, SpkiPublicKeyBytes, SymmetricCryptoKey, UnsignedSharedKey,
};
use bitwarden_encoding::B64;

use super::Error;

/// The public half, SPKI, base64.
pub(super) fn of(private: &PrivateKey) -> String {
    private.to_public_key().to_string()
}

/// Seals a key for the holder of a private key (type 4).
pub(super) fn seal_key_for(key: &SymmetricCryptoKey, public_key: &str) -> Result<String, Error> {
    let public = PublicKey::from_str(public_key).map_err(|()| Error::Malformed)?;
    #[expect(deprecated, reason = "the slot form needs a `KeyStore`; same code inside")]
    let shared = UnsignedSharedKey::encapsulate_key_unsigned(key, &public);
    shared.map(|shared| shared.to_string()).map_err(|_| Error::Malformed)
}

/// The five words two people compare before one trusts the other's public key (SPKI, base64).
///
/// `material` is used byte for byte: a person's id in lower case, with dashes.
pub fn fingerprint(material: &str, public_key: &str) -> Result<String, Error> {
    let der = B64::try_from(public_key).map_err(|_| Error::Malformed)?;
    bitwarden_crypto::fingerprint(material, &SpkiPublicKeyBytes::from(&der))
        .map_err(|_| Error::Malformed)
}
