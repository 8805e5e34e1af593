//! From a [`Link`] to a WebSocket: one request that asks to change the protocol (RFC 6455, section 4.1).

use std::time::Duration;

use reqwest::Upgraded;
use reqwest::header::{CONNECTION, RETRY_AFTER, UPGRADE};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::keys::Secret;
use crate::server::link::{Call, is_expired_token};
use crate::server::{Error, Link, answer};

/// For name, connection, TLS and answer together.
const UPGRADE_TIME: Duration = Duration::from_secs(30);

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Refused {
    /// The token is no longer good.
    TokenOver,
    /// The server is there and has no such thing: live updates are switched off, or a proxy forbids them.
    NotOffered,
    /// Anything else.
    Error(Error),
}

impl Link {
    /// Opens a WebSocket under the notifications address, through the same proxy and with the same trust as
    /// every other request. The token goes into the header, as servers' logs keep addresses.
    pub(super) async fn upgrade(
        &self,
        path: &str,
        bearer: Option<&Secret>,
    ) -> Result<Upgraded, Refused> {
        let key = generate_key();
        let call = Call::get(format!("{}{path}", self.endpoints.notifications));
        let request = self.upgrade_request(&call, bearer).await.map_err(Refused::Error)?;
        let request = request
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", &key);
        let answer = tokio::time::timeout(UPGRADE_TIME, request.send()).await;
        let answer = answer.ok().and_then(Result::ok).ok_or(Refused::Error(Error::Unreachable))?;
        if is_expired_token(&answer) {
            return Err(Refused::TokenOver);
        }
        let status = answer.status().as_u16();
        tracing::debug!(status, "live updates");
        match status {
            101 => {}
            // Vaultwarden answers a bad token without the header (`src/api/notifications.rs`).
            401 if bearer.is_some() => return Err(Refused::TokenOver),
            400 | 401 | 403 | 404 | 405 | 426 | 501 => return Err(Refused::NotOffered),
            _ => {
                let wait = answer.headers().get(RETRY_AFTER);
                let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
                return Err(Refused::Error(answer::error_of(status, wait, &[])));
            }
        }
        let accepted = answer.headers().get("sec-websocket-accept");
        if accepted.is_none_or(|accepted| accepted != derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Refused::Error(Error::NotUnderstood));
        }
        answer.upgrade().await.map_err(|_| Refused::Error(Error::Unreachable))
    }
}
