//! The server's side of the vocabulary of sealed things: enough to build a world that real clients can
//! open, and to let tests open what clients sent.
//!
//! A real server never holds these keys. Formats: `EncString` types 2 and 4, both key derivations.

use aes::Aes256;
use base64ct::{Base64, Encoding};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::{Oaep, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Base64 with padding, as everywhere in this API.
pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// A 64-byte key: 32 to encrypt, 32 to authenticate.
#[derive(Clone)]
pub(crate) struct Key([u8; 64]);

impl Key {
    pub(crate) fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 64] {
        &self.0
    }

    fn halves(&self) -> (&[u8; 32], &[u8; 32]) {
        let (encrypt, authenticate) = self.0.split_at(32);
        (
            encrypt.try_into().expect("the first half of 64 bytes"),
            authenticate.try_into().expect("the second half of 64 bytes"),
        )
    }

    /// `EncString` type 2. The seeded world passes its own `iv`, so that it is the same each time.
    pub(crate) fn seal(&self, plain: &[u8], iv: &[u8; 16]) -> String {
        let (encrypt, authenticate) = self.halves();
        let sealed = cbc::Encryptor::<Aes256>::new(encrypt.into(), iv.into())
            .encrypt_padded_vec::<Pkcs7>(plain);
        let mac = mac(authenticate, iv, &sealed).finalize().into_bytes();
        format!("2.{}|{}|{}", base64(iv), base64(&sealed), base64(&mac))
    }

    /// Opens a type 2 `EncString`; `None` when it is another type, damaged, or under another key.
    pub(crate) fn open(&self, text: &str) -> Option<Vec<u8>> {
        let mut parts = text.strip_prefix("2.")?.split('|');
        let iv = Base64::decode_vec(parts.next()?).ok()?;
        let sealed = Base64::decode_vec(parts.next()?).ok()?;
        let tag = Base64::decode_vec(parts.next()?).ok()?;
        if parts.next().is_some() {
            return None;
        }
        let (encrypt, authenticate) = self.halves();
        mac(authenticate, &iv, &sealed).verify_slice(&tag).ok()?;
        cbc::Decryptor::<Aes256>::new_from_slices(encrypt, &iv)
            .ok()?
            .decrypt_padded_vec::<Pkcs7>(&sealed)
            .ok()
    }

    /// A 64-byte key sealed under this one.
    pub(crate) fn open_key(&self, text: &str) -> Option<Self> {
        Some(Self(self.open(text)?.try_into().ok()?))
    }
}

fn mac(key: &[u8; 32], iv: &[u8], sealed: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(iv);
    mac.update(sealed);
    mac
}

/// `EncString` type 4: RSA-OAEP with SHA-1. `dice` replaces randomness so that the world is repeatable.
pub(crate) fn seal_to(public: &RsaPublicKey, plain: &[u8], dice: [u8; 32]) -> String {
    let mut rng = ChaCha20Rng::from_seed(dice);
    let sealed = public
        .encrypt(&mut rng, Oaep::<Sha1>::new(), plain)
        .expect("64 bytes fit an RSA-2048 key with OAEP");
    format!("4.{}", base64(&sealed))
}

/// How an account turns its password into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kdf {
    Pbkdf2 { iterations: u32 },
    Argon2id { iterations: u32, memory_mib: u32, parallelism: u32 },
}

impl Kdf {
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Pbkdf2 { .. } => 0,
            Self::Argon2id { .. } => 1,
        }
    }

    pub(crate) fn iterations(self) -> u32 {
        match self {
            Self::Pbkdf2 { iterations } | Self::Argon2id { iterations, .. } => iterations,
        }
    }

    pub(crate) fn memory_mib(self) -> Option<u32> {
        match self {
            Self::Pbkdf2 { .. } => None,
            Self::Argon2id { memory_mib, .. } => Some(memory_mib),
        }
    }

    pub(crate) fn parallelism(self) -> Option<u32> {
        match self {
            Self::Pbkdf2 { .. } => None,
            Self::Argon2id { parallelism, .. } => Some(parallelism),
        }
    }
}

/// What the password and the e-mail address make.
pub(crate) struct MasterKey([u8; 32]);

impl MasterKey {
    /// What a key connector keeps instead.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The salt is the address, trimmed and in lower case; Argon2id hashes it first.
    pub(crate) fn derive(password: &str, email: &str, kdf: Kdf) -> Self {
        let salt = email.trim().to_lowercase();
        let mut key = [0; 32];
        match kdf {
            Kdf::Pbkdf2 { iterations } => pbkdf2::pbkdf2_hmac_with_params(
                password.as_bytes(),
                salt.as_bytes(),
                pbkdf2::Algorithm::Pbkdf2Sha256,
                pbkdf2::Params::new(iterations).expect("the demo accounts' rounds are in bounds"),
                &mut key,
            ),
            Kdf::Argon2id { iterations, memory_mib, parallelism } => {
                let params =
                    argon2::Params::new(memory_mib * 1024, iterations, parallelism, Some(32))
                        .expect("the demo accounts' parameters are in bounds");
                argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
                    .hash_password_into(
                        password.as_bytes(),
                        &Sha256::digest(salt.as_bytes()),
                        &mut key,
                    )
                    .expect("Argon2id with parameters in bounds");
            }
        }
        Self(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What a client sends instead of the password.
    pub(crate) fn sign_in_hash(&self, password: &str) -> String {
        let mut hash = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(&self.0, password.as_bytes(), 1, &mut hash);
        base64(&hash)
    }

    /// The key the user key is sealed under.
    pub(crate) fn stretch(&self) -> Key {
        let hkdf = Hkdf::<Sha256>::from_prk(&self.0).expect("32 bytes are a SHA-256 output");
        let mut key = [0; 64];
        let (encrypt, authenticate) = key.split_at_mut(32);
        hkdf.expand(b"enc", encrypt).expect("32 bytes are within HKDF's limit");
        hkdf.expand(b"mac", authenticate).expect("32 bytes are within HKDF's limit");
        Key(key)
    }
}
