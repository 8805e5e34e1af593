//! Text that belongs to a vault item: wiped when dropped, never printed.

use zeroize::Zeroizing;

/// A piece of somebody's vault item: a name, a password, a note.
///
/// Wiped on drop, prints as `Text(..)`, and has no `Serialize`: what must leave memory goes through a
/// codec that says so (`import::codec`).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Zeroizing<String>);

impl Text {
    /// Takes ownership; the caller's copy is this one.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }
    /// The plain text. Keep it short-lived.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Adds at the end; what it held before is wiped where it stood.
    pub fn push_str(&mut self, more: &str) {
        if self.0.capacity() - self.0.len() < more.len() {
            let room = (self.0.len() + more.len()).saturating_mul(2);
            let mut longer = Zeroizing::new(String::with_capacity(room));
            longer.push_str(&self.0);
            self.0 = longer;
        }
        self.0.push_str(more);
    }
    /// True for no characters at all (blanks count as text).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Length in UTF-8 bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text(..)")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
