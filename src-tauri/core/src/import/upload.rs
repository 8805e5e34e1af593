//! From sealed rows to proven items, exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Error;
use crate::model::{Receipt, StagingId, UploadProgress};
use crate::session::Unlocked;

/// A switch that stops an upload at the next safe point.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// Whether somebody asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What an upload would do; the answer to `--dry-run`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UploadPlan {
    /// The client's name.
    pub client: String,
    /// Items that would be sent.
    pub items: u64,
    /// Items left out.
    pub skipped: u64,
    /// Requests that would carry items.
    pub chunks: u64,
    /// Collections already there, by name.
    pub existing_collections: Vec<String>,
    /// Collections that would be created.
    pub new_collections: Vec<String>,
    /// Who would get access to the new ones.
    pub access: Vec<String>,
}

/// Asks the server what is there and says what would happen. Sends nothing.
pub async fn plan(unlocked: &Unlocked, staging: StagingId) -> Result<UploadPlan, Error> {
    let _ = (unlocked, staging);
    todo!("upload")
}

/// Uploads, continues, or proves: safe to call again at any time. A finished one answers its receipt.
pub async fn upload(
    unlocked: &Unlocked,
    staging: StagingId,
    cancel: Cancel,
    progress: impl Fn(UploadProgress) + Send + Sync + 'static,
) -> Result<Receipt, Error> {
    let _ = (unlocked, staging, cancel, progress);
    todo!("upload")
}
