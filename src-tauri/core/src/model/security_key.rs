//! What a security key waits for.

use serde::Serialize;
use ts_rs::TS;

/// What the person should do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export, rename = "KeyNews")]
pub enum KeyEvent {
    /// Plug the key in.
    Insert,
    /// Touch it; with several plugged in, the one to use.
    Touch,
    /// Type its PIN; comes before the failure that ends the try.
    Pin {
        /// Wrong ones left, when the last was wrong and the key told.
        tries_left: Option<u8>,
    },
}
