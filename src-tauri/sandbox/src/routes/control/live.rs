//! Live updates and device requests, driven from outside.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Refusal, parse};
use crate::live;
use crate::requests::{self, Handover};
use crate::routes::guid;
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/live", get(listeners).put(switch).delete(hang_up))
        .route("/live/push", post(push))
        .route("/live/raw", post(raw))
        .route("/sessions/end", post(end_sessions))
        .route("/device-requests", get(all))
        .route("/device-requests/age", post(age))
        .route("/device-requests/known-only", post(known_only))
        .route("/device-requests/{id}/approve", post(approve))
        .route("/device-requests/{id}/deny", post(deny))
}

async fn listeners(State(shared): State<Shared>) -> Json<Value> {
    let (signed_in, waiting) = shared.live().count();
    Json(json!({ "signedIn": signed_in, "waiting": waiting }))
}

#[derive(Deserialize)]
struct Switch {
    off: bool,
}

async fn switch(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Switch { off } = parse(&body)?;
    shared.live().off = off;
    Ok(StatusCode::NO_CONTENT)
}

async fn hang_up(State(shared): State<Shared>) -> StatusCode {
    shared.live().hang_up();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Push {
    email: String,
    kind: u8,
    cause: Option<String>,
}

fn user_of(shared: &Shared, email: &str) -> Answer<Uuid> {
    shared.world().user_by_email(email).map(|user| user.id).ok_or(Refusal::NotFound)
}

async fn push(State(shared): State<Shared>, body: Bytes) -> Answer<Json<Value>> {
    let push: Push = parse(&body)?;
    let user = user_of(&shared, &push.email)?;
    let told = shared.live().push(user, push.kind, &live::about(user), push.cause.as_deref());
    Ok(Json(json!({ "told": told })))
}

/// The body goes out as it is, in one frame.
async fn raw(State(shared): State<Shared>, body: Bytes) -> StatusCode {
    shared.live().raw(&body);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct End {
    email: String,
    reason: Option<u8>,
}

async fn end_sessions(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let end: End = parse(&body)?;
    let user = user_of(&shared, &end.email)?;
    live::end_sessions(&shared, user, end.reason);
    Ok(StatusCode::NO_CONTENT)
}

async fn all(State(shared): State<Shared>) -> Json<Value> {
    Json(json!(requests::all(&shared)))
}

#[derive(Deserialize)]
struct Age {
    seconds: u64,
}

async fn age(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Age { seconds } = parse(&body)?;
    requests::age(&shared, Duration::from_secs(seconds));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct KnownOnly {
    only: bool,
}

async fn known_only(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let KnownOnly { only } = parse(&body)?;
    shared.requests().known_devices_only = only;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Approve {
    master_key: bool,
}

async fn approve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer<StatusCode> {
    let approve: Approve = if body.is_empty() { Approve::default() } else { parse(&body)? };
    let how = if approve.master_key { Handover::MasterKey } else { Handover::UserKey };
    answered(&shared, &id, Some(how))
}

async fn deny(State(shared): State<Shared>, Path(id): Path<String>) -> Answer<StatusCode> {
    answered(&shared, &id, None)
}

fn answered(shared: &Shared, id: &str, how: Option<Handover>) -> Answer<StatusCode> {
    let id = guid(id, "id")?;
    if requests::person_answers(shared, id, how) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::NotFound)
    }
}
