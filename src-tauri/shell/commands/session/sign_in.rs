//! From signed out to an open account, one command a step.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use wardroom_core::model::{ServerSettings, SignInStep, SsoOrganization, TwoStepKind};
use wardroom_core::session::{KeyEvent, Step, security_key};

use super::entered;
use crate::app::App;
use crate::browser;
use crate::failure::Answer;
use crate::signing::{Took, Turn};
use crate::wire::SealedPassword;

/// What a step led to, for the page.
async fn answer(
    app: &App,
    handle: &AppHandle,
    turn: &mut Turn<'_>,
    step: Step,
) -> Answer<SignInStep> {
    match turn.took(step) {
        Took::Asks(asks) => Ok(asks),
        Took::Done(unlocked) => {
            entered(app, handle, *unlocked).await?;
            Ok(SignInStep::Done)
        }
    }
}

/// Begins with e-mail address and master password.
#[tauri::command]
pub(crate) async fn session_sign_in(
    app: State<'_, App>,
    handle: AppHandle,
    server: ServerSettings,
    email: String,
    sealed_password: SealedPassword,
) -> Answer<SignInStep> {
    let password = app.open_password(&sealed_password)?;
    let mut turn = app.signing.begin(app.desk(), &server, &email).await?;
    let step = app.signing.or_cancelled(turn.attempt()?.with_password(password)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Begins with the account's API key; the password opens the keys.
#[tauri::command]
pub(crate) async fn session_sign_in_api_key(
    app: State<'_, App>,
    handle: AppHandle,
    server: ServerSettings,
    email: String,
    client_id: String,
    sealed_secret: SealedPassword,
    sealed_password: SealedPassword,
) -> Answer<SignInStep> {
    let secret = app.open_password(&sealed_secret)?;
    let password = app.open_password(&sealed_password)?;
    let mut turn = app.signing.begin(app.desk(), &server, &email).await?;
    let attempt = turn.attempt()?;
    let step = app.signing.or_cancelled(attempt.with_api_key(&client_id, secret, password)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// What the sign-in under way asks; for a page that was just loaded.
#[tauri::command(async)]
pub(crate) fn session_sign_in_step(app: State<'_, App>) -> Option<SignInStep> {
    app.signing.asks()
}

/// Ends what the sign-in waits for, or the sign-in when it waits for nothing.
#[tauri::command(async)]
pub(crate) fn session_sign_in_cancel(app: State<'_, App>) {
    app.signing.cancel();
}

/// Answers two-step login.
#[tauri::command]
pub(crate) async fn session_two_step(
    app: State<'_, App>,
    handle: AppHandle,
    method: TwoStepKind,
    sealed_code: SealedPassword,
    remember: bool,
) -> Answer<SignInStep> {
    let code = app.open_password(&sealed_code)?;
    let mut turn = app.signing.turn().await?;
    let attempt = turn.attempt()?;
    let step = app.signing.or_cancelled(attempt.two_step(method, code, remember)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Has the two-step code mailed, or mailed again.
#[tauri::command]
pub(crate) async fn session_two_step_send(app: State<'_, App>) -> Answer<()> {
    let mut turn = app.signing.turn().await?;
    Ok(turn.attempt()?.send_code().await?)
}

/// Opens Duo's page in the browser.
#[tauri::command]
pub(crate) async fn session_two_step_duo(app: State<'_, App>) -> Answer<()> {
    let mut turn = app.signing.turn().await?;
    let page = turn.attempt()?.duo_page().await?;
    Ok(browser::open(&page)?)
}

/// Answers with a security key; says meanwhile what the key waits for.
#[tauri::command]
pub(crate) async fn session_two_step_key(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_pin: Option<SealedPassword>,
    remember: bool,
    channel: Channel<KeyEvent>,
) -> Answer<SignInStep> {
    let pin = sealed_pin.map(|sealed| app.open_password(&sealed)).transpose()?;
    let mut turn = app.signing.turn().await?;
    let attempt = turn.attempt()?;
    let say = move |news: KeyEvent| {
        // A page that has gone away need not hear it.
        let _ = channel.send(news);
    };
    let keys = security_key::system();
    let step = app.signing.or_cancelled(attempt.security_key(&*keys, pin, remember, say)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Answers the new-device code.
#[tauri::command]
pub(crate) async fn session_new_device(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_code: SealedPassword,
) -> Answer<SignInStep> {
    let code = app.open_password(&sealed_code)?;
    let mut turn = app.signing.turn().await?;
    let step = app.signing.or_cancelled(turn.attempt()?.new_device(code)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Has the new-device code mailed again.
#[tauri::command]
pub(crate) async fn session_new_device_resend(app: State<'_, App>) -> Answer<()> {
    let mut turn = app.signing.turn().await?;
    Ok(turn.attempt()?.resend_new_device().await?)
}

/// Organizations that sign this address in.
#[tauri::command]
pub(crate) async fn session_sso_find(
    app: State<'_, App>,
    server: ServerSettings,
    email: String,
) -> Answer<Vec<SsoOrganization>> {
    Ok(app.desk().attempt(&server, &email)?.find_sso().await?)
}

/// Signs in through the organization's page in the browser; answers when the browser came back.
#[tauri::command]
pub(crate) async fn session_sso(
    app: State<'_, App>,
    handle: AppHandle,
    server: ServerSettings,
    email: String,
    identifier: String,
) -> Answer<SignInStep> {
    let mut turn = app.signing.begin(app.desk(), &server, &email).await?;
    let attempt = turn.attempt()?;
    let step = app.signing.or_cancelled(attempt.with_sso(&identifier, browser::open)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// The master password, after a sign-in that went without it.
#[tauri::command]
pub(crate) async fn session_master_password(
    app: State<'_, App>,
    handle: AppHandle,
    sealed_password: SealedPassword,
) -> Answer<SignInStep> {
    let password = app.open_password(&sealed_password)?;
    let mut turn = app.signing.turn().await?;
    let step = app.signing.or_cancelled(turn.attempt()?.master_password(password)).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Asks another device to approve; with an address this begins a sign-in.
#[tauri::command]
pub(crate) async fn session_ask_device(
    app: State<'_, App>,
    handle: AppHandle,
    server: ServerSettings,
    email: String,
) -> Answer<SignInStep> {
    let mut turn = if email.is_empty() {
        app.signing.turn().await?
    } else {
        app.signing.begin(app.desk(), &server, &email).await?
    };
    let step = turn.attempt()?.ask_device().await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Asks an administrator to approve this device.
#[tauri::command]
pub(crate) async fn session_ask_admin(
    app: State<'_, App>,
    handle: AppHandle,
) -> Answer<SignInStep> {
    let mut turn = app.signing.turn().await?;
    let step = turn.attempt()?.ask_admin().await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Waits until somebody has approved.
#[tauri::command]
pub(crate) async fn session_wait_for_approval(
    app: State<'_, App>,
    handle: AppHandle,
) -> Answer<SignInStep> {
    let mut turn = app.signing.turn().await?;
    let step = app.signing.or_cancelled(turn.attempt()?.wait_for_approval()).await?;
    answer(&app, &handle, &mut turn, step).await
}

/// Opens the web vault that the sign-in, or else the account, belongs to.
#[tauri::command]
pub(crate) async fn session_open_web_vault(app: State<'_, App>) -> Answer<()> {
    if let Some(SignInStep::WebVault { url, .. }) = app.signing.asks() {
        return Ok(browser::open(&url)?);
    }
    let vault = app.locked()?.web_vault()?;
    Ok(browser::open(&vault)?)
}
