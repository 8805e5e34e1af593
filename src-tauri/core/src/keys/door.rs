//! The way a password takes from the window into this process.

use bitwarden_crypto::{PrivateKey, PublicKeyEncryptionAlgorithm};

use super::{Error, Secret, prints_nothing, public, sealed, stack, wrap};

/// Lets the window hand over a password that its own C code never sees in clear: the page seals the
/// password under 64 random bytes, and those under this door's public key. Make one per password and
/// drop it after; a recorded message then opens nothing.
pub struct PasswordDoor(PrivateKey);

prints_nothing!(PasswordDoor);

impl PasswordDoor {
    /// A fresh RSA-2048 pair; takes up to some tenths of a second of CPU: call it off the async threads.
    #[must_use]
    pub fn make() -> Self {
        stack::clean_deep(|| Self(PrivateKey::make(PublicKeyEncryptionAlgorithm::RsaOaepSha1)))
    }

    /// SPKI, base64: what the page imports.
    #[must_use]
    pub fn public_key(&self) -> String {
        public::of(&self.0)
    }

    /// Opens what the page sealed: `key` is type 4 (RSA-OAEP-SHA1 of 64 bytes), `text` is type 2.
    ///
    /// # Errors
    /// [`Error::Malformed`] when either has another form, [`Error::Unopened`] when it was sealed for
    /// another door or changed on the way.
    pub fn open(&self, key: &str, text: &str) -> Result<Secret, Error> {
        let (key, text) = (wrap::parse_shared(key)?, sealed::parse(text)?);
        let key = wrap::open_shared(&key, &self.0).and_then(wrap::require_64)?;
        sealed::open_text(&text, &key)
    }
}

#[cfg(test)]
mod tests {
    use bitwarden_crypto::{SymmetricCryptoKey, SymmetricKeyAlgorithm};

    use super::*;

    /// What the page does, in Rust.
    fn sealed_for(door: &PasswordDoor, password: &str) -> (String, String) {
        let key = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let text = sealed::seal_text(password, &key).unwrap().to_string();
        (public::seal_key_for(&key, &door.public_key()).unwrap(), text)
    }

    #[test]
    fn a_password_arrives_byte_for_byte() {
        let door = PasswordDoor::make();
        for password in ["", " päss wörd ", "🔐", &"x".repeat(10_000)] {
            let (key, text) = sealed_for(&door, password);
            assert!(key.starts_with("4.") && text.starts_with("2."));
            assert_eq!(door.open(&key, &text).unwrap().expose(), password);
        }
    }

    #[test]
    fn another_door_opens_nothing() {
        let (key, text) = sealed_for(&PasswordDoor::make(), "secret");
        let other = PasswordDoor::make();
        assert_eq!(other.open(&key, &text).err(), Some(Error::Unopened), "doors are for one use");
    }

    #[test]
    fn parts_in_the_wrong_form_are_malformed() {
        let door = PasswordDoor::make();
        let (key, text) = sealed_for(&door, "secret");
        assert_eq!(door.open(&text, &text).err(), Some(Error::Malformed));
        assert_eq!(door.open(&key, &key).err(), Some(Error::Malformed));
        assert_eq!(door.open(&key, "secret").err(), Some(Error::Malformed));
        let modern = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::XAes256Gcm);
        let modern_text = sealed::seal_text("secret", &modern).unwrap().to_string();
        let modern_key = public::seal_key_for(&modern, &door.public_key()).unwrap();
        assert_eq!(door.open(&modern_key, &modern_text).err(), Some(Error::Malformed));
    }
}
