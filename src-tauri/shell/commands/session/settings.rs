//! When an account locks, what opens it, and the way to the network.

use tauri::{AppHandle, State, WebviewWindow};
use wardroom_core::model::{NetworkSettings, NetworkState, SecuritySettings, SecurityState};

use crate::app::App;
use crate::changes::changed;
use crate::failure::Answer;
use crate::window;
use crate::wire::{Room, SealedPassword};

/// What is in force for the visible account.
#[tauri::command]
pub(crate) async fn session_security(app: State<'_, App>) -> Answer<SecurityState> {
    Ok(app.sessions.security(&*app.presence).await?)
}

/// Chooses when it locks; the organization's policy may cut that.
#[tauri::command]
pub(crate) async fn session_set_security(
    app: State<'_, App>,
    settings: SecuritySettings,
) -> Answer<SecurityState> {
    Ok(app.sessions.set_security(settings, &*app.presence).await?)
}

/// Sets or replaces the PIN.
#[tauri::command]
pub(crate) async fn session_set_pin(
    app: State<'_, App>,
    sealed_pin: SealedPassword,
    after_restart: bool,
) -> Answer<SecurityState> {
    let pin = app.open_password(&sealed_pin)?;
    app.unlocked()?.set_pin(pin, after_restart).await?;
    Ok(app.sessions.security(&*app.presence).await?)
}

/// Takes the PIN away.
#[tauri::command]
pub(crate) async fn session_clear_pin(app: State<'_, App>) -> Answer<SecurityState> {
    app.unlocked()?.clear_pin().await?;
    Ok(app.sessions.security(&*app.presence).await?)
}

/// Lets the system vouch for the person from now on, or no longer.
#[tauri::command]
pub(crate) async fn session_set_presence(app: State<'_, App>, on: bool) -> Answer<SecurityState> {
    app.unlocked()?.set_presence(on, &*app.presence).await?;
    Ok(app.sessions.security(&*app.presence).await?)
}

/// Proxy and certificates, the same for every account.
#[tauri::command]
pub(crate) async fn session_network(app: State<'_, App>) -> Answer<NetworkState> {
    Ok(app.desk().network().await)
}

/// Changes them for connections made from now on.
#[tauri::command]
pub(crate) async fn session_set_network(
    app: State<'_, App>,
    handle: AppHandle,
    settings: NetworkSettings,
    sealed_proxy_password: Option<SealedPassword>,
) -> Answer<NetworkState> {
    let password = sealed_proxy_password.map(|sealed| app.open_password(&sealed)).transpose()?;
    let state = app.desk().set_network(settings, password).await?;
    changed(&handle, &[Room::Session]);
    Ok(state)
}

/// Asks for a certificate file with the system's own dialog; `null` when the person thought better of it.
#[tauri::command]
pub(crate) async fn session_choose_ca(window: WebviewWindow) -> Option<String> {
    let file = window::ask_for_certificate(&window).await?;
    Some(file.display().to_string())
}
