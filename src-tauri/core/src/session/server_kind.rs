//! Whose software the account's server runs, remembered on the card.

use super::card::ServerSaid;
use super::{Locked, Unlocked};
use crate::model::ServerKind;

impl Locked {
    /// As last heard; Bitwarden's own until the server said otherwise.
    #[must_use]
    pub fn server_kind(&self) -> ServerKind {
        let said = self.card().ok().and_then(|card| card.server_said);
        said.map_or_else(ServerKind::default, |said| said.kind)
    }

    /// Whether a day has passed since the server was asked.
    fn should_ask_kind(&self) -> bool {
        self.card().is_ok_and(|card| card.server_said.is_none_or(|said| !said.is_fresh()))
    }

    /// What is not written down is asked again the next time.
    fn note_kind(&self, kind: ServerKind) {
        let noted = self.card().and_then(|card| {
            Ok(card.with_server_said(Some(ServerSaid::now(kind))).write(&self.folder())?)
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "what the server said of itself could not be kept");
        }
    }
}

impl Unlocked {
    /// Asks the server once a day whose software it runs: servers move from one to the other.
    pub(crate) async fn server_kind(&self) -> ServerKind {
        let locked = &self.0.locked;
        if locked.should_ask_kind()
            && let Some(kind) = self.server().fetch_kind().await
        {
            locked.note_kind(kind);
        }
        self.server().kind()
    }
}
