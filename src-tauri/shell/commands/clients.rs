//! The client list and its seats.

use tauri::ipc::Response;
use tauri::{AppHandle, State};
use wardroom_core::model::{OrganizationId, RefreshState, SeatSnapshot, SyncReport};
use wardroom_core::sync;

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal};
use crate::wire::Room;

/// The cached list, as raw JSON: ten thousand rows cross faster so.
#[tauri::command]
pub(crate) async fn clients_list(app: State<'_, App>) -> Answer<Response> {
    let clients = sync::clients(&app.unlocked()?).await?;
    let bytes = serde_json::to_vec(&clients).map_err(|_| Refusal::unexpected())?;
    Ok(Response::new(bytes))
}

/// Reads the list from the server.
#[tauri::command]
pub(crate) async fn clients_refresh(app: State<'_, App>, handle: AppHandle) -> Answer<SyncReport> {
    let unlocked = app.unlocked()?;
    let report = match app.keepers.keeper(unlocked.account().user_id) {
        // Through the keeper, so that two refreshes never run at once.
        Some(keeper) => keeper.refresh_now().await,
        None => sync::refresh(&unlocked).await,
    };
    changed(&handle, &[Room::Session, Room::Clients]);
    Ok(report?)
}

/// What the refresh in the background is doing; `null` while locked.
#[tauri::command(async)]
pub(crate) fn clients_refresh_state(app: State<'_, App>) -> Option<RefreshState> {
    app.keepers.state(app.sessions.visible_user()?)
}

/// The person looks at this client: it is refreshed first.
#[tauri::command(async)]
pub(crate) fn clients_look_at(app: State<'_, App>, client: Option<OrganizationId>) {
    if let Some(user) = app.sessions.visible_user() {
        app.keepers.look_at(user, client);
    }
}

/// Seats of one client at each refresh, oldest first.
#[tauri::command]
pub(crate) async fn clients_seats(
    app: State<'_, App>,
    client: OrganizationId,
) -> Answer<Vec<SeatSnapshot>> {
    Ok(sync::seats(&app.unlocked()?, client).await?)
}
