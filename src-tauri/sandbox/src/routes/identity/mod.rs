//! The identity service: prelogin and tokens.
//!
//! `src/Identity/Controllers/AccountsController.cs`, `src/Identity/IdentityServer/RequestValidators/` of
//! bitwarden/server. Failed sign-ins are held back
//! when [`crate::Sandbox::delay_failures`] says so.

mod api_key;
mod device;
mod form;
mod granted;
mod hurdle;
mod new_device;
mod refusal;
mod sso;
mod two_step;
mod version;

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

use crate::answer::{Answer, parse, slow_down};
use crate::crypto::Kdf;
use crate::signin::{self, Stored};
use crate::state::Shared;
use crate::tokens::claims;

use form::Form;
pub(in crate::routes) use granted::key_id;
use granted::success;
use hurdle::single_sign_on;
use refusal::{Late, NO_DESCRIPTION, Refused, late, refuse, refuse_with_model};

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
    if let Some((wait, period)) = shared.two_step().token_wait() {
        return slow_down(wait, &period);
    }
    let response = answer(&shared, &headers, &body);
    let is_late = response.extensions().get::<Late>().is_some();
    let delay = if is_late { shared.two_step().hold_back() } else { None };
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    response
}

fn answer(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Response {
    let is_form = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { Form::read(body) } else { None };
    let Some(form) = form else { return refuse("invalid_request", None, &Value::Null) };
    let client = form.field("client_id");
    if let Some(user) = client.strip_prefix("user.") {
        return api_key::grant(shared, headers, &form, user);
    }
    if !CLIENTS.contains(&client) {
        return refuse("invalid_client", None, &Value::Null);
    }
    match form.field("grant_type") {
        "password" => password_grant(shared, headers, &form),
        "authorization_code" => sso::code_grant(shared, headers, &form),
        "refresh_token" => refresh_grant(shared, form.field("refresh_token"), client),
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
        return late(refuse_with_model("invalid_grant", Some(NO_DESCRIPTION), sentence));
    };
    admit(shared, headers, form, user, &stored).unwrap_or_else(|refused| *refused)
}

/// What every grant but a refresh goes through once it is known who asks. Order as in `BaseRequestValidator`:
/// client version, single sign-on, two-step login, device; with a recovery code two-step login comes first.
fn admit(
    shared: &Shared,
    headers: &HeaderMap,
    form: &Form,
    user: Uuid,
    stored: &Stored,
) -> Result<Response, Refused> {
    if let Some(refusal) = version::refused(shared, headers, user) {
        return Err(refusal.into());
    }
    let email = shared.world().user(user).map(|user| user.email.clone()).unwrap_or_default();
    let recovering = two_step::is_recovery(form);
    // Who comes from there has done it.
    let signed_on = form.field("grant_type") == "authorization_code";
    if !recovering && !signed_on {
        single_sign_on(shared, &email, false)?;
    }
    let passed = two_step::second_step(shared, headers, form, &email)?;
    if recovering && !signed_on {
        single_sign_on(shared, &email, passed.recovered)?;
    }
    new_device::device(shared, form, &email, passed.needed)?;
    Ok(grant(shared, form, user, stored, passed.remember))
}

/// Hands out tokens.
fn grant(
    shared: &Shared,
    form: &Form,
    user: Uuid,
    stored: &Stored,
    remember: Option<String>,
) -> Response {
    let (client, device) = (form.field("client_id"), form.field("deviceidentifier"));
    shared.requests().saw_device(user, device);
    let mut world = shared.world();
    let seconds = shared.tokens().lifetime.as_secs();
    let claims = claims(&mut world, user, client, device, seconds);
    let issued = shared.tokens().issue(&claims, user, client);
    let Some(user) = world.user(user) else { return StatusCode::BAD_REQUEST.into_response() };
    let sealed_private_key = user.sealed_private_key(world.dice);
    let mut body = success(&issued, Some((user, stored, &sealed_private_key)));
    sso::say_what_opens(shared, form, user, &mut body);
    if let Some(token) = remember {
        body["TwoFactorToken"] = json!(token);
    }
    Json(body).into_response()
}

pub(in crate::routes) fn check_password(
    shared: &Shared,
    email: &str,
    sent: &str,
) -> Option<(Uuid, Stored)> {
    let world = shared.world();
    let user = world.user_by_email(email)?;
    let stored = signin::stored(world.dice, user);
    stored.accepts(sent).then_some((user.id, stored))
}

/// Every way in names its device.
fn no_device(form: &Form) -> Option<Response> {
    let known = form.brings("deviceidentifier")
        && form.brings("devicename")
        && form.field("devicetype").parse::<u8>().is_ok();
    (!known).then(|| {
        refuse_with_model(
            "device_error",
            Some("No device information provided"),
            "no device information provided",
        )
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
