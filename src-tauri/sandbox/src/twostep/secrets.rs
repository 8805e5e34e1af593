//! What a person would have in their hands. Made from the seed, so that it is the same at each start.

use serde::Serialize;

use crate::dice::Dice;

use super::otp::{base32, modhex};

/// What passes two-step login without a mail or a security key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TwoStepSecrets {
    /// The authenticator's secret in Base32, as apps take it.
    pub authenticator_secret: String,
    /// The twelve letters that name the person's `YubiKey`.
    pub yubi_key: String,
    /// 32 letters and digits; good until it is used.
    pub recovery_code: String,
}

impl TwoStepSecrets {
    pub(super) fn of(dice: Dice, email: &str) -> Self {
        Self {
            authenticator_secret: base32(&authenticator(dice, email)),
            yubi_key: modhex(&dice.first::<6>(&format!("user/{email}/yubikey"))),
            recovery_code: recovery_code(&dice.bytes(&format!("user/{email}/recovery"))),
        }
    }
}

/// The bytes behind [`TwoStepSecrets::authenticator_secret`].
pub(super) fn authenticator(dice: Dice, email: &str) -> [u8; 20] {
    dice.first(&format!("user/{email}/authenticator"))
}

/// Lower-case letters and digits (`CoreHelpers.SecureRandomString(32, upper: false, special: false)`).
pub(super) fn recovery_code(bytes: &[u8; 64]) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let letters = bytes.iter().take(32);
    letters.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}
