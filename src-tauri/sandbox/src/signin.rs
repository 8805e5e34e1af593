//! Checking a password the way the server does: against a hash of the hash the client sends.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::crypto::Kdf;
use crate::dice::Dice;
use crate::world::User;

/// What else a sign-in asks for, by e-mail address.
pub(crate) type Hurdles = HashMap<String, crate::Hurdle>;

/// What the server keeps of a password.
#[derive(Clone)]
pub(crate) struct Stored {
    /// Hash of the sign-in hash.
    verifier: [u8; 32],
    /// The user key under the stretched master key.
    pub(crate) sealed_key: String,
}

impl Stored {
    /// Of somebody who has none: no hash is right.
    pub(crate) fn without_password(sealed_key: String) -> Self {
        Self { verifier: rand::random(), sealed_key }
    }

    /// Whether `sent` is the sign-in hash of the right password.
    pub(crate) fn accepts(&self, sent: &str) -> bool {
        let differing =
            hash(sent).iter().zip(self.verifier).fold(0, |sum, (one, other)| sum | (one ^ other));
        differing == 0
    }
}

fn hash(sent: &str) -> [u8; 32] {
    Sha256::digest(sent.as_bytes()).into()
}

type Known = HashMap<(String, String, Kdf, Vec<u8>), Stored>;

/// Deriving takes a tenth of a second on purpose; one process asks for the same few accounts in every test.
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// Derived when first needed, then remembered for the process.
pub(crate) fn stored(dice: Dice, user: &User) -> Stored {
    if let Some(stored) = crate::sso::without_password(dice, user) {
        return stored;
    }
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let name = (user.email.clone(), user.password.clone(), user.kdf, user.key_bytes());
    if let Some(stored) = known().get(&name) {
        return stored.clone();
    }
    let master = user.master_key();
    let label = format!("user/{}/sealed", user.email);
    let stored = Stored {
        verifier: hash(&master.sign_in_hash(&user.password)),
        sealed_key: dice.seal(&master.stretch(), &user.key_bytes(), &label),
    };
    known().insert(name, stored.clone());
    stored
}
