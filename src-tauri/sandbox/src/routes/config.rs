//! What the server says about itself, and services that only have to be there.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::server::Line;
use crate::state::Shared;

/// The calendar version whose rules this server follows.
const VERSION: &str = "2026.8.0";

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/config", get(config))
        .route("/alive", get(alive))
        .route("/version", get(version))
}

/// Icons and the event collector: there, and without effect.
pub(super) fn beside_the_api() -> Router<Shared> {
    Router::new().route("/icons/{*rest}", any(nothing)).route("/events/{*rest}", any(accepted))
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn accepted() -> StatusCode {
    StatusCode::OK
}

async fn alive() -> Response {
    Json(super::now()).into_response()
}

async fn version() -> Response {
    Json(json!({ "version": VERSION })).into_response()
}

async fn config(
    State(shared): State<Shared>,
    Extension(line): Extension<Arc<Line>>,
) -> Json<Value> {
    let scheme = if line.secure { "https" } else { "http" };
    let base = format!("{scheme}://127.0.0.1:{}", shared.hosting().port);
    Json(json!({
        "object": "config",
        "version": VERSION,
        "gitHash": "00000000",
        "server": null,
        "environment": {
            "cloudRegion": null,
            "vault": base,
            "api": format!("{base}/api"),
            "identity": format!("{base}/identity"),
            "notifications": format!("{base}/notifications"),
            "sso": format!("{base}/sso"),
        },
        // Clients give each item a key of its own when this is on.
        "featureStates": {
            "cipher-key-encryption": true,
            "pm-32009-new-item-types": shared.hosting().new_item_types,
        },
        "push": { "pushTechnology": 0, "vapidPublicKey": null },
        "communication": null,
        "settings": { "disableUserRegistration": true, "suppressOnboardingInterstitials": true },
    }))
}
