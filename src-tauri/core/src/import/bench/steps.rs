//! Taking steps back, and doing them again.

use super::Desk;
use crate::Error;
use crate::model::StagingId;
use crate::session::Unlocked;

/// Takes the last step back. Answers the new revision.
pub async fn undo(unlocked: &Unlocked, staging: StagingId) -> Result<u64, Error> {
    Desk::open(unlocked, staging, None).await?.turn(true).await
}

/// Does the last step that was taken back again. Answers the new revision.
pub async fn redo(unlocked: &Unlocked, staging: StagingId) -> Result<u64, Error> {
    Desk::open(unlocked, staging, None).await?.turn(false).await
}
