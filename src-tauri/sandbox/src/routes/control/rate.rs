//! Request limits, and changes behind a technician's back, driven from outside.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{post, put};
use serde::Deserialize;

use crate::answer::{Answer, parse};
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/limits", put(switch)).route("/limits/pass", post(pass))
}

#[derive(Deserialize)]
struct Switch {
    on: bool,
}

async fn switch(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Switch { on } = parse(&body)?;
    shared.rates().switch(on);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Pass {
    seconds: u64,
}

async fn pass(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Pass { seconds } = parse(&body)?;
    shared.rates().pass(Duration::from_secs(seconds));
    Ok(StatusCode::NO_CONTENT)
}
