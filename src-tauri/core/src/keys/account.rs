//! The account's own keys, as a server hands them out, and whether they belong together.
//!
//! V2 accounts sign what V1 accounts leave to trust: their public key, and which protections are in force
//! (the security state). Both signatures are checked with the key the account itself holds, never with the
//! server's copy of it.

use bitwarden_crypto::{
    CoseKeyBytes, CoseSerializable as _, CoseSign1Bytes, EncString, PrivateKey, SignedObject,
    SignedPublicKey, SigningKey, SigningNamespace, SymmetricCryptoKey, VerifyingKey,
};
use bitwarden_encoding::B64;
use serde::Deserialize;

use super::{Error, public, sealed, stack, wrap};
use crate::model::AccountKeys;

/// The private key, and the version of a V2 account's security state.
pub(super) fn open(
    keys: &AccountKeys,
    user: &SymmetricCryptoKey,
) -> Result<(PrivateKey, Option<u64>), Error> {
    let wrapped = sealed::parse(&keys.wrapped_private_key)?;
    let modern = matches!(wrapped, EncString::Cose_Encrypt0_B64 { .. });
    let is_64 = matches!(user, SymmetricCryptoKey::Aes256CbcHmacKey(_));
    match (modern, &keys.wrapped_signing_key, &keys.security_state) {
        (false, None, None) if is_64 && keys.signed_public_key.is_none() => {
            // An account that was V2 when last seen cannot have become V1 again.
            check_version(keys, None)?;
            Ok((wrap::open_private_key(&wrapped, user)?, None))
        }
        (true, Some(signing), Some(state)) if !is_64 => {
            let private = wrap::open_private_key(&wrapped, user)?;
            let verifying = own_verifying_key(user, signing)?;
            if let Some(signed) = &keys.signed_public_key
                && public_key(signed, &verifying)? != public::of(&private)
            {
                return Err(Error::Inconsistent);
            }
            let version = security_version(state, &verifying)?;
            check_version(keys, Some(version))?;
            Ok((private, Some(version)))
        }
        _ => Err(Error::Inconsistent),
    }
}

fn check_version(keys: &AccountKeys, version: Option<u64>) -> Result<(), Error> {
    if version < keys.security_version { Err(Error::RolledBack) } else { Ok(()) }
}

/// The verifying key of the signing key that lies under the user key.
pub(super) fn own_verifying_key(
    user: &SymmetricCryptoKey,
    wrapped: &str,
) -> Result<VerifyingKey, Error> {
    let cose = sealed::open_bytes(&sealed::parse(wrapped)?, user)?;
    let cose = CoseKeyBytes::from(cose.as_slice());
    let verifying =
        stack::clean_deepest(|| SigningKey::from_cose(&cose).map(|key| key.to_verifying_key()));
    verifying.map_err(|_| Error::Malformed)
}

/// The version a signed security state names.
pub(super) fn security_version(object: &str, verifying: &VerifyingKey) -> Result<u64, Error> {
    #[derive(Deserialize)]
    struct SecurityState {
        version: u64,
    }
    let object = SignedObject::from_cose(&signed(object)?).map_err(|_| Error::Malformed)?;
    let state: SecurityState = object
        .verify_and_unwrap(verifying, &SigningNamespace::SecurityState)
        .map_err(|_| Error::Inconsistent)?;
    Ok(state.version)
}

/// The public key (SPKI, base64) that a signature vouches for.
pub(super) fn public_key(object: &str, verifying: &VerifyingKey) -> Result<String, Error> {
    let signed = SignedPublicKey::try_from(signed(object)?).map_err(|_| Error::Malformed)?;
    let public = signed.verify_and_unwrap(verifying).map_err(|_| Error::Inconsistent)?;
    Ok(public.to_string())
}

fn signed(base64: &str) -> Result<CoseSign1Bytes, Error> {
    let bytes = B64::try_from(base64).map_err(|_| Error::Malformed)?.into_bytes();
    Ok(CoseSign1Bytes::from(bytes.as_slice()))
}
