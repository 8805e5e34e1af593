//! The notification service: both hubs.
//!
//! `src/Notifications/{NotificationsHub,AnonymousNotificationsHub}.cs` of bitwarden/server. Clients go straight
//! to the WebSocket; negotiation is there for the ones that ask.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};

use crate::answer::{Answer, Refusal};
use crate::live::{Whose, serve};
use crate::state::Shared;
use crate::tokens::{SignedIn, token_of};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/hub", get(hub)).route("/anonymous-hub", get(anonymous_hub))
}

async fn hub(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    parts: Parts,
) -> Answer {
    if shared.live().off {
        return Err(Refusal::NotFound);
    }
    let token = token_of(&parts).ok_or(Refusal::NoToken)?.to_owned();
    let whose = Whose::User { user: signed_in.user, token };
    Ok(listen(upgrade, shared, whose))
}

/// Nobody checks what the token is: it only names the group (`AnonymousNotificationsHub.OnConnectedAsync`).
async fn anonymous_hub(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer {
    if shared.live().off {
        return Err(Refusal::NotFound);
    }
    let query = query.unwrap_or_default();
    let token = query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.eq_ignore_ascii_case("token").then(|| value.to_owned())
    });
    Ok(listen(upgrade, shared, Whose::Request(token.unwrap_or_default())))
}

fn listen(
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    shared: Shared,
    whose: Whose,
) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade.on_upgrade(|socket| serve(socket, shared, whose)),
        // What ASP.NET says to a request that brings neither a WebSocket nor a connection id.
        Err(_) => (http::StatusCode::BAD_REQUEST, "Connection ID required").into_response(),
    }
}
