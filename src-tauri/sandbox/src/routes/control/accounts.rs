//! `/sandbox/accounts` and `/sandbox/server`: what befalls an account, and which server this is.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use crate::accounts::{AccountState, ApiKey, Oddity, PasswordDemand};
use crate::answer::{Answer, Refusal, parse};
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/accounts/api-key", post(api_key))
        .route("/accounts/rotate-api-key", post(rotate))
        .route("/accounts/recover", post(recover))
        .route("/accounts/password-policy", post(demand))
        .route("/accounts/take-keys", post(take_keys))
        .route("/accounts/oddity", post(odd))
        .route("/server/vaultwarden", post(vaultwarden))
}

#[derive(Deserialize)]
struct Who {
    email: String,
}

#[derive(Deserialize)]
struct Demand {
    email: String,
    policy: Option<PasswordDemand>,
}

#[derive(Deserialize)]
struct Odd {
    email: String,
    oddity: Option<Oddity>,
}

fn change(
    shared: &Shared,
    email: &str,
    change: impl FnOnce(&mut AccountState),
) -> Answer<StatusCode> {
    let known = shared.world().change_account(email, change);
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::NotFound) }
}

async fn api_key(State(shared): State<Shared>, body: Bytes) -> Answer<Json<ApiKey>> {
    let who: Who = parse(&body)?;
    let world = shared.world();
    let user = world.user_by_email(&who.email).ok_or(Refusal::NotFound)?;
    Ok(Json(user.personal_key()))
}

async fn rotate(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let who: Who = parse(&body)?;
    change(&shared, &who.email, AccountState::rotate_api_key)
}

async fn recover(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let who: Who = parse(&body)?;
    change(&shared, &who.email, |state| state.recovered = true)
}

async fn demand(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Demand { email, policy } = parse(&body)?;
    change(&shared, &email, |state| state.demand = policy)
}

async fn take_keys(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let who: Who = parse(&body)?;
    change(&shared, &who.email, |state| state.without_keys = true)
}

async fn odd(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Odd { email, oddity } = parse(&body)?;
    change(&shared, &email, |state| state.oddity = oddity)
}

async fn vaultwarden(State(shared): State<Shared>) -> StatusCode {
    shared.hosting().be_vaultwarden();
    StatusCode::NO_CONTENT
}
