//! From a chosen file to a receipt.

pub(crate) mod duplicates;
pub(crate) mod grid;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod recipe;

use std::time::Instant;

use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};
use wardroom_core::import::formats::{self, ReadOptions, Source};
use wardroom_core::import::receipt_file;
use wardroom_core::import::staging::{self, AccessChoices};
use wardroom_core::import::upload::{self, UploadPlan};
use wardroom_core::model::{
    Detection, Finding, FormatInfo, Inspection, MaskedItem, OrganizationId, Placement, Receipt,
    StagedImport, StagingId,
};

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal, blocking};
use crate::uploads::{self, Calm};
use crate::window;
use crate::wire::{ChosenFile, FileToRead, ReceiptForm, Room, StageProgress, UploadEvent};

/// Formats that can be read.
#[tauri::command(async)]
pub(crate) fn import_formats() -> Vec<FormatInfo> {
    formats::formats()
}

/// Asks for files in the system's own dialog.
#[tauri::command]
pub(crate) async fn import_choose(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Vec<ChosenFile>> {
    let formats = formats::formats();
    let extensions: Vec<_> =
        formats.iter().flat_map(|format| &format.extensions).map(String::as_str).collect();
    let files = window::ask_for_exports(&window, &extensions).await;
    Ok(files.into_iter().filter_map(|path| app.files.keep(path)).collect())
}

/// A sample export of another product, in demo builds.
#[tauri::command(async)]
pub(crate) fn import_sample(app: State<'_, App>) -> Answer<Option<ChosenFile>> {
    Ok(app.demo.sample()?.and_then(|path| app.files.keep(path)))
}

/// Files that were dropped or opened and are not taken yet.
#[tauri::command(async)]
pub(crate) fn import_waiting(app: State<'_, App>) -> Vec<ChosenFile> {
    app.files.take_waiting()
}

/// What a file looks like.
#[tauri::command]
pub(crate) async fn import_detect(app: State<'_, App>, file_id: String) -> Answer<Detection> {
    let path = app.files.path(&file_id)?;
    Ok(blocking(move || formats::detect(&path)).await??)
}

/// What a file holds.
#[tauri::command]
pub(crate) async fn import_inspect(
    app: State<'_, App>,
    files: Vec<FileToRead>,
) -> Answer<Inspection> {
    let sources = sources(&app, &files)?;
    Ok(blocking(move || formats::inspect_several(&sources)).await??)
}

/// Seals the items of files for a client.
#[tauri::command]
pub(crate) async fn import_stage(
    app: State<'_, App>,
    handle: AppHandle,
    files: Vec<FileToRead>,
    client: OrganizationId,
    placement: Placement,
    channel: Channel<StageProgress>,
) -> Answer<StagedImport> {
    let unlocked = app.unlocked()?;
    let sources = sources(&app, &files)?;
    let (progress, cancel) = (report_reading(channel), app.staging.begin());
    let staged =
        staging::stage_files(&unlocked, sources, client, placement, &cancel, progress).await?;
    changed(&handle, &[Room::Import]);
    Ok(staged)
}

/// Stops reading at the next item; nothing of it is kept.
#[tauri::command(async)]
pub(crate) fn import_stage_cancel(app: State<'_, App>) {
    app.staging.cancel();
}

/// Every staged, running and finished import.
#[tauri::command]
pub(crate) async fn import_list(app: State<'_, App>) -> Answer<Vec<StagedImport>> {
    Ok(staging::list(&app.unlocked()?).await?)
}

/// One of them.
#[tauri::command]
pub(crate) async fn import_get(app: State<'_, App>, staging: StagingId) -> Answer<StagedImport> {
    Ok(staging::get(&app.unlocked()?, staging).await?)
}

/// Masked items `from..from + count`.
#[tauri::command]
pub(crate) async fn import_items(
    app: State<'_, App>,
    staging: StagingId,
    from: u32,
    count: u32,
) -> Answer<Vec<MaskedItem>> {
    Ok(staging::items(&app.unlocked()?, staging, from, count).await?)
}

/// What is wrong or worth knowing, most severe first.
#[tauri::command]
pub(crate) async fn import_findings(
    app: State<'_, App>,
    staging: StagingId,
) -> Answer<Vec<Finding>> {
    Ok(staging::findings(&app.unlocked()?, staging).await?)
}

/// Leaves items out, or takes them back in.
#[tauri::command]
pub(crate) async fn import_skip(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    items: Vec<u32>,
    skipped: bool,
) -> Answer<StagedImport> {
    let staged = staging::set_skipped(&app.unlocked()?, staging, &items, skipped).await?;
    changed(&handle, &[Room::Import]);
    Ok(staged)
}

/// Changes where the items go.
#[tauri::command]
pub(crate) async fn import_place(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    placement: Placement,
) -> Answer<StagedImport> {
    let staged = staging::set_placement(&app.unlocked()?, staging, placement).await?;
    changed(&handle, &[Room::Import]);
    Ok(staged)
}

/// Forgets a staged import.
#[tauri::command]
pub(crate) async fn import_discard(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    even_if_unproven: bool,
) -> Answer<()> {
    staging::discard(&app.unlocked()?, staging, even_if_unproven).await?;
    changed(&handle, &[Room::Import]);
    Ok(())
}

/// Who could be given access at the client.
#[tauri::command]
pub(crate) async fn import_access(
    app: State<'_, App>,
    client: OrganizationId,
) -> Answer<AccessChoices> {
    Ok(staging::access_choices(&app.unlocked()?, client).await?)
}

/// What an upload would do.
#[tauri::command]
pub(crate) async fn import_plan(app: State<'_, App>, staging: StagingId) -> Answer<UploadPlan> {
    Ok(upload::plan(&app.unlocked()?, staging).await?)
}

/// Starts, continues or proves an upload; the channel tells how it goes and that it is over.
#[tauri::command]
pub(crate) async fn import_upload(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    channel: Channel<UploadEvent>,
) -> Answer<()> {
    let unlocked = app.unlocked()?;
    let cancel = app.uploads.begin(unlocked.account().user_id, staging)?;
    tauri::async_runtime::spawn(uploads::run(handle, unlocked, staging, cancel, channel));
    Ok(())
}

/// Stops an upload at its next safe point.
#[tauri::command(async)]
pub(crate) fn import_cancel(app: State<'_, App>, staging: StagingId) {
    app.uploads.cancel(staging);
}

/// The proof of a finished upload.
#[tauri::command]
pub(crate) async fn import_receipt(app: State<'_, App>, staging: StagingId) -> Answer<Receipt> {
    Ok(staging::receipt(&app.unlocked()?, staging).await?)
}

/// Writes the proof where the person says; false when they said nowhere.
#[tauri::command]
pub(crate) async fn import_save_receipt(
    app: State<'_, App>,
    window: WebviewWindow,
    staging: StagingId,
    form: ReceiptForm,
) -> Answer<bool> {
    let receipt = staging::receipt(&app.unlocked()?, staging).await?;
    let (text, ending) = match form {
        ReceiptForm::Json => (receipt_file::json(&receipt), "json"),
        ReceiptForm::Csv => (receipt_file::csv(&receipt), "csv"),
    };
    let name = format!("{}.{ending}", receipt_file::file_stem(&receipt));
    let Some(path) = window::ask_where(&window, &name).await else { return Ok(false) };
    blocking(move || std::fs::write(path, text)).await?.map_err(|_| Refusal::unwritten())?;
    Ok(true)
}

/// The files the page named, with what the person gave along.
fn sources(app: &App, files: &[FileToRead]) -> Answer<Vec<Source>> {
    files.iter().map(|file| source(app, file)).collect()
}

fn source(app: &App, file: &FileToRead) -> Answer<Source> {
    let password = file.sealed_password.as_ref();
    let options = ReadOptions {
        format: file.format.clone(),
        export_password: password.map(|sealed| app.open_password(sealed)).transpose()?,
        key_file: file.key_file_id.as_ref().map(|id| app.files.path(id)).transpose()?,
        recipe: file.recipe.clone(),
        opener: app.unlocked().ok().map(|unlocked| unlocked.keys().export_opener()),
        ..ReadOptions::default()
    };
    Ok(Source { path: app.files.path(&file.file_id)?, options })
}

fn report_reading(channel: Channel<StageProgress>) -> impl Fn(u64) + Send + Sync + 'static {
    let calm = Calm::default();
    move |read| {
        if calm.lets_through((), Instant::now()) {
            let _ = channel.send(StageProgress { read });
        }
    }
}
