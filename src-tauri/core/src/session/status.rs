//! What a frame or `wardroomctl status` says.

use std::time::Duration;

use super::accounts::label;
use super::blocking::blocking;
use super::{Desk, Locked, Session};
use crate::Error;
use crate::keys::Keyring;
use crate::model::{KeyringState, ServerKind, SessionState, Status};

impl Desk {
    /// What a frame or `status` shows for a session.
    pub async fn status(&self, session: &Session) -> Result<Status, Error> {
        let (state, locked) = match session {
            Session::SignedOut => (SessionState::SignedOut, None),
            Session::Locked(locked) => (SessionState::Locked, Some(locked)),
            Session::Unlocked(unlocked) => (SessionState::Unlocked, Some(&unlocked.0.locked)),
        };
        let account = locked.map(|locked| locked.account.clone());
        let mut status = Status {
            state,
            accounts: self.accounts()?,
            desks: self.desks_with(session)?,
            server: account.as_ref().map(|account| label(&account.server)),
            account,
            server_kind: locked.map_or_else(ServerKind::default, Locked::server_kind),
            online: false,
            last_sync: None,
            keyring: self.keyring_state(locked).await,
            providers: Vec::new(),
        };
        if let Session::Unlocked(unlocked) = session {
            let store = unlocked.store();
            status.online = unlocked.server().online();
            status.last_sync = store.load_last_refresh().await?;
            let rows = store.load_providers().await?;
            status.providers = rows.into_iter().map(|row| row.provider).collect();
        }
        Ok(status)
    }

    /// As the card has it; for nobody, what the next sign-in would do.
    async fn keyring_state(&self, locked: Option<&Locked>) -> KeyringState {
        if let Some(card) = locked.and_then(|locked| locked.card().ok()) {
            return card.database_key.state();
        }
        let desk = self.clone();
        blocking(move || match desk.keyring() {
            Keyring::Present(_) => KeyringState::Os,
            Keyring::Off | Keyring::Absent => KeyringState::Password,
        })
        .await
    }
}

impl Locked {
    /// Whether the server answers now. For faces that live for one command: a window learns it from its
    /// requests.
    pub async fn reach(&self, wait: Duration) -> Result<bool, Error> {
        Ok(self.link()?.reach(wait).await)
    }
}
