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
use serde::{Deserialize, Serialize};

use super::{Error, public, sealed, stack, wrap};

/// The keys of one account, wrapped or signed: nothing of it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountKeys {
    /// The RSA key under the user key. Type 7 makes it a V2 account, which has the next ones too.
    pub wrapped_private_key: String,
    /// The key that signs for the account, under the user key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapped_signing_key: Option<String>,
    /// The public key, signed. V2 accounts may do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_public_key: Option<String>,
    /// Which protections are in force, signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_state: Option<String>,
    /// The version of the security state that was seen on this machine; an older one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_version: Option<u64>,
}

impl AccountKeys {
    /// Of a V1 account.
    #[must_use]
    pub fn v1(wrapped_private_key: &str) -> Self {
        Self { wrapped_private_key: wrapped_private_key.to_owned(), ..Self::default() }
    }

    /// The private key, and the version of a V2 account's security state.
    pub(super) fn open(
        &self,
        user: &SymmetricCryptoKey,
    ) -> Result<(PrivateKey, Option<u64>), Error> {
        let wrapped = sealed::parse(&self.wrapped_private_key)?;
        let modern = matches!(wrapped, EncString::Cose_Encrypt0_B64 { .. });
        let is_64 = matches!(user, SymmetricCryptoKey::Aes256CbcHmacKey(_));
        match (modern, &self.wrapped_signing_key, &self.security_state) {
            (false, None, None) if is_64 && self.signed_public_key.is_none() => {
                // An account that was V2 when last seen cannot have become V1 again.
                self.check_version(None)?;
                Ok((wrap::open_private_key(&wrapped, user)?, None))
            }
            (true, Some(signing), Some(state)) if !is_64 => {
                let private = wrap::open_private_key(&wrapped, user)?;
                let verifying = own_verifying_key(user, signing)?;
                if let Some(signed) = &self.signed_public_key
                    && public_key(signed, &verifying)? != public::of(&private)
                {
                    return Err(Error::Inconsistent);
                }
                let version = security_version(state, &verifying)?;
                self.check_version(Some(version))?;
                Ok((private, Some(version)))
            }
            _ => Err(Error::Inconsistent),
        }
    }

    fn check_version(&self, version: Option<u64>) -> Result<(), Error> {
        if version < self.security_version { Err(Error::RolledBack) } else { Ok(()) }
    }
}

/// The verifying key of the signing key that lies under the user key.
pub(super) fn own_verifying_key(
    user: &SymmetricCryptoKey,
    wrapped: &str,
) -> Result<VerifyingKey, Error> {
    let cose = sealed::open_bytes(&sealed::parse(wrapped)?, user)?;
    let cose = CoseKeyBytes::from(cose.as_slice());
    let verifying =
        stack::clean_deep(|| SigningKey::from_cose(&cose).map(|key| key.to_verifying_key()));
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
