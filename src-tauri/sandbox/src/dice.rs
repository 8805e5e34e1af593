//! Everything "random" in the seeded world: the same seed and label give the same bytes, on every machine.

use sha2::{Digest, Sha512};
use uuid::Uuid;

use crate::crypto::Key;

/// A source of repeatable choices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// 64 bytes that belong to `label` alone.
    pub(crate) fn bytes(self, label: &str) -> [u8; 64] {
        let mut hash = Sha512::new();
        hash.update(self.0.to_le_bytes());
        hash.update(label.as_bytes());
        hash.finalize().into()
    }

    /// The first `N` of them.
    pub(crate) fn first<const N: usize>(self, label: &str) -> [u8; N] {
        let mut first = [0; N];
        first.copy_from_slice(self.bytes(label).get(..N).expect("at most 64 bytes are asked for"));
        first
    }

    pub(crate) fn key(self, label: &str) -> Key {
        Key::new(self.bytes(label))
    }

    pub(crate) fn id(self, label: &str) -> Uuid {
        uuid::Builder::from_random_bytes(self.first(label)).into_uuid()
    }

    /// A number below `sides`.
    pub(crate) fn below(self, label: &str, sides: usize) -> usize {
        let roll = u32::from_le_bytes(self.first(label));
        usize::try_from(roll).expect("32 bits fit a usize") % sides.max(1)
    }

    /// Seals under `key` with an initialisation vector that belongs to `label`.
    pub(crate) fn seal(self, key: &Key, plain: &[u8], label: &str) -> String {
        key.seal(plain, &self.first(&format!("{label}/iv")))
    }
}
