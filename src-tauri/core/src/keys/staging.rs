//! The key that seals one staged import.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::cell::KeyCell;
use super::{Error, prints_nothing, sealed};

/// The key that seals one staged import. Wrapped under the user key it is kept beside the rows; without
/// an unlocked ring the rows stay closed.
#[derive(Clone)]
pub struct StagingKey(Arc<KeyCell>);

prints_nothing!(StagingKey);

impl StagingKey {
    pub(super) fn new(cell: Arc<KeyCell>) -> Self {
        Self(cell)
    }

    /// Seals bytes: `0x02 ‖ iv ‖ mac ‖ ciphertext` (the binary `EncString`).
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let sealed = self.0.with(|key| sealed::seal_bytes(plain, key))?;
        sealed.to_buffer().map_err(|_| Error::Malformed)
    }

    /// Opens what [`StagingKey::seal`] made.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let sealed = sealed::parse_binary(sealed)?;
        self.0.with(|key| sealed::open_bytes(&sealed, key))
    }
}
