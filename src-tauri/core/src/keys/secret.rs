//! Text that must not be seen: passwords, tokens, session values.

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
