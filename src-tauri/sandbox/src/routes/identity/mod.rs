//! The identity service: prelogin and tokens.
//!
//! `src/Identity/Controllers/AccountsController.cs`, `src/Identity/IdentityServer/RequestValidators/` of
//! bitwarden/server. Failed sign-ins are not slowed down by two seconds here.

mod device;
mod form;
mod granted;
mod hurdle;
mod refusal;
mod sso;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, parse};
use crate::crypto::Kdf;
use crate::signin::{self, Stored};
use crate::state::Shared;
use crate::tokens::claims;

use form::Form;
use granted::success;
use hurdle::hurdle;
use refusal::{NO_DESCRIPTION, refuse, refuse_with_model};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/accounts/prelogin", post(prelogin))
        .route("/accounts/prelogin/password", post(prelogin))
        .route("/connect/token", post(token))
        .merge(sso::routes())
}

#[derive(Deserialize)]
pub(in crate::routes) struct Prelogin {
    email: String,
}

/// Unknown addresses get an answer too: prelogin never tells whether an account exists.
pub(in crate::routes) async fn prelogin(
    State(shared): State<Shared>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let asked: Prelogin = parse(&body)?;
    let world = shared.world();
    let kdf = world.user_by_email(&asked.email).map_or_else(
        || match world.dice.below(&format!("prelogin/{}", asked.email.trim().to_lowercase()), 3) {
            0 => Kdf::Argon2id { iterations: 6, memory_mib: 32, parallelism: 4 },
            _ => Kdf::Pbkdf2 { iterations: 600_000 },
        },
        |user| user.kdf,
    );
    Ok(Json(json!({
        "kdf": kdf.number(),
        "kdfIterations": kdf.iterations(),
        "kdfMemory": kdf.memory_mib(),
        "kdfParallelism": kdf.parallelism(),
        "kdfSettings": {
            "kdfType": kdf.number(),
            "iterations": kdf.iterations(),
            "memory": kdf.memory_mib(),
            "parallelism": kdf.parallelism(),
        },
        "salt": null,
    })))
}

const CLIENTS: [&str; 6] = ["web", "browser", "desktop", "mobile", "cli", "connector"];

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.tokens().requests += 1;
    let is_form = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { Form::read(&body) } else { None };
    let Some(form) = form else { return refuse("invalid_request", None, &Value::Null) };
    let client = form.field("client_id");
    if !CLIENTS.contains(&client) {
        return refuse("invalid_client", None, &Value::Null);
    }
    match form.field("grant_type") {
        "password" => password_grant(&shared, &headers, &form),
        "authorization_code" => sso::code_grant(&shared, &headers, &form),
        "refresh_token" => refresh_grant(&shared, form.field("refresh_token"), client),
        _ => refuse("unsupported_grant_type", None, &Value::Null),
    }
}

fn password_grant(shared: &Shared, headers: &HeaderMap, form: &Form) -> Response {
    if form.brings("authrequest") {
        return device::grant(shared, headers, form);
    }
    let who = check_password(shared, form.field("username"), form.field("password"));
    let Some((user, stored)) = who else {
        let sentence = "Username or password is incorrect. Try again.";
        return refuse_with_model("invalid_grant", Some(NO_DESCRIPTION), sentence);
    };
    admit(shared, headers, form, user, &stored)
}

/// What every grant but a refresh goes through once it is known who asks. Order as in `BaseRequestValidator`:
/// client version, two-step login, device.
fn admit(
    shared: &Shared,
    headers: &HeaderMap,
    form: &Form,
    user: Uuid,
    stored: &Stored,
) -> Response {
    if !has_version(headers) {
        let sentence = "No client version header found, required to prevent encryption errors. Please \
            confirm your client is supplying the header: \"Bitwarden-Client-Version\"";
        return refuse_with_model("version_header_missing", Some(sentence), sentence);
    }
    let email = shared.world().user(user).map(|user| user.email.clone()).unwrap_or_default();
    if let Some(response) = hurdle(shared, &email, form) {
        return response;
    }
    let device = form.field("deviceidentifier");
    if device.is_empty()
        || !form.brings("devicename")
        || form.field("devicetype").parse::<u8>().is_err()
    {
        return refuse_with_model(
            "device_error",
            Some("No device information provided"),
            "no device information provided",
        );
    }
    shared.requests().saw_device(user, device);
    let client = form.field("client_id");
    let mut world = shared.world();
    let seconds = shared.tokens().lifetime.as_secs();
    let claims = claims(&mut world, user, client, device, seconds);
    let issued = shared.tokens().issue(&claims, user, client);
    let Some(user) = world.user(user) else { return StatusCode::BAD_REQUEST.into_response() };
    let sealed_private_key = user.sealed_private_key(world.dice);
    let mut body = success(&issued, Some((user, stored, &sealed_private_key)));
    sso::say_what_opens(shared, form, user, &mut body);
    Json(body).into_response()
}

fn check_password(shared: &Shared, email: &str, sent: &str) -> Option<(Uuid, Stored)> {
    let world = shared.world();
    let user = world.user_by_email(email)?;
    let stored = signin::stored(world.dice, user);
    stored.accepts(sent).then_some((user.id, stored))
}

/// .NET's `Version`: two to four numbers between dots, nothing after them.
fn has_version(headers: &HeaderMap) -> bool {
    let text = headers.get("bitwarden-client-version").and_then(|value| value.to_str().ok());
    text.is_some_and(|text| {
        let mut parts = 0;
        let numbers = text.split('.').all(|part| {
            parts += 1;
            part.parse::<u32>().is_ok()
        });
        numbers && (2..=4).contains(&parts)
    })
}

fn refresh_grant(shared: &Shared, token: &str, client: &str) -> Response {
    let Some(user) = shared.tokens().refreshing(token, client) else {
        return refuse("invalid_grant", None, &Value::Null);
    };
    let seconds = shared.tokens().lifetime.as_secs();
    let claims = claims(&mut shared.world(), user, client, "", seconds);
    let issued = shared.tokens().renew(&claims, user, client, token);
    Json(success(&issued, None)).into_response()
}
