//! From sealed rows to proven items, exactly once.
//!
//! The server gives no receipt for an import and does the same work twice when asked twice. So: each
//! request is in the journal before it goes out, with fingerprints of its ciphertexts; whenever an answer
//! is lost, the server's items are read and compared before anything is sent again; and at the end all of
//! them are, once more. Order of things: settle what an earlier run left open → collections → items →
//! proof → receipt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::hold::Hold;
use super::pace::{Clock, SystemClock};
use super::run::Run;
use super::sealed::{load, open_receipt};
use crate::Error;
use crate::model::{Receipt, StagedState, StagingId, UploadProgress};
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
    let row = load(unlocked, staging).await?;
    if row.state == StagedState::Done {
        return Err(Error::Refused("this import is done; its receipt is stored".to_owned()));
    }
    let clock = Arc::new(SystemClock::start());
    let mut run = Run::open(unlocked, row, Cancel::default(), clock, Box::new(|_| ())).await?;
    run.plan().await
}

/// Uploads, continues, or proves: safe to call again at any time. A finished one answers its receipt.
pub async fn upload(
    unlocked: &Unlocked,
    staging: StagingId,
    cancel: Cancel,
    progress: impl Fn(UploadProgress) + Send + Sync + 'static,
) -> Result<Receipt, Error> {
    let clock = Arc::new(SystemClock::start());
    upload_at(unlocked, staging, cancel, clock, progress).await
}

/// As [`upload`], by another clock.
pub async fn upload_at(
    unlocked: &Unlocked,
    staging: StagingId,
    cancel: Cancel,
    clock: Arc<dyn Clock>,
    progress: impl Fn(UploadProgress) + Send + Sync + 'static,
) -> Result<Receipt, Error> {
    load(unlocked, staging).await?;
    let hold = Hold::take(unlocked.store(), staging).await?;
    // Read under the lock: another process may just have finished it.
    let row = load(unlocked, staging).await?;
    if row.state == StagedState::Done {
        hold.remove();
        return open_receipt(unlocked, &row);
    }
    let mut run = Run::open(unlocked, row, cancel, clock, Box::new(progress)).await?;
    let receipt = run.upload().await?;
    hold.remove();
    Ok(receipt)
}
