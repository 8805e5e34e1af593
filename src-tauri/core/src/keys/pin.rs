//! The PIN: a short secret that opens the user key on this machine.
//!
//! Bitwarden's own envelope: Argon2id (3 passes, 64 MiB, 4 lanes, a salt of its own) and AES-256-GCM. Four
//! digits are guessed within hours whatever the derivation, so an envelope never goes to disk as it is: it is
//! sealed once more under a random key, which the system's keyring keeps.

use std::str::FromStr as _;

use bitwarden_crypto::safe::{
    PasswordProtectedKeyEnvelope, PasswordProtectedKeyEnvelopeError,
    PasswordProtectedKeyEnvelopeNamespace,
};
use bitwarden_crypto::{
    KeyStore, KeyStoreContext, SymmetricCryptoKey, SymmetricKeyAlgorithm, key_slot_ids,
};
use bitwarden_encoding::B64Url;
use zeroize::Zeroizing;

use super::{Error, Secret, UserKey, sealed, stack, wrap};

key_slot_ids! {
    #[symmetric]
    enum Symmetric { #[local] Local(LocalId) }
    #[private]
    enum Private { #[local] Local(LocalId) }
    #[signing]
    enum Signing { #[local] Local(LocalId) }
    Slots => Symmetric, Private, Signing;
}

const NAMESPACE: PasswordProtectedKeyEnvelopeNamespace =
    PasswordProtectedKeyEnvelopeNamespace::PinUnlock;

/// The user key under a PIN; takes some tenths of a second of CPU.
pub(super) fn seal(user: &SymmetricCryptoKey, pin: &Secret) -> Result<String, Error> {
    let sealed = stack::clean_deep(|| {
        let store = KeyStore::<Slots>::default();
        let mut context = store.context_mut();
        let slot = context.add_local_symmetric_key(user.clone());
        PasswordProtectedKeyEnvelope::seal(slot, pin.expose(), NAMESPACE, &context)
    });
    sealed.map(String::from).map_err(|_| Error::Malformed)
}

/// Opens the user key with a PIN; takes some tenths of a second of CPU: call it off the async threads.
///
/// # Errors
/// [`Error::WrongPassword`] for a wrong PIN, [`Error::Malformed`] for an envelope that is none.
pub fn open_with_pin(envelope: &str, pin: &Secret) -> Result<UserKey, Error> {
    let envelope =
        PasswordProtectedKeyEnvelope::from_str(envelope).map_err(|_| Error::Malformed)?;
    stack::clean_deep(|| {
        let store = KeyStore::<Slots>::default();
        let mut context = store.context_mut();
        let slot = envelope.unseal(pin.expose(), NAMESPACE, &mut context);
        let slot = slot.map_err(|error| match error {
            PasswordProtectedKeyEnvelopeError::WrongPassword => Error::WrongPassword,
            _ => Error::Malformed,
        })?;
        key_in(&context, slot)
    })
}

fn key_in(context: &KeyStoreContext<'_, Slots>, slot: Symmetric) -> Result<UserKey, Error> {
    #[expect(
        deprecated,
        reason = "the ring keeps its keys itself, so that all clones can be wiped"
    )]
    let key = context.dangerous_get_symmetric_key(slot).map_err(|_| Error::Malformed)?;
    match key {
        SymmetricCryptoKey::Aes256CbcKey(_) => Err(Error::Malformed),
        key => Ok(UserKey(key.clone())),
    }
}

/// Seals a text under a fresh random key; gives the sealed text and that key.
///
/// # Errors
/// None that can be met: the key is of the right kind.
pub fn seal_apart(text: &str) -> Result<(String, Secret), Error> {
    let key = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
    let sealed = sealed::seal_text(text, &key)?.to_string();
    let key = Secret::new(B64Url::from(key.to_encoded().as_ref()).to_string());
    Ok((sealed, key))
}

/// Opens what [`seal_apart`] made.
///
/// # Errors
/// [`Error::Unopened`] with another key, [`Error::Malformed`] when either is none.
pub fn open_apart(sealed: &str, key: &Secret) -> Result<Secret, Error> {
    let bytes = B64Url::from_str(key.expose()).map_err(|_| Error::Malformed)?;
    let bytes = Zeroizing::new(bytes.into_bytes());
    let key = wrap::key_from_bytes(&bytes)?;
    sealed::open_text(&sealed::parse(sealed)?, &key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user_keys() -> [SymmetricCryptoKey; 2] {
        // Of a first-version account, and of one with COSE keys.
        [SymmetricKeyAlgorithm::Aes256CbcHmac, SymmetricKeyAlgorithm::XChaCha20Poly1305]
            .map(SymmetricCryptoKey::make)
    }

    #[test]
    fn a_pin_opens_its_own_key_of_both_account_versions_and_no_other_pin_does() {
        for user in user_keys() {
            let envelope = seal(&user, &Secret::new("1234")).unwrap();
            let opened = open_with_pin(&envelope, &Secret::new("1234")).unwrap();
            assert!(opened.0 == user);
            for wrong in ["1235", "", " 1234", "12345"] {
                let opened = open_with_pin(&envelope, &Secret::new(wrong));
                assert_eq!(opened.err(), Some(Error::WrongPassword), "{wrong:?}");
            }
        }
    }

    #[test]
    fn an_envelope_that_is_none_is_told_from_a_wrong_pin() {
        for damaged in ["", "AAAA", "2.a|b|c", "not base64"] {
            let opened = open_with_pin(damaged, &Secret::new("1234"));
            assert_eq!(opened.err(), Some(Error::Malformed), "{damaged}");
        }
    }

    #[test]
    fn what_is_sealed_apart_opens_with_its_own_key_only() {
        let (sealed, key) = seal_apart("text").unwrap();
        assert_eq!(open_apart(&sealed, &key).unwrap().expose(), "text");
        let (_, other) = seal_apart("text").unwrap();
        assert_eq!(open_apart(&sealed, &other).err(), Some(Error::Unopened));
        assert_eq!(open_apart(&sealed, &Secret::new("x")).err(), Some(Error::Malformed));
    }
}
