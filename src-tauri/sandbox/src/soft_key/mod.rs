//! A security key in software, at the level of the messages that go over USB: CTAP 2.0 with PIN protocol 1,
//! and U2F. It waits for a touch like a real one. For tests and demonstrations; keeps its secrets in memory.
//!
//! After the FIDO Alliance's "Client to Authenticator Protocol" (2.0, sections 5 and 6; 2.1, section 6.5) and
//! "U2F Raw Message Formats".

mod ctap;
mod pin;
mod u2f;

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sha2::{Digest, Sha256};

use crate::SecurityKey;
use pin::Lock;

/// Only ours: a failed assertion here would be a failed test.
const NO_PANIC: &str = "nothing that holds this lock can panic";

/// The key. Clones are the same key.
#[derive(Clone)]
pub struct SoftKey(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    touched: Condvar,
}

#[derive(Default)]
struct State {
    credentials: Vec<Credential>,
    counter: u32,
    lock: Lock,
    /// Touches that were not used up yet.
    touches: u32,
    /// Somebody who touches whenever it blinks.
    is_held: bool,
    /// Wants its PIN for everything.
    is_strict: bool,
}

struct Credential {
    /// SHA-256 of the site's name.
    site: [u8; 32],
    id: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl std::fmt::Debug for SoftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftKey(..)")
    }
}

impl Default for SoftKey {
    fn default() -> Self {
        Self(Arc::new(Inner { state: Mutex::default(), touched: Condvar::new() }))
    }
}

impl SoftKey {
    /// A new key with a PIN, which it wants for every signature when `is_strict`.
    #[must_use]
    pub fn with_pin(pin: &str, is_strict: bool) -> Self {
        let key = Self::default();
        let mut state = key.state();
        state.lock = Lock::new(pin);
        state.is_strict = is_strict;
        drop(state);
        key
    }

    /// Makes a credential for a site (`rpId`, or the `AppID` of U2F) and gives the server's half.
    pub fn register(&self, site: &str) -> SecurityKey {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("there is randomness");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random)
            .expect("what was just made can be read");
        let public_key = pair.public_key().as_ref().to_vec();
        let id = rand::random::<[u8; 32]>().to_vec();
        let site = Sha256::digest(site.as_bytes()).into();
        self.state().credentials.push(Credential { site, id: id.clone(), pair });
        SecurityKey { credential_id: id, public_key, counter: 0 }
    }

    /// Touches it once, now or when it next blinks.
    pub fn touch(&self) {
        self.state().touches += 1;
        self.0.touched.notify_all();
    }

    /// Keeps a finger on it, or takes it away.
    pub fn hold(&self, is_held: bool) {
        self.state().is_held = is_held;
        self.0.touched.notify_all();
    }

    /// Takes it out and plugs it in again: it takes PINs again, unless too many were wrong.
    pub fn replug(&self) {
        self.state().lock.replug();
    }

    /// Wrong PINs it would still take.
    #[must_use]
    pub fn pin_tries(&self) -> u8 {
        self.state().lock.tries()
    }

    /// Signatures made, silent ones too.
    #[must_use]
    pub fn counter(&self) -> u32 {
        self.state().counter
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect(NO_PANIC)
    }

    /// Blinks until it is touched (`true`) or nobody waits any more.
    fn blink(&self, goes_on: &dyn Fn() -> bool) -> bool {
        let mut state = self.state();
        loop {
            if state.is_held || state.touches > 0 {
                state.touches = state.touches.saturating_sub(1);
                return true;
            }
            if !goes_on() {
                return false;
            }
            // Woken by a touch; looks up now and then whether somebody still waits.
            let wait = self.0.touched.wait_timeout(state, Duration::from_millis(10));
            state = wait.expect(NO_PANIC).0;
        }
    }
}

impl State {
    /// Index of the credential, when it is one of this key and for this site.
    fn find(&self, site: &[u8], id: &[u8]) -> Option<usize> {
        self.credentials.iter().position(|known| known.site == site && known.id == id)
    }

    /// Counts, and signs what comes before the counter, the counter, and what follows it.
    fn sign(&mut self, credential: usize, before: &[u8], after: &[u8]) -> (u32, Vec<u8>) {
        self.counter += 1;
        let message = [before, &self.counter.to_be_bytes(), after].concat();
        let credential = &self.credentials[credential];
        let signature = credential.pair.sign(&SystemRandom::new(), &message);
        (self.counter, signature.expect("there is randomness").as_ref().to_vec())
    }
}
