//! The identity service: prelogin and tokens.
//!
//! `src/Identity/Controllers/AccountsController.cs`, `src/Identity/IdentityServer/RequestValidators/` of
//! bitwarden/server. Failed sign-ins are not slowed down by two seconds here.

use std::collections::HashMap;

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

use crate::Hurdle;
use crate::answer::{Answer, error_model, parse};
use crate::crypto::Kdf;
use crate::signin::{self, Stored};
use crate::state::Shared;
use crate::tokens::{Issued, claims};
use crate::world::User;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/accounts/prelogin", post(prelogin))
        .route("/accounts/prelogin/password", post(prelogin))
        .route("/connect/token", post(token))
}

#[derive(Deserialize)]
pub(super) struct Prelogin {
    email: String,
}

/// Unknown addresses get an answer too: prelogin never tells whether an account exists.
pub(super) async fn prelogin(State(shared): State<Shared>, body: Bytes) -> Answer<Json<Value>> {
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

/// A refusal of `/connect/token`: always 400, with its own casing.
fn refuse(error: &str, description: Option<&str>, extra: &Value) -> Response {
    let mut body = json!({ "error": error });
    let Some(fields) = body.as_object_mut() else { return StatusCode::BAD_REQUEST.into_response() };
    if let Some(description) = description {
        fields.insert("error_description".to_owned(), json!(description));
    }
    if let Some(extra) = extra.as_object() {
        fields.extend(extra.clone());
    }
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn refuse_with_model(error: &str, description: Option<&str>, message: &str) -> Response {
    refuse(error, description, &json!({ "ErrorModel": error_model(message) }))
}

/// What `IdentityServer` puts in for a refused password grant that brings no description of its own.
const NO_DESCRIPTION: &str = "invalid_username_or_password";

const CLIENTS: [&str; 6] = ["web", "browser", "desktop", "mobile", "cli", "connector"];

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    shared.tokens().requests += 1;
    let is_form = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { read_form(&body) } else { None };
    let Some(form) = form else { return refuse("invalid_request", None, &Value::Null) };
    let field = |name: &str| form.get(name).map(String::as_str);
    let client = field("client_id").unwrap_or_default();
    if !CLIENTS.contains(&client) {
        return refuse("invalid_client", None, &Value::Null);
    }
    match field("grant_type") {
        Some("password") => password_grant(&shared, &headers, &form, client),
        Some("refresh_token") => {
            refresh_grant(&shared, field("refresh_token").unwrap_or_default(), client)
        }
        _ => refuse("unsupported_grant_type", None, &Value::Null),
    }
}

/// Field names are compared without case.
fn read_form(body: &[u8]) -> Option<HashMap<String, String>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut form = HashMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        form.insert(unescape(name)?.to_lowercase(), unescape(value)?);
    }
    Some(form)
}

/// `application/x-www-form-urlencoded`: plus is a blank, percent and two digits a byte.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Order as in `BaseRequestValidator`: credentials, client version, two-step login, device.
fn password_grant(
    shared: &Shared,
    headers: &HeaderMap,
    form: &HashMap<String, String>,
    client: &str,
) -> Response {
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let Some((user, stored)) = check_password(shared, field("username"), field("password")) else {
        let sentence = "Username or password is incorrect. Try again.";
        return refuse_with_model("invalid_grant", Some(NO_DESCRIPTION), sentence);
    };
    if !has_version(headers) {
        let sentence = "No client version header found, required to prevent encryption errors. Please \
            confirm your client is supplying the header: \"Bitwarden-Client-Version\"";
        return refuse_with_model("version_header_missing", Some(sentence), sentence);
    }
    if let Some(response) = hurdle(shared, field("username"), form) {
        return response;
    }
    let device = field("deviceidentifier");
    if device.is_empty()
        || field("devicename").is_empty()
        || field("devicetype").parse::<u8>().is_err()
    {
        return refuse_with_model(
            "device_error",
            Some("No device information provided"),
            "no device information provided",
        );
    }
    let mut world = shared.world();
    let seconds = shared.tokens().lifetime.as_secs();
    let claims = claims(&mut world, user, client, device, seconds);
    let issued = shared.tokens().issue(&claims, user, client);
    let Some(user) = world.user(user) else { return StatusCode::BAD_REQUEST.into_response() };
    let sealed_private_key = user.sealed_private_key(world.dice);
    Json(success(&issued, Some((user, &stored, &sealed_private_key)))).into_response()
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

/// What this account asks for besides the password, if the request does not bring it.
fn hurdle(shared: &Shared, email: &str, form: &HashMap<String, String>) -> Option<Response> {
    let hurdle = shared.hurdles().get(&email.trim().to_lowercase()).copied()?;
    let brings = |name: &str| form.get(name).is_some_and(|value| !value.is_empty());
    match hurdle {
        Hurdle::TwoStep if brings("twofactortoken") => {
            Some(refuse_with_model("invalid_grant", None, "Two-step token is invalid. Try again."))
        }
        Hurdle::TwoStep => Some(refuse(
            "invalid_grant",
            Some("Two factor required."),
            &json!({
                "TwoFactorProviders": ["0"],
                "TwoFactorProviders2": { "0": null },
                "MasterPasswordPolicy": { "Object": "masterPasswordPolicy" },
            }),
        )),
        Hurdle::NewDevice if brings("newdeviceotp") => Some(refuse_with_model(
            "device_error",
            Some("Invalid New Device OTP"),
            "invalid new device otp",
        )),
        Hurdle::NewDevice => Some(refuse_with_model(
            "device_error",
            Some("New device verification required"),
            "new device verification required",
        )),
        Hurdle::SingleSignOn => Some(refuse_with_model(
            "invalid_grant",
            Some("Sso authentication is required."),
            "SSO authentication is required.",
        )),
    }
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

/// The OAuth fields; after a sign-in also what opens the vault
/// (`BaseRequestValidator.BuildCustomResponse`).
fn success(issued: &Issued, person: Option<(&User, &Stored, &str)>) -> Value {
    let mut body = json!({
        "access_token": issued.access,
        "expires_in": issued.seconds,
        "token_type": "Bearer",
        "refresh_token": issued.refresh,
        "scope": "api offline_access",
    });
    if let (Some((user, stored, private_key)), Some(fields)) = (person, body.as_object_mut())
        && let Some(extra) = opening(user, stored, private_key).as_object()
    {
        fields.extend(extra.clone());
    }
    body
}

fn opening(user: &User, stored: &Stored, private_key: &str) -> Value {
    let kdf = user.kdf;
    json!({
        "PrivateKey": private_key,
        "AccountKeys": super::profile::account_keys(user, private_key),
        "Key": stored.sealed_key,
        "MasterPasswordPolicy": { "Object": "masterPasswordPolicy" },
        "ForcePasswordReset": false,
        "Kdf": kdf.number(),
        "KdfIterations": kdf.iterations(),
        "KdfMemory": kdf.memory_mib(),
        "KdfParallelism": kdf.parallelism(),
        "UserDecryptionOptions": {
            "HasMasterPassword": true,
            "MasterPasswordUnlock": {
                "Kdf": {
                    "KdfType": kdf.number(),
                    "Iterations": kdf.iterations(),
                    "Memory": kdf.memory_mib(),
                    "Parallelism": kdf.parallelism(),
                },
                "MasterKeyEncryptedUserKey": stored.sealed_key,
                "Salt": user.email,
                "ContainedKeyId": user.key_id,
            },
            "TrustedDeviceOption": null,
            "KeyConnectorOption": null,
            "WebAuthnPrfOption": null,
            "Object": "userDecryptionOptions",
        },
    })
}
