//! Codes that are counted: RFC 6238, and the one-time passwords that a `YubiKey` types.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds a code is shown.
const STEP: i64 = 30;

/// The code shown at `seconds` since 1970 (RFC 6238 with SHA-1, six digits; RFC 4226, section 5.3).
pub(super) fn authenticator_code(secret: &[u8], seconds: i64) -> String {
    let counter = seconds.div_euclid(STEP).to_be_bytes();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&counter);
    let tag = mac.finalize().into_bytes();
    let at = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let four = tag.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The server looks one step back and one ahead (`VerificationWindow(1, 1)`).
pub(super) fn is_shown_around(secret: &[u8], code: &str, seconds: i64) -> bool {
    (-1..=1).any(|step| authenticator_code(secret, seconds + step * STEP) == code)
}

/// RFC 4648, section 6, without padding: how an authenticator secret is written.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let at = usize::try_from((held >> bits) & 31).expect("five bits");
            text.push(char::from(LETTERS[at]));
        }
    }
    if bits > 0 {
        let at = usize::try_from((held << (5 - bits)) & 31).expect("five bits");
        text.push(char::from(LETTERS[at]));
    }
    text
}

/// The sixteen letters that are in the same place on most keyboards.
const MODHEX: &[u8; 16] = b"cbdefghijklnrtuv";

/// Bytes in those letters.
pub(super) fn modhex(bytes: &[u8]) -> String {
    let letter = |nibble: u8| char::from(MODHEX[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [letter(byte >> 4), letter(*byte)]).collect()
}

/// Twelve letters that name the key and 32 that are used once.
pub(super) fn key_of_otp(otp: &str) -> Option<&str> {
    let well_formed = otp.len() == 44 && otp.bytes().all(|byte| MODHEX.contains(&byte));
    if well_formed { otp.get(..12) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_6238_come_out() {
        // Appendix B has eight digits; six are their end.
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(authenticator_code(secret, seconds), code);
        }
        assert!(is_shown_around(secret, "287082", 59 + 30));
        assert!(!is_shown_around(secret, "287082", 59 + 60), "two steps are too many");
    }

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        // RFC 4648, section 10.
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }

    #[test]
    fn only_44_letters_of_the_right_kind_are_a_one_time_password() {
        let otp = format!("{}{}", modhex(&[1, 2, 3, 4, 5, 6]), modhex(&[0; 16]));
        assert_eq!(key_of_otp(&otp), otp.get(..12));
        assert_eq!(key_of_otp(&otp.replace('c', "a")), None);
        assert_eq!(key_of_otp(otp.get(..43).unwrap()), None);
    }
}
