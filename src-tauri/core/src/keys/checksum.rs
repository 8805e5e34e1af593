//! The checksum that guards a login's address.

use bitwarden_encoding::B64;
use sha2::{Digest as _, Sha256};

/// `base64(SHA-256(uri))`, to be sealed under the same key as the address itself.
///
/// Official clients silently drop an address whose checksum is missing or wrong when the item has a key
/// of its own (`libs/common/src/vault/models/domain/login.ts` in the clients' repository), so every
/// address gets one.
#[must_use]
pub fn uri_checksum(uri: &str) -> String {
    String::from(&B64::from(Sha256::digest(uri.as_bytes()).as_slice()))
}
