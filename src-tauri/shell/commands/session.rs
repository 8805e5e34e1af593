//! Sign-in, unlock, lock.

use tauri::{AppHandle, State};
use wardroom_core::Error;
use wardroom_core::keys::PasswordDoor;
use wardroom_core::model::{ServerAddress, Status};

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal, blocking};
use crate::window;
use crate::wire::{DemoSignIn, Door, Room, SealedPassword};

/// A change of account or keys makes everything stale.
const ALL: [Room; 3] = [Room::Session, Room::Clients, Room::Import];

/// Who is signed in, and whether the keys are in memory.
#[tauri::command]
pub(crate) async fn session_status(app: State<'_, App>) -> Answer<Status> {
    Ok(app.status().await?)
}

/// What fills in the sign-in of a demo.
#[tauri::command(async)]
pub(crate) fn session_demo(app: State<'_, App>) -> Option<DemoSignIn> {
    app.demo.sign_in()
}

/// A fresh key for one password to come in by.
#[tauri::command]
pub(crate) async fn session_door(app: State<'_, App>) -> Answer<Door> {
    let door = blocking(PasswordDoor::make).await?;
    let public_key = door.public_key();
    app.keep_door(door);
    Ok(Door { public_key })
}

/// Signs in with e-mail address and master password.
#[tauri::command]
pub(crate) async fn session_sign_in(
    app: State<'_, App>,
    handle: AppHandle,
    server: String,
    email: String,
    sealed_password: SealedPassword,
) -> Answer<Status> {
    let password = app.open_password(&sealed_password)?;
    let address = ServerAddress::parse(&server).map_err(Error::from)?;
    let unlocked = app.desk.sign_in(&address, &email, password).await?;
    app.enter(unlocked).await?;
    changed(&handle, &ALL);
    Ok(app.status().await?)
}

/// Unlocks the account in use, without the server.
#[tauri::command]
pub(crate) async fn session_unlock(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_password: SealedPassword,
) -> Answer<Status> {
    let password = app.open_password(&sealed_password)?;
    let unlocked = app.locked().await?.unlock(password).await?;
    app.enter(unlocked).await?;
    changed(&handle, &ALL);
    Ok(app.status().await?)
}

/// Wipes the keys; the page that asked goes, too.
#[tauri::command]
pub(crate) async fn session_lock(app: State<'_, App>, handle: AppHandle) -> Answer<Status> {
    app.lock().await?;
    window::renew(&handle).map_err(|_| Refusal::unexpected())?;
    Ok(app.status().await?)
}

/// Forgets the account on this machine; the page that asked goes, too.
#[tauri::command]
pub(crate) async fn session_sign_out(app: State<'_, App>, handle: AppHandle) -> Answer<Status> {
    app.sign_out().await?;
    window::renew(&handle).map_err(|_| Refusal::unexpected())?;
    Ok(app.status().await?)
}
