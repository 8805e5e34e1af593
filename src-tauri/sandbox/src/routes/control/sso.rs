//! `/sandbox/sso`: the identity provider's strings.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, parse};
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/sso", post(set).get(show))
        .route("/sso/expire", post(expire))
        .route("/sso/ways", post(ways))
        .route("/sso/untrust", post(untrust))
}

#[derive(Deserialize)]
struct Provider {
    /// Who is signed in there; null lets its page ask.
    who: Option<String>,
    #[serde(default)]
    denies: bool,
}

async fn set(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Provider { who, denies } = parse(&body)?;
    let mut sign_on = shared.sign_on();
    sign_on.who = who;
    sign_on.denies = denies;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(State(shared): State<Shared>) -> Json<Value> {
    let sign_on = shared.sign_on();
    Json(json!({ "who": sign_on.who, "denies": sign_on.denies }))
}

/// Tokens of prevalidation and codes, all at once.
async fn expire(State(shared): State<Shared>) -> StatusCode {
    let mut sign_on = shared.sign_on();
    sign_on.expire_tokens();
    sign_on.expire_codes();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Ways {
    email: String,
    admin: bool,
    device: bool,
}

async fn ways(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Ways { email, admin, device } = parse(&body)?;
    shared.sign_on().set_ways(&email, admin, device);
    Ok(StatusCode::NO_CONTENT)
}

async fn untrust(State(shared): State<Shared>) -> StatusCode {
    shared.sign_on().untrust();
    StatusCode::NO_CONTENT
}
