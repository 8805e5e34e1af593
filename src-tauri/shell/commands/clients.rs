//! The client list and its seats.

use tauri::ipc::Response;
use tauri::{AppHandle, State};
use wardroom_core::model::{OrganizationId, SeatSnapshot, SyncReport};
use wardroom_core::sync;

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal};
use crate::wire::Room;

/// The cached list, as raw JSON: ten thousand rows cross faster so.
#[tauri::command]
pub(crate) async fn clients_list(app: State<'_, App>) -> Answer<Response> {
    let clients = sync::clients(&app.unlocked().await?).await?;
    let bytes = serde_json::to_vec(&clients).map_err(|_| Refusal::unexpected())?;
    Ok(Response::new(bytes))
}

/// Reads the list from the server.
#[tauri::command]
pub(crate) async fn clients_refresh(app: State<'_, App>, handle: AppHandle) -> Answer<SyncReport> {
    let report = sync::refresh(&app.unlocked().await?).await;
    changed(&handle, &[Room::Session, Room::Clients]);
    Ok(report?)
}

/// Seats of one client at each refresh, oldest first.
#[tauri::command]
pub(crate) async fn clients_seats(
    app: State<'_, App>,
    client: OrganizationId,
) -> Answer<Vec<SeatSnapshot>> {
    Ok(sync::seats(&app.unlocked().await?, client).await?)
}
