//! What is there twice, and what becomes of it.

use std::sync::Arc;

use tauri::{AppHandle, State};
use wardroom_core::import::bench;
use wardroom_core::import::duplicates::{self, Found};
use wardroom_core::model::{
    DuplicateKind, DuplicateQuery, DuplicateReport, DuplicateRule, StagingId,
};

use crate::app::App;
use crate::changes::changed;
use crate::failure::Answer;
use crate::wire::Room;

/// Groups `from..from + count` of those that match.
#[tauri::command]
pub(crate) async fn import_duplicates(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    query: DuplicateQuery,
    from: u32,
    count: u32,
) -> Answer<DuplicateReport> {
    let unlocked = app.unlocked()?;
    let before = bench::revision(&unlocked, staging).await?;
    // Only a list that is read on may be an old one: others change what is alike, too.
    let known = app.checks.found(staging).filter(|found| from > 0 && found.revision() == before);
    let found = if let Some(found) = known {
        found
    } else {
        let mut found = Found::open(&unlocked, staging).await?;
        if found.keep_findings(&unlocked).await? != before {
            changed(&handle, &[Room::Import]);
        }
        let found = Arc::new(found);
        app.checks.keep_found(staging, Arc::clone(&found));
        found
    };
    Ok(found.report(&unlocked, &query, from, count).await?)
}

/// Applies a rule to some groups of a kind, or to all of them.
#[tauri::command]
#[allow(clippy::too_many_arguments)] // They are the page's words; a struct would hide them.
pub(crate) async fn import_resolve_duplicates(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    groups: Option<Vec<u32>>,
    kind: DuplicateKind,
    rule: DuplicateRule,
    revision: u64,
) -> Answer<u64> {
    let (unlocked, groups) = (app.unlocked()?, groups.as_deref());
    let revision = duplicates::resolve(&unlocked, staging, groups, kind, rule, revision).await?;
    changed(&handle, &[Room::Import]);
    Ok(revision)
}
