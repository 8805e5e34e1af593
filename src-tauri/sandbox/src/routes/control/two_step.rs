//! Second steps, devices, mails and the clock, from outside.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, parse};
use crate::state::Shared;
use crate::{SecondStep, SecurityKey, TwoStepState};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/two-step", post(enrol))
        .route("/two-step/{email}", get(look).delete(clear))
        .route("/devices/{email}", post(set_devices).delete(forget_devices))
        .route("/mails", get(mails).delete(forget_mails))
        .route("/clock", post(pass_time))
        .route("/sign-in", post(set_sign_in))
}

/// A method in words.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "method")]
enum Method {
    Authenticator,
    Email,
    Duo,
    YubiKey {
        #[serde(default)]
        nfc: bool,
    },
    OrganizationDuo,
    SecurityKey {
        credential_id: String,
        public_key: String,
    },
}

#[derive(Deserialize)]
struct Enrol {
    email: String,
    #[serde(flatten)]
    method: Method,
}

async fn enrol(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let asked: Enrol = parse(&body)?;
    let bytes = |text: &str| {
        let decoded = Base64UrlUnpadded::decode_vec(text.trim_end_matches('='));
        decoded.map_err(|_| Refusal::bad("Not base64url."))
    };
    let step = match asked.method {
        Method::Authenticator => SecondStep::Authenticator,
        Method::Email => SecondStep::Email,
        Method::Duo => SecondStep::Duo,
        Method::YubiKey { nfc } => SecondStep::YubiKey { nfc },
        Method::OrganizationDuo => SecondStep::OrganizationDuo,
        Method::SecurityKey { credential_id, public_key } => SecondStep::SecurityKey(SecurityKey {
            credential_id: bytes(&credential_id)?,
            public_key: bytes(&public_key)?,
            counter: 0,
        }),
    };
    shared.two_step().enrol(&asked.email, step);
    Ok(StatusCode::NO_CONTENT)
}

async fn look(State(shared): State<Shared>, Path(email): Path<String>) -> Json<TwoStepState> {
    Json(shared.two_step().two_step_state(&email))
}

async fn clear(State(shared): State<Shared>, Path(email): Path<String>) -> StatusCode {
    shared.two_step().clear_two_step(&email);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Devices {
    verify: Option<bool>,
    new_account: Option<bool>,
    #[serde(default)]
    elsewhere: bool,
    premium: Option<bool>,
}

async fn set_devices(
    State(shared): State<Shared>,
    Path(email): Path<String>,
    body: Bytes,
) -> Answer<StatusCode> {
    let asked: Devices = parse(&body)?;
    let mut book = shared.two_step();
    if let Some(verify) = asked.verify {
        book.verify_devices(&email, verify);
    }
    if let Some(is_new) = asked.new_account {
        book.set_new_account(&email, is_new);
    }
    if let Some(premium) = asked.premium {
        book.set_premium(&email, premium);
    }
    if asked.elsewhere {
        book.use_elsewhere(&email);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn forget_devices(State(shared): State<Shared>, Path(email): Path<String>) -> StatusCode {
    shared.two_step().forget_devices(&email);
    StatusCode::NO_CONTENT
}

async fn mails(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({ "mails": shared.two_step().mails() }))
}

async fn forget_mails(State(shared): State<Shared>) -> StatusCode {
    shared.two_step().forget_mails();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Clock {
    seconds: u64,
}

async fn pass_time(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let Clock { seconds } = parse(&body)?;
    shared.two_step().pass_time(Duration::from_secs(seconds));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct SignIn {
    delays: Option<bool>,
    limits: Option<bool>,
    vault: Option<String>,
}

async fn set_sign_in(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let asked: SignIn = parse(&body)?;
    let mut book = shared.two_step();
    if let Some(delays) = asked.delays {
        book.delay_failures(delays.then_some(Duration::from_secs(2)));
    }
    if let Some(limits) = asked.limits {
        book.limit(limits);
    }
    if let Some(vault) = asked.vault {
        book.vault = vault;
    }
    Ok(StatusCode::NO_CONTENT)
}
