//! The PIN: what it protects, how it is shown (protocol 1), how many tries there are.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use ciborium::Value;
use hmac::{Hmac, KeyInit, Mac};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use sha2::{Digest, Sha256};

use super::ctap::{bytes, entry};

/// Tries before it blocks itself for good, and before it wants to be taken out (CTAP 2.0, section 5.5).
const TRIES: u8 = 8;
const IN_A_ROW: u8 = 3;

/// Status bytes (CTAP 2.0, section 6.3).
const PIN_INVALID: u8 = 0x31;
const PIN_BLOCKED: u8 = 0x32;
const PIN_AUTH_INVALID: u8 = 0x33;
const PIN_AUTH_BLOCKED: u8 = 0x34;
const PIN_NOT_SET: u8 = 0x35;
const MISSING_PARAMETER: u8 = 0x14;

#[derive(Default)]
pub(super) struct Lock {
    /// First half of the PIN's SHA-256; `None`: no PIN set.
    pin: Option<[u8; 16]>,
    wrong: u8,
    wrong_in_a_row: u8,
    agreement: Option<EphemeralPrivateKey>,
    token: Option<[u8; 32]>,
}

impl Lock {
    pub(super) fn new(pin: &str) -> Self {
        let hash = Sha256::digest(pin.as_bytes());
        let hash = hash.first_chunk::<16>().copied();
        Self { pin: hash, ..Self::default() }
    }

    pub(super) fn is_set(&self) -> bool {
        self.pin.is_some()
    }

    pub(super) fn tries(&self) -> u8 {
        TRIES.saturating_sub(self.wrong)
    }

    pub(super) fn replug(&mut self) {
        self.wrong_in_a_row = 0;
        (self.agreement, self.token) = (None, None);
    }

    /// Whether `proof` shows that somebody typed the PIN for exactly this.
    pub(super) fn opens(&self, message: &[u8], proof: &[u8]) -> Result<(), u8> {
        let token = self.token.as_ref().ok_or(PIN_AUTH_INVALID)?;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(token).expect("any length will do");
        mac.update(message);
        let is_right = proof.len() == 16 && mac.verify_truncated_left(proof).is_ok();
        if is_right { Ok(()) } else { Err(PIN_AUTH_INVALID) }
    }

    /// `authenticatorClientPIN`: tries left, a public key, or the token for a right PIN.
    pub(super) fn ask(&mut self, request: &Value) -> Result<Value, u8> {
        let command = entry(request, 2).and_then(Value::as_integer).map(i128::from);
        match command {
            Some(1) => Ok(Value::Map(vec![(3.into(), self.tries().into())])),
            Some(2) => Ok(Value::Map(vec![(1.into(), self.agree())])),
            Some(5) => self.give_token(request),
            _ => Err(0x02), // CTAP1_ERR_INVALID_PARAMETER: we set no PINs.
        }
    }

    fn agree(&mut self) -> Value {
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).expect("randomness");
        let public = private.compute_public_key().expect("what was just made is a key");
        let (x, y) = public.as_ref().split_at(33);
        self.agreement = Some(private);
        // COSE_Key: EC2, ECDH-ES+HKDF-256, P-256.
        Value::Map(vec![
            (1.into(), 2.into()),
            (3.into(), (-25).into()),
            ((-1).into(), 1.into()),
            ((-2).into(), Value::Bytes(x.iter().skip(1).copied().collect())),
            ((-3).into(), Value::Bytes(y.to_vec())),
        ])
    }

    fn give_token(&mut self, request: &Value) -> Result<Value, u8> {
        let pin = self.pin.ok_or(PIN_NOT_SET)?;
        if self.tries() == 0 {
            return Err(PIN_BLOCKED);
        }
        if self.wrong_in_a_row >= IN_A_ROW {
            return Err(PIN_AUTH_BLOCKED);
        }
        let secret = self.shared(request).ok_or(MISSING_PARAMETER)?;
        let shown = bytes(request, 6).and_then(|shown| decrypt(&secret, shown));
        if shown.as_deref() != Some(&pin) {
            self.wrong += 1;
            self.wrong_in_a_row += 1;
            return Err(match (self.tries(), self.wrong_in_a_row) {
                (0, _) => PIN_BLOCKED,
                (_, IN_A_ROW) => PIN_AUTH_BLOCKED,
                _ => PIN_INVALID,
            });
        }
        (self.wrong, self.wrong_in_a_row) = (0, 0);
        let token = rand::random::<[u8; 32]>();
        self.token = Some(token);
        Ok(Value::Map(vec![(2.into(), Value::Bytes(encrypt(&secret, token)))]))
    }

    /// SHA-256 of the agreed point's x; each of our keys agrees once.
    fn shared(&mut self, request: &Value) -> Option<[u8; 32]> {
        let theirs = entry(request, 3)?;
        let point = [&[4][..], bytes(theirs, -2)?, bytes(theirs, -3)?].concat();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, point);
        agree_ephemeral(self.agreement.take()?, &theirs, |x| Sha256::digest(x).into()).ok()
    }
}

fn encrypt(key: &[u8; 32], mut text: [u8; 32]) -> Vec<u8> {
    let cipher = cbc::Encryptor::<aes::Aes256>::new(key.into(), &[0; 16].into());
    let length = text.len();
    let sealed = cipher.encrypt_padded::<NoPadding>(&mut text, length);
    sealed.expect("two whole blocks").to_vec()
}

fn decrypt(key: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = cbc::Decryptor::<aes::Aes256>::new(key.into(), &[0; 16].into());
    cipher.decrypt_padded_vec::<NoPadding>(sealed).ok()
}
