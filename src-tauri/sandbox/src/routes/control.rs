//! `/sandbox`: faults and findings over HTTP, for programs that drive the sandbox from outside.
//!
//! Not recorded, never faulty, and asks for no token: the sandbox listens on loopback only.

mod accounts;
mod live;
mod rate;
mod sso;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, parse};
use crate::faults::FaultText;
use crate::inspect;
use crate::state::Shared;

use super::guid;

mod security;
mod two_step;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/faults", post(plan).delete(forgive))
        .route("/requests", get(requests).delete(forget))
        .route("/state/{organization}", get(state))
        .route("/organizations", get(organizations))
        .route("/tokens/expire", post(expire))
        .route("/tokens/revoke", post(revoke))
        .merge(two_step::routes())
        .merge(live::routes())
        .merge(accounts::routes())
        .merge(security::routes())
        .merge(rate::routes())
        .merge(sso::routes())
}

#[derive(Deserialize)]
struct Plan {
    method: String,
    path: String,
    fault: FaultText,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

async fn plan(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let plan: Plan = parse(&body)?;
    shared.faults().plan(&plan.method, &plan.path, plan.fault.into(), plan.times);
    Ok(StatusCode::NO_CONTENT)
}

async fn forgive(State(shared): State<Shared>) -> StatusCode {
    shared.faults().clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(shared): State<Shared>) -> Json<Value> {
    let log = shared.log();
    Json(json!({ "requests": log.all(), "unknown": log.unknown() }))
}

async fn forget(State(shared): State<Shared>) -> StatusCode {
    shared.log().forget();
    StatusCode::NO_CONTENT
}

async fn state(
    State(shared): State<Shared>,
    Path(organization): Path<String>,
) -> Answer<Json<inspect::Contents>> {
    let id = guid(&organization, "organization")?;
    inspect::contents(&mut shared.world(), id).map(Json).ok_or(Refusal::NotFound)
}

async fn organizations(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    let rows = world.organizations.iter();
    Json(rows.map(|o| json!({ "id": o.id, "name": o.name })).collect())
}

async fn expire(State(shared): State<Shared>) -> StatusCode {
    shared.tokens().expire_access();
    shared.live().check_tokens();
    StatusCode::NO_CONTENT
}

async fn revoke(State(shared): State<Shared>) -> StatusCode {
    shared.tokens().revoke_refresh();
    StatusCode::NO_CONTENT
}
