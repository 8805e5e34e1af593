//! A key that was lent out of the ring and can still be wiped by it.

use std::sync::{Arc, PoisonError, RwLock, Weak};

use bitwarden_crypto::SymmetricCryptoKey;

use super::Error;

/// One key behind a lock: whoever holds the cell can use the key until the ring wipes it.
pub(super) struct KeyCell(RwLock<Option<SymmetricCryptoKey>>);

impl KeyCell {
    /// Runs `work` with the key, or answers [`Error::Locked`] after a wipe.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&SymmetricCryptoKey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let key = self.0.read().unwrap_or_else(PoisonError::into_inner);
        work(key.as_ref().ok_or(Error::Locked)?)
    }

    fn wipe(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Every cell lent out. Dropping it wipes them all, also those that others still hold.
#[derive(Default)]
pub(super) struct Lent(Vec<Weak<KeyCell>>);

impl Lent {
    pub(super) fn lend(&mut self, key: SymmetricCryptoKey) -> Arc<KeyCell> {
        let cell = Arc::new(KeyCell(RwLock::new(Some(key))));
        // Only before growing: with thousands of clients, looking each time would take seconds.
        if self.0.len() == self.0.capacity() {
            self.0.retain(|cell| cell.strong_count() > 0);
        }
        self.0.push(Arc::downgrade(&cell));
        cell
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        for cell in self.0.iter().filter_map(Weak::upgrade) {
            cell.wipe();
        }
    }
}
