//! Bare keys, for checking this room against published vectors (`tests/it/vectors.rs`).
//!
//! No other room may use this: it gives keys out, which [`super::KeyRing`] never does. It adds no
//! cipher code of its own; each call is what the room itself uses, or the cipher crate directly where
//! only a later version will need it (V2 accounts, Sends, recovery).

use bitwarden_crypto::{
    BitwardenLegacyKeyBytes, CoseKeyBytes, CoseSerializable as _, EncString, HashPurpose, KeyStore,
    KeyStoreContext, Pkcs8PrivateKeyBytes, SymmetricCryptoKey, VerifyingKey, key_slot_ids,
};
use bitwarden_encoding::{B64, B64Url};
use zeroize::Zeroizing;

use super::{Error, MasterKey, Secret, UserKey, account, prints_nothing, public, sealed, wrap};

key_slot_ids! {
    #[symmetric]
    pub(super) enum Symmetric { #[local] Local(LocalId) }
    #[private]
    pub(super) enum Private { #[local] Local(LocalId) }
    #[signing]
    pub(super) enum Signing { #[local] Local(LocalId) }
    pub(super) Slots => Symmetric, Private, Signing;
}

/// A symmetric key, in the open.
#[derive(Clone, PartialEq)]
pub struct Key(SymmetricCryptoKey);

/// An RSA private key, in the open.
pub struct PrivateKey(bitwarden_crypto::PrivateKey);

prints_nothing!(Key, PrivateKey);

fn bytes(base64: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    decode_base64(base64).map(Zeroizing::new)
}

fn key_in(context: &KeyStoreContext<Slots>, slot: Symmetric) -> Result<Key, Error> {
    #[expect(deprecated, reason = "this module is for looking at keys")]
    let key = context.dangerous_get_symmetric_key(slot).map_err(|_| Error::Unopened)?;
    Ok(Key(key.clone()))
}

impl Key {
    /// From base64 of the "key bytes": 32, 64, or a padded COSE key.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        let key = BitwardenLegacyKeyBytes::from(bytes(text)?.as_slice());
        SymmetricCryptoKey::try_from(&key).map(Self).map_err(|_| Error::Malformed)
    }

    /// Back to what [`Key::from_base64`] takes.
    pub fn to_base64(&self) -> Secret {
        Secret::new(String::from(&self.0.to_base64()))
    }

    /// The key's name on the wire, 32 hex digits; a 32-byte key has none.
    pub fn id(&self) -> Option<String> {
        self.0.key_id().map(|id| id.to_string())
    }

    /// Opens a text.
    pub fn open_text(&self, sealed: &str) -> Result<Secret, Error> {
        sealed::open_text(&sealed::parse(sealed)?, &self.0)
    }

    /// Opens bytes in text form.
    pub fn open_bytes(&self, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        sealed::open_bytes(&sealed::parse(sealed)?, &self.0)
    }

    /// Opens the binary form: files and attachments.
    pub fn open_binary(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        sealed::open_bytes(&sealed::parse_binary(sealed)?, &self.0)
    }

    /// Seals a text.
    pub fn seal_text(&self, plain: &str) -> Result<String, Error> {
        Ok(sealed::seal_text(plain, &self.0)?.to_string())
    }

    /// Seals bytes, text form.
    pub fn seal_bytes(&self, plain: &[u8]) -> Result<String, Error> {
        Ok(sealed::seal_bytes(plain, &self.0)?.to_string())
    }

    /// Opens a key that lies under this one.
    pub fn open_key(&self, wrapped: &str) -> Result<Self, Error> {
        let wrapped = sealed::parse(wrapped)?;
        if matches!(wrapped, EncString::Cose_Encrypt0_B64 { .. }) {
            return self.open_key_in_cose(&wrapped);
        }
        wrap::key_from_bytes(&sealed::open_bytes(&wrapped, &self.0)?).map(Self)
    }

    /// Inside type 7 the content type says how the key is encoded; only a store looks at it.
    fn open_key_in_cose(&self, wrapped: &EncString) -> Result<Self, Error> {
        let store = KeyStore::<Slots>::default();
        let mut context = store.context_mut();
        let under = context.add_local_symmetric_key(self.0.clone());
        let slot = context.unwrap_symmetric_key(under, wrapped).map_err(|_| Error::Unopened)?;
        key_in(&context, slot)
    }

    /// Puts a key under this 64-byte one.
    pub fn seal_key(&self, key: &Self) -> Result<String, Error> {
        let under = wrap::require_64(self.0.clone())?;
        Ok(wrap::seal_key(&key.0, &under)?.to_string())
    }

    /// Seals this key for a public key (SPKI, base64).
    pub fn seal_for(&self, public_key: &str) -> Result<String, Error> {
        public::seal_key_for(&self.0, public_key)
    }

    /// Opens an RSA private key that lies under this key.
    pub fn open_private_key(&self, wrapped: &str) -> Result<PrivateKey, Error> {
        wrap::open_private_key(&sealed::parse(wrapped)?, &self.0).map(PrivateKey)
    }

    /// Opens a signing key that lies under this key; gives its verifying key, base64.
    pub fn open_signing_key(&self, wrapped: &str) -> Result<String, Error> {
        let verifying = account::own_verifying_key(&self.0, wrapped)?;
        Ok(encode_base64(verifying.to_cose().as_ref()))
    }

    /// 32 bytes stretched to 64, as a master key is before it opens the user key.
    pub fn stretched(bytes: &[u8]) -> Result<Self, Error> {
        bitwarden_crypto::derive_symmetric_key_from_prf(bytes)
            .map(Self)
            .map_err(|_| Error::Malformed)
    }

    /// The key of a Send, or of another sharing purpose, from its 16 byte seed.
    pub fn shareable(seed: &[u8], name: &str, info: Option<&str>) -> Result<Self, Error> {
        let seed = <[u8; 16]>::try_from(seed).map_err(|_| Error::Malformed)?;
        let key = bitwarden_crypto::derive_shareable_key(Zeroizing::new(seed), name, info);
        Ok(Self(SymmetricCryptoKey::Aes256CbcHmacKey(key)))
    }
}

impl PrivateKey {
    /// From base64 of PKCS#8.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        let der = Pkcs8PrivateKeyBytes::from(bytes(text)?.as_slice());
        bitwarden_crypto::PrivateKey::from_der(&der).map(Self).map_err(|_| Error::Malformed)
    }

    /// Back to base64 of PKCS#8.
    pub fn to_base64(&self) -> Result<Secret, Error> {
        let der = self.0.to_der().map_err(|_| Error::Malformed)?;
        Ok(Secret::new(encode_base64(der.as_ref())))
    }

    /// SPKI, base64.
    pub fn public_key(&self) -> String {
        public::of(&self.0)
    }

    /// Opens a key sealed for this pair.
    pub fn open_key(&self, shared: &str) -> Result<Key, Error> {
        wrap::open_shared(&wrap::parse_shared(shared)?, &self.0).map(Key)
    }
}

/// The 32 bytes of a master key.
pub fn master_key_bytes(master: &MasterKey) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(master.0.to_base64().into_bytes())
}

/// Standard base64 with padding, as the vectors have it.
pub fn encode_base64(bytes: &[u8]) -> String {
    String::from(&B64::from(bytes))
}

/// Base64 for addresses, without padding.
pub fn encode_base64_url(bytes: &[u8]) -> String {
    String::from(&B64Url::from(bytes))
}

/// Reads standard base64.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, Error> {
    B64::try_from(text).map(B64::into_bytes).map_err(|_| Error::Malformed)
}

/// The two-round hash that old clients kept for checking a password offline.
pub fn local_hash(master: &MasterKey, password: &Secret) -> Secret {
    let password = password.expose().as_bytes();
    let hash = master.0.derive_master_key_hash(password, HashPurpose::LocalAuthorization);
    Secret::new(String::from(&hash))
}

/// A master key made of 32 bytes that a key connector holds.
pub fn connector_key(base64: &str) -> Result<MasterKey, Error> {
    let key = bitwarden_crypto::MasterKey::try_from(bytes(base64)?.to_vec());
    key.map(MasterKey).map_err(|_| Error::Malformed)
}

/// The user key, in the open.
pub fn user_key(user: &UserKey) -> Key {
    Key(user.0.clone())
}

/// Opens what a PIN protects in today's form.
pub fn open_pin_envelope(envelope: &str, pin: &Secret) -> Result<Key, Error> {
    super::open_with_pin(envelope, pin).map(|user| Key(user.0))
}

/// Puts a user key under a master key, as account recovery does.
pub fn seal_user_key(master: &MasterKey, user: &Key) -> Result<String, Error> {
    Ok(master.0.encrypt_user_key(&user.0).map_err(|_| Error::Malformed)?.to_string())
}

/// Parses a sealed text strictly and writes it again.
pub fn reprint(sealed: &str) -> Result<String, Error> {
    Ok(sealed::parse(sealed)?.to_string())
}

/// The binary form of a sealed text.
pub fn to_binary(sealed: &str) -> Result<Vec<u8>, Error> {
    sealed::parse(sealed)?.to_buffer().map_err(|_| Error::Malformed)
}

/// The text form of sealed bytes.
pub fn from_binary(sealed: &[u8]) -> Result<String, Error> {
    Ok(sealed::parse_binary(sealed)?.to_string())
}

/// Proof of a Send's password: `base64(PBKDF2(password, seed, 100 000))`.
pub fn send_password_hash(password: &Secret, seed: &[u8]) -> String {
    let hash = bitwarden_crypto::pbkdf2(password.expose().as_bytes(), seed, 100_000);
    encode_base64(&hash)
}

/// The version a signed security state names; all arguments base64.
pub fn verify_security_state(object: &str, verifying_key: &str) -> Result<u64, Error> {
    account::security_version(object, &parse_verifying_key(verifying_key)?)
}

/// The public key (SPKI, base64) that a signature vouches for.
pub fn verify_public_key(object: &str, verifying_key: &str) -> Result<String, Error> {
    account::public_key(object, &parse_verifying_key(verifying_key)?)
}

fn parse_verifying_key(base64: &str) -> Result<VerifyingKey, Error> {
    let cose = CoseKeyBytes::from(bytes(base64)?.as_slice());
    VerifyingKey::from_cose(&cose).map_err(|_| Error::Malformed)
}
