//! Text that must not be seen: passwords, tokens, session values.

use bitwarden_encoding::B64Url;
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A secret text: wiped on drop, prints as `Secret(..)`, has no `Serialize`.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }
    /// 32 random bytes as text that fits into an address (43 letters).
    #[must_use]
    pub fn random_text() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        SysRng.try_fill_bytes(bytes.as_mut_slice()).expect("the system's randomness never fails");
        Self::new(B64Url::from(bytes.as_slice()).to_string())
    }
    /// The `S256` code challenge this is the verifier of (RFC 7636, section 4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        B64Url::from(Sha256::digest(self.0.as_bytes()).as_slice()).to_string()
    }
    /// The plain text. Keep it short-lived.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// True for no characters at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_the_specification() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn random_texts_fit_addresses_and_differ() {
        let (one, other) = (Secret::random_text(), Secret::random_text());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}
