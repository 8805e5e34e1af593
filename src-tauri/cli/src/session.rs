//! `unlock`, `lock`, `logout`, `status`, `sync`.

use std::time::Duration;

use serde::Serialize;
use wardroom_core::keys::Secret;
use wardroom_core::model::{KeyringState, ProviderRole, SessionState, Status, SyncReport};
use wardroom_core::session::Session;
use wardroom_core::sync::refresh;

use crate::desk::Run;
use crate::failure::Fault;
use crate::output::{Page, age, now};
use crate::password;

/// How long `status` waits for the server.
const PATIENCE: Duration = Duration::from_secs(3);

/// The value of `WARDROOM_SESSION`; `null` when there is none any more.
#[derive(Serialize)]
struct SessionAnswer<'a> {
    session: Option<&'a str>,
}

/// How to use the value in this shell.
pub(crate) fn export_line(page: &mut Page, session: &Secret) {
    page.quiet_line("To use it in this shell until `wardroomctl lock`:");
    let value = session.expose();
    page.line(&if cfg!(windows) {
        format!("$env:WARDROOM_SESSION=\"{value}\"")
    } else {
        format!("export WARDROOM_SESSION=\"{value}\"")
    });
}

/// `unlock`
pub(crate) async fn unlock(run: &Run, raw: bool) -> Result<String, Fault> {
    let locked = run.locked()?;
    let question = format!("Master password for {}: ", locked.account().email);
    let password = password::given_or_asked(&run.global, &question)?;
    let unlocked = locked.unlock(password).await?;
    let session = unlocked.make_session();
    unlocked.lock().await?;
    let session = session?;
    if raw {
        return Ok(format!("{}\n", session.expose()));
    }
    let answer = SessionAnswer { session: Some(session.expose()) };
    Ok(run.console.answer(&answer, |page| export_line(page, &session)))
}

/// `lock`
pub(crate) fn lock(run: &Run) -> Result<String, Fault> {
    let locked = run.locked()?;
    locked.forget_sessions()?;
    Ok(run.console.answer(&SessionAnswer { session: None }, |page| {
        page.line(&format!("Locked: no session value opens {} now.", locked.account().email));
    }))
}

/// `logout`
pub(crate) async fn logout(run: &Run) -> Result<String, Fault> {
    let locked = run.locked()?;
    locked.sign_out().await?;
    Ok(run.console.answer(&SessionAnswer { session: None }, |page| {
        page.line(&format!("Signed out {}; nothing of it is left here.", locked.account().email));
    }))
}

/// `status`: asks the server whether it is there, as nothing else in this process did.
pub(crate) async fn status(run: &Run) -> Result<String, Fault> {
    let session = run.session().await?;
    let status = run.desk.status(&session).await;
    if let Session::Unlocked(unlocked) = session {
        unlocked.lock().await?;
    }
    let mut status = status?;
    if status.account.is_some() {
        status.online = run.locked()?.reach(PATIENCE).await?;
    }
    Ok(run.console.answer(&status, |page| status_page(&status, page)))
}

fn status_page(status: &Status, page: &mut Page) {
    page.fact(
        "State",
        match status.state {
            SessionState::SignedOut => "signed out",
            SessionState::Locked => "locked",
            SessionState::Unlocked => "unlocked",
        },
    );
    if let Some(account) = &status.account {
        page.fact("Account", &account.email);
    }
    if let Some(server) = &status.server {
        let reach = if status.online { "" } else { " (out of reach)" };
        page.fact("Server", &format!("{server}{reach}"));
    }
    if let Some(last_sync) = &status.last_sync {
        page.fact("Last sync", &age(last_sync, now()));
    }
    page.fact(
        "Database key",
        match status.keyring {
            KeyringState::Os => "in the system keyring",
            KeyringState::Password => "under the master password (no system keyring)",
        },
    );
    for provider in &status.providers {
        let suspended = if provider.enabled { "" } else { ", suspended" };
        let text = format!("{} ({}{suspended})", provider.name, role(provider.role));
        page.fact("Provider", &text);
    }
    for account in status.accounts.iter().filter(|one| Some(*one) != status.account.as_ref()) {
        page.fact("Also here", &format!("{} on {}", account.email, account.server));
    }
}

fn role(role: ProviderRole) -> String {
    match role {
        ProviderRole::ProviderAdmin => "provider admin".to_owned(),
        ProviderRole::ServiceUser => "service user".to_owned(),
        ProviderRole::Other(number) => format!("role {number}"),
    }
}

/// `sync`: every refresh reads the whole list today, so `--full` asks for nothing more.
pub(crate) async fn sync(run: &Run) -> Result<String, Fault> {
    let report = run.with_keys(async |unlocked| Ok(refresh(unlocked).await?)).await?;
    Ok(run.console.answer(&report, |page| sync_page(&report, page)))
}

fn sync_page(report: &SyncReport, page: &mut Page) {
    page.line(&format!("{} clients, {} changed", report.clients, report.changed.len()));
    for name in &report.changed {
        page.line(&format!("  {name}"));
    }
    if report.web_vault.is_some() {
        page.line("Your account was recovered: change its master password in the web vault.");
    }
    page.quiet_line(&format!("{} requests, {} ms", report.requests, report.took_ms));
}
