//! Leaving items out, and taking them back in.

use super::Desk;
use crate::Error;
use crate::model::{BenchActionKind, StagingId};
use crate::session::Unlocked;

/// Leaves items out of the upload, or takes them back in. Answers the new revision.
pub(crate) async fn leave_out(
    unlocked: &Unlocked,
    staging: StagingId,
    items: &[u32],
    skipped: bool,
) -> Result<u64, Error> {
    let desk = Desk::open(unlocked, staging, None).await?;
    let kind = if skipped { BenchActionKind::Skip } else { BenchActionKind::Keep };
    let mut change = desk.begin(kind);
    for item in items {
        if *item >= desk.len() {
            return Err(Error::NotFound("item"));
        }
        change.skip(*item, skipped);
    }
    desk.apply(change).await
}
