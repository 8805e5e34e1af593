//! The bench: looking at what is staged, and changing it.

use tauri::{AppHandle, State};
use wardroom_core::import::{bench, staging};
use wardroom_core::model::{
    CollectionTarget, Fix, GridPage, GridQuery, ItemDetail, Selection, StagingId,
};

use crate::app::App;
use crate::changes::changed;
use crate::failure::Answer;
use crate::wire::{Room, SealedPassword};

/// Rows `from..from + count` of those that match, and what stands around them.
#[tauri::command]
pub(crate) async fn import_grid(
    app: State<'_, App>,
    staging: StagingId,
    query: GridQuery,
    from: u32,
    count: u32,
) -> Answer<GridPage> {
    let unlocked = app.unlocked()?;
    Ok(app.grids.read(&unlocked, staging, |grid| grid.page(&query, from, count)).await?)
}

/// Indexes of all items that match.
#[tauri::command]
pub(crate) async fn import_grid_matching(
    app: State<'_, App>,
    staging: StagingId,
    query: GridQuery,
) -> Answer<Vec<u32>> {
    let unlocked = app.unlocked()?;
    Ok(app.grids.read(&unlocked, staging, |grid| grid.matching(&query)).await?)
}

/// One item, its secrets masked.
#[tauri::command]
pub(crate) async fn import_detail(
    app: State<'_, App>,
    staging: StagingId,
    item: u32,
) -> Answer<ItemDetail> {
    Ok(bench::detail(&app.unlocked()?, staging, item).await?)
}

/// One value in clear; the page hides it again.
#[tauri::command]
pub(crate) async fn import_reveal(
    app: State<'_, App>,
    staging: StagingId,
    item: u32,
    path: String,
) -> Answer<String> {
    let value = bench::reveal(&app.unlocked()?, staging, item, &path).await?;
    Ok(value.expose().to_owned())
}

/// Changes one value; an empty one takes it away.
#[tauri::command]
pub(crate) async fn import_edit(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    item: u32,
    path: String,
    sealed_value: SealedPassword,
) -> Answer<u64> {
    let unlocked = app.unlocked()?;
    let value = app.open_password(&sealed_value)?;
    Ok(told(&handle, bench::edit(&unlocked, staging, item, &path, value).await?))
}

/// Leaves many items out, or takes them back in.
#[tauri::command]
pub(crate) async fn import_skip_many(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    selection: Selection,
    skipped: bool,
) -> Answer<u64> {
    let unlocked = app.unlocked()?;
    let selection = app.grids.select(&unlocked, staging, selection).await?;
    Ok(told(&handle, bench::set_skipped(&unlocked, staging, &selection, skipped).await?))
}

/// Puts items into a folder, or out of all of them.
#[tauri::command]
pub(crate) async fn import_move(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    selection: Selection,
    folder: Option<String>,
    keep_others: bool,
) -> Answer<u64> {
    let unlocked = app.unlocked()?;
    let selection = app.grids.select(&unlocked, staging, selection).await?;
    let folder = folder.as_deref();
    Ok(told(&handle, bench::move_to(&unlocked, staging, &selection, folder, keep_others).await?))
}

/// What one click does about a finding.
#[tauri::command]
pub(crate) async fn import_fix(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    fix: Fix,
    selection: Selection,
) -> Answer<u64> {
    let unlocked = app.unlocked()?;
    let selection = app.grids.select(&unlocked, staging, selection).await?;
    Ok(told(&handle, bench::fix(&unlocked, staging, fix, &selection).await?))
}

/// Takes the last step back.
#[tauri::command]
pub(crate) async fn import_undo(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
) -> Answer<u64> {
    Ok(told(&handle, bench::undo(&app.unlocked()?, staging).await?))
}

/// Does it again.
#[tauri::command]
pub(crate) async fn import_redo(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
) -> Answer<u64> {
    Ok(told(&handle, bench::redo(&app.unlocked()?, staging).await?))
}

/// The collections an import leads to.
#[tauri::command]
pub(crate) async fn import_targets(
    app: State<'_, App>,
    staging: StagingId,
    ask_server: bool,
) -> Answer<Vec<CollectionTarget>> {
    Ok(staging::targets(&app.unlocked()?, staging, ask_server).await?)
}

fn told(handle: &AppHandle, revision: u64) -> u64 {
    changed(handle, &[Room::Import]);
    revision
}
