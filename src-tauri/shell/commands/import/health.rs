//! How healthy an import is, and what is made of it.

use std::time::Instant;

use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};
use wardroom_core::import::health::{self, HealthOptions};
use wardroom_core::import::{health_file, staging as stagings};
use wardroom_core::model::{ExposedSource, HealthPick, HealthReport, StagingId};

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal, blocking};
use crate::uploads::Calm;
use crate::window;
use crate::wire::{HealthForm, HealthProgress, Room};

/// Looks at every item; the channel tells how far it is.
#[tauri::command]
pub(crate) async fn import_health(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    exposed: ExposedSource,
    worst: u32,
    channel: Channel<HealthProgress>,
) -> Answer<HealthReport> {
    let unlocked = app.unlocked()?;
    let cancel = app.checks.begin(unlocked.account().user_id, staging)?;
    let options = HealthOptions { exposed, list: app.checks.list(), two_step: None, worst };
    let report = health::check(&unlocked, staging, options, told(channel), &cancel).await;
    app.checks.end(staging);
    let report = report?;
    app.checks.keep_report(staging, report.clone());
    changed(&handle, &[Room::Import]);
    Ok(report)
}

fn told(channel: Channel<HealthProgress>) -> impl Fn(u64, u64) + Send + Sync + 'static {
    let calm = Calm::default();
    move |done, total| {
        if calm.lets_through(done == total, Instant::now()) {
            let _ = channel.send(HealthProgress { done, total });
        }
    }
}

/// Stops a check; nothing is changed then.
#[tauri::command(async)]
pub(crate) fn import_health_cancel(app: State<'_, App>, staging: StagingId) {
    app.checks.cancel(staging);
}

/// Asks for a list of exposed passwords' hashes and remembers where it is.
#[tauri::command]
pub(crate) async fn import_choose_hash_list(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Option<String>> {
    let Some(path) = window::ask_for_hash_list(&window).await else { return Ok(None) };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    app.checks.set_list(path);
    Ok(name)
}

/// Puts what the last check found into a collection of its own.
#[tauri::command]
pub(crate) async fn import_health_tag(
    app: State<'_, App>,
    handle: AppHandle,
    staging: StagingId,
    pick: HealthPick,
    collection: String,
    revision: u64,
) -> Answer<u64> {
    let revision = health::tag(&app.unlocked()?, staging, &pick, &collection, revision).await?;
    changed(&handle, &[Room::Import]);
    Ok(revision)
}

/// Writes the last report where the person says; false when they said nowhere.
#[tauri::command]
pub(crate) async fn import_save_health(
    app: State<'_, App>,
    window: WebviewWindow,
    staging: StagingId,
    form: HealthForm,
) -> Answer<bool> {
    let client = stagings::get(&app.unlocked()?, staging).await?.client_name;
    let report = app.checks.report(staging)?;
    let (text, ending) = match form {
        HealthForm::Json => (health_file::json(&report, &client), "json"),
        HealthForm::Csv => (health_file::csv(&report, &client), "csv"),
        HealthForm::Html => (health_file::html(&report, &client), "html"),
    };
    let name = format!("{}.{ending}", health_file::file_stem(&report, &client));
    let Some(path) = window::ask_where(&window, &name).await else { return Ok(false) };
    blocking(move || std::fs::write(path, text)).await?.map_err(|_| Refusal::unwritten())?;
    Ok(true)
}
