//! Policies of organizations, and what people change about their accounts elsewhere.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use serde_json::Value;

use crate::AccountChange;
use crate::answer::{Answer, Refusal, parse};
use crate::routes::guid;
use crate::security::{change_account, put_policy};
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/policies", post(policy)).route("/accounts/change", post(change))
}

#[derive(Deserialize)]
struct Policy {
    organization: String,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    data: Value,
}

fn yes() -> bool {
    true
}

async fn policy(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let policy: Policy = parse(&body)?;
    let id = guid(&policy.organization, "organization")?;
    found(put_policy(&shared, id, policy.kind, policy.enabled, policy.data))
}

/// Without anything but an address: only ends that account's sessions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    email: String,
    #[serde(default)]
    new_password: Option<String>,
    #[serde(default)]
    new_email: Option<String>,
    #[serde(default)]
    rounds: Option<u32>,
    #[serde(default)]
    rotate_key: bool,
}

async fn change(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Change { email, new_password, new_email, rounds, rotate_key } = parse(&body)?;
    let change = AccountChange { password: new_password, email: new_email, rounds, rotate_key };
    found(change_account(&shared, &email, change))
}

fn found(found: bool) -> Answer<StatusCode> {
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::NotFound) }
}
