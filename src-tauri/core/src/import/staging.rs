//! Parsed items, sealed on this machine until they are proven on the server.

use std::path::Path;

use super::formats::ReadOptions;
use crate::Error;
use crate::model::{
    Finding, GroupId, MaskedItem, MemberId, OrganizationId, Placement, Receipt, StagedImport,
    StagingId,
};
use crate::session::Unlocked;

/// Somebody who can be given access to new collections.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessChoices {
    /// Groups, by name.
    pub groups: Vec<(GroupId, String)>,
    /// Confirmed members, by name or e-mail.
    pub members: Vec<(MemberId, String)>,
}

/// Reads `file` and seals its items for `client`. Nothing is kept when it fails.
///
/// `progress` gets the number of items read so far.
pub async fn stage(
    unlocked: &Unlocked,
    file: &Path,
    client: OrganizationId,
    options: ReadOptions,
    placement: Placement,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<StagedImport, Error> {
    let _ = (unlocked, file, client, options, placement, progress);
    todo!("staging")
}

/// Every staged, running and finished import, newest first.
pub async fn list(unlocked: &Unlocked) -> Result<Vec<StagedImport>, Error> {
    let _ = unlocked;
    todo!("staging")
}

/// One of them.
pub async fn get(unlocked: &Unlocked, staging: StagingId) -> Result<StagedImport, Error> {
    let _ = (unlocked, staging);
    todo!("staging")
}

/// Masked items `from..from + count`, in file order.
pub async fn items(
    unlocked: &Unlocked,
    staging: StagingId,
    from: u32,
    count: u32,
) -> Result<Vec<MaskedItem>, Error> {
    let _ = (unlocked, staging, from, count);
    todo!("staging")
}

/// Findings, most severe first.
pub async fn findings(unlocked: &Unlocked, staging: StagingId) -> Result<Vec<Finding>, Error> {
    let _ = (unlocked, staging);
    todo!("staging")
}

/// Leaves items out of the upload, or takes them back in. Refused once uploading has started.
pub async fn set_skipped(
    unlocked: &Unlocked,
    staging: StagingId,
    items: &[u32],
    skipped: bool,
) -> Result<StagedImport, Error> {
    let _ = (unlocked, staging, items, skipped);
    todo!("staging")
}

/// Changes where the items go. Refused once uploading has started.
pub async fn set_placement(
    unlocked: &Unlocked,
    staging: StagingId,
    placement: Placement,
) -> Result<StagedImport, Error> {
    let _ = (unlocked, staging, placement);
    todo!("staging")
}

/// Rows and key gone. Refused while uploading is unproven unless `even_if_unproven`.
pub async fn discard(
    unlocked: &Unlocked,
    staging: StagingId,
    even_if_unproven: bool,
) -> Result<(), Error> {
    let _ = (unlocked, staging, even_if_unproven);
    todo!("staging")
}

/// Who could be given access at the client (asks the server).
pub async fn access_choices(
    unlocked: &Unlocked,
    client: OrganizationId,
) -> Result<AccessChoices, Error> {
    let _ = (unlocked, client);
    todo!("staging")
}

/// The stored receipt of a finished upload.
pub async fn receipt(unlocked: &Unlocked, staging: StagingId) -> Result<Receipt, Error> {
    let _ = (unlocked, staging);
    todo!("staging")
}
