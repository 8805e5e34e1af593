//! The key of the local database.

use std::fmt::Write as _;

use rand::TryRng as _;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::{Error, Secret, prints_nothing};

/// Length `SQLCipher` takes as a raw key, without deriving.
const KEY_BYTES: usize = 32;

/// A key of the local database: 32 random bytes, on the heap so that moves leave no copies behind.
pub struct DatabaseKey(Box<Zeroizing<[u8; KEY_BYTES]>>);

prints_nothing!(DatabaseKey);

impl DatabaseKey {
    /// 32 random bytes.
    #[must_use]
    pub fn make() -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; KEY_BYTES]));
        // Straight from the system: the thread's own generator would keep a copy in its buffer.
        SysRng.try_fill_bytes(bytes.as_mut_slice()).expect("the system's randomness never fails");
        Self(bytes)
    }

    /// The form `SQLCipher`'s `PRAGMA key` takes: `"x'…64 hex digits…'"`, double quotes included.
    #[must_use]
    pub fn pragma(&self) -> Secret {
        let mut text = String::with_capacity(2 * KEY_BYTES + 5);
        text.push_str("\"x'");
        for byte in self.bytes() {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        }
        text.push_str("'\"");
        Secret::new(text)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() != KEY_BYTES {
            return Err(Error::Malformed);
        }
        let mut key = Box::new(Zeroizing::new([0; KEY_BYTES]));
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pragma_is_what_sqlcipher_takes_as_a_raw_key() {
        let mut bytes = [0; 32];
        bytes[0] = 0x0a;
        bytes[31] = 0xff;
        let key = DatabaseKey::from_bytes(&bytes).unwrap();
        assert_eq!(
            key.pragma().expose(),
            format!("\"x'0a{}ff'\"", "00".repeat(30)),
            "any other form would be hashed as a passphrase and open nothing"
        );
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for length in [0, 31, 33, 64] {
            let key = DatabaseKey::from_bytes(&vec![7; length]);
            assert_eq!(key.err(), Some(Error::Malformed), "{length} bytes");
        }
    }

    #[test]
    fn each_key_is_its_own() {
        let (one, other) = (DatabaseKey::make(), DatabaseKey::make());
        assert_ne!(one.pragma().expose(), other.pragma().expose());
        assert_ne!(one.bytes(), [0; 32]);
    }
}
