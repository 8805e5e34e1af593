//! Who works here: accounts, unlocking, locking. Signing in and settings have files of their own.

pub(crate) mod settings;
pub(crate) mod sign_in;

use tauri::{AppHandle, State};
use wardroom_core::keys::PasswordDoor;
use wardroom_core::model::{Status, UserId};
use wardroom_core::session::{Moment, Unlocked};

use crate::app::App;
use crate::changes::changed;
use crate::failure::{Answer, Refusal, blocking};
use crate::window;
use crate::wire::{DemoSignIn, Door, Room, SealedPassword};

/// A change of account or keys makes everything stale.
pub(crate) const ALL: [Room; 3] = [Room::Session, Room::Clients, Room::Import];

/// An account was opened: it becomes the visible one, and its lists are kept true from now on.
pub(crate) async fn entered(app: &App, handle: &AppHandle, unlocked: Unlocked) -> Answer<()> {
    app.enter(unlocked.clone()).await?;
    app.keepers.start(handle, unlocked);
    changed(handle, &ALL);
    Ok(())
}

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

/// A fresh key for one secret to come in by.
#[tauri::command]
pub(crate) async fn session_door(app: State<'_, App>) -> Answer<Door> {
    let door = blocking(PasswordDoor::make).await?;
    let public_key = door.public_key();
    app.keep_door(door);
    Ok(Door { public_key })
}

/// Unlocks the visible account, without the server.
#[tauri::command]
pub(crate) async fn session_unlock(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_password: SealedPassword,
) -> Answer<Status> {
    let password = app.open_password(&sealed_password)?;
    let unlocked = app.locked()?.unlock(password).await?;
    entered(&app, &handle, unlocked).await?;
    Ok(app.status().await?)
}

/// Unlocks it with its PIN.
#[tauri::command]
pub(crate) async fn session_unlock_pin(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_pin: SealedPassword,
) -> Answer<Status> {
    let pin = app.open_password(&sealed_pin)?;
    let unlocked = app.locked()?.unlock_with_pin(pin).await?;
    entered(&app, &handle, unlocked).await?;
    Ok(app.status().await?)
}

/// Unlocks it when the system vouches for the person.
#[tauri::command]
pub(crate) async fn session_unlock_presence(
    app: State<'_, App>,
    handle: AppHandle,
) -> Answer<Status> {
    let unlocked = app.locked()?.unlock_with_presence(&*app.presence).await?;
    entered(&app, &handle, unlocked).await?;
    Ok(app.status().await?)
}

/// Wipes the keys; the page that asked goes, too.
#[tauri::command]
pub(crate) async fn session_lock(
    app: State<'_, App>,
    handle: AppHandle,
    all: bool,
) -> Answer<Status> {
    if all {
        app.lock_all().await?;
    } else {
        app.lock().await?;
    }
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

/// Makes another account the visible one; locks nothing.
#[tauri::command]
pub(crate) async fn session_switch(
    app: State<'_, App>,
    handle: AppHandle,
    user_id: UserId,
) -> Answer<Status> {
    app.sessions.switch(user_id)?;
    changed(&handle, &ALL);
    Ok(app.status().await?)
}

/// Gives an account a colour of the palette.
#[tauri::command]
pub(crate) async fn session_colour(
    app: State<'_, App>,
    handle: AppHandle,
    user_id: UserId,
    colour: u8,
) -> Answer<Status> {
    app.sessions.set_colour(user_id, colour)?;
    changed(&handle, &[Room::Session]);
    Ok(app.status().await?)
}

/// The person did something: the time until locking begins anew.
#[tauri::command(async)]
pub(crate) fn session_touched(app: State<'_, App>) {
    app.sessions.touched(Moment::now());
}
