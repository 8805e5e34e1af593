//! What was imported, how long staged data is kept, and the files it came from.

use jiff::Timestamp;
use tauri::{AppHandle, State};
use wardroom_core::import::history;
use wardroom_core::model::{
    ExpiredNotice, ImportSettings, OrganizationId, PastImport, SourceFile, StagedImport, StagingId,
};

use crate::app::App;
use crate::changes::changed;
use crate::failure::Answer;
use crate::wire::Room;

/// Past imports, the newest first.
#[tauri::command]
pub(crate) async fn import_history(
    app: State<'_, App>,
    client: Option<OrganizationId>,
    text: String,
) -> Answer<Vec<PastImport>> {
    Ok(history::list(&app.unlocked()?, client, &text).await?)
}

/// The files of an import, as they are now.
#[tauri::command]
pub(crate) async fn import_sources(
    app: State<'_, App>,
    staging: StagingId,
) -> Answer<Vec<SourceFile>> {
    Ok(history::sources(&app.unlocked()?, staging).await?)
}

/// Deletes a source file of a proven import.
#[tauri::command]
pub(crate) async fn import_delete_source(
    app: State<'_, App>,
    staging: StagingId,
    file: u32,
) -> Answer<SourceFile> {
    Ok(history::delete_source(&app.unlocked()?, staging, file).await?)
}

/// Keeps a staged import for some days from now on.
#[tauri::command]
pub(crate) async fn import_keep(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    days: u32,
) -> Answer<StagedImport> {
    let staged = history::keep(&app.unlocked()?, staging, days, Timestamp::now()).await?;
    changed(&handle, &[Room::Import]);
    Ok(staged)
}

/// How staged imports are kept.
#[tauri::command]
pub(crate) async fn import_settings(app: State<'_, App>) -> Answer<ImportSettings> {
    Ok(history::settings(&app.unlocked()?).await?)
}

/// Changes that.
#[tauri::command]
pub(crate) async fn import_set_settings(
    app: State<'_, App>,
    settings: ImportSettings,
) -> Answer<()> {
    Ok(history::set_settings(&app.unlocked()?, &settings).await?)
}

/// What was forgotten by itself and the person was not told of; forgets what is due.
#[tauri::command]
pub(crate) async fn import_expired(
    app: State<'_, App>,
    handle: AppHandle,
) -> Answer<Vec<ExpiredNotice>> {
    let expired = history::expired(&app.unlocked()?, Timestamp::now()).await?;
    if !expired.is_empty() {
        changed(&handle, &[Room::Import]);
    }
    Ok(expired)
}

/// The person was told.
#[tauri::command]
pub(crate) async fn import_expired_seen(app: State<'_, App>) -> Answer<()> {
    Ok(history::expired_seen(&app.unlocked()?).await?)
}
