//! Accounts, devices, and other people's public keys.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, list, parse};
use crate::pairs;
use crate::state::Shared;
use crate::tokens::SignedIn;
use crate::world::World;

use super::{guid, identity, profile};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        // The old alias of the identity service's route.
        .route("/accounts/prelogin", post(identity::prelogin))
        .route("/accounts/profile", get(own_profile))
        .route("/accounts/revision-date", get(revision_date))
        .route("/accounts/keys", get(own_keys))
        .route("/accounts/api-key", post(api_key))
        .route("/accounts/rotate-api-key", post(rotate_api_key))
        .route("/accounts/key-management/user-key-id", post(set_key_id))
        .route("/accounts/security-stamp", post(new_stamp))
        .route("/devices", get(devices))
        .route("/devices/knowndevice", get(known_device))
        .route("/users/{id}/public-key", get(public_key))
        .route("/users/{id}/keys", get(keys))
}

async fn own_profile(State(shared): State<Shared>, signed_in: SignedIn) -> Answer {
    let mut world = shared.world();
    Ok(Json(profile::profile(&mut world, signed_in)?).into_response())
}

/// A bare number.
async fn revision_date(State(shared): State<Shared>, signed_in: SignedIn) -> Answer<Json<i64>> {
    let world = shared.world();
    Ok(Json(signed_in.person(&world)?.revision))
}

async fn own_keys(State(shared): State<Shared>, signed_in: SignedIn) -> Answer<Json<Value>> {
    let world = shared.world();
    let user = signed_in.person(&world)?;
    let private_key = user.sealed_private_key(world.dice);
    Ok(Json(json!({
        "object": "keys",
        "key": crate::signin::stored(world.dice, user).sealed_key,
        "publicKey": user.pair().public_text,
        "privateKey": private_key,
        "accountKeys": profile::account_keys(user, &private_key),
    })))
}

/// `SecretVerificationRequestModel`; a one-time password is for accounts without a master password, which
/// cannot be verified here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    master_password_hash: Option<String>,
    otp: Option<String>,
}

/// Whether the body brings the right master password's hash.
fn verify(world: &World, signed_in: SignedIn, body: &[u8]) -> Answer<()> {
    let sent: Verification = parse(body)?;
    let secret = sent.master_password_hash.or(sent.otp).filter(|secret| !secret.is_empty());
    let problem = |sentence: &str| Refusal::Model(vec![(String::new(), sentence.to_owned())]);
    let missing = "MasterPasswordHash, OTP, or AccessCode must be supplied.";
    let secret = secret.ok_or_else(|| problem(missing))?;
    if !crate::signin::stored(world.dice, signed_in.person(world)?).accepts(&secret) {
        return Err(problem("User verification failed."));
    }
    Ok(())
}

fn show_api_key(
    shared: &Shared,
    signed_in: SignedIn,
    body: &[u8],
    anew: bool,
) -> Answer<Json<Value>> {
    let mut world = shared.world();
    verify(&world, signed_in, body)?;
    let user = world.users.iter_mut().find(|user| user.id == signed_in.user);
    let user = user.ok_or(Refusal::TokenOver)?;
    if anew {
        user.state.rotate_api_key();
    }
    Ok(Json(json!({
        "object": "apiKey",
        "apiKey": user.state.api_key,
        "revisionDate": super::now(),
    })))
}

async fn api_key(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    body: Bytes,
) -> Answer<Json<Value>> {
    show_api_key(&shared, signed_in, &body, false)
}

async fn rotate_api_key(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    body: Bytes,
) -> Answer<Json<Value>> {
    show_api_key(&shared, signed_in, &body, true)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyId {
    user_key_id: String,
}

/// New clients note the id of an old account's key once after signing in; 32 lower-case hex digits.
async fn set_key_id(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    body: Bytes,
) -> Answer<StatusCode> {
    let KeyId { user_key_id: id } = parse(&body)?;
    if id.len() != 32 || !id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        let sentence = "UserKeyId is not a valid key id.".to_owned();
        return Err(Refusal::Model(vec![("UserKeyId".to_owned(), sentence)]));
    }
    let mut world = shared.world();
    let user = world.users.iter_mut().find(|user| user.id == signed_in.user);
    let user = user.ok_or(Refusal::TokenOver)?;
    if user.key_id.is_some() {
        return Err(Refusal::bad("User key id is already set."));
    }
    user.key_id = Some(id);
    Ok(StatusCode::OK)
}

/// Ends every session of the account, this one too.
async fn new_stamp(
    State(shared): State<Shared>,
    signed_in: SignedIn,
    body: Bytes,
) -> Answer<StatusCode> {
    verify(&shared.world(), signed_in, &body)?;
    crate::live::end_sessions(&shared, signed_in.user, None);
    Ok(StatusCode::OK)
}

async fn devices(_: SignedIn) -> Response {
    list(Value::Array(Vec::new()))
}

/// Anonymous; whether this account has signed in from this device.
async fn known_device(State(shared): State<Shared>, headers: HeaderMap) -> Answer<Json<bool>> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(email), Some(device)) = (header("x-request-email"), header("x-device-identifier"))
    else {
        let missing = "The X-Request-Email field is required.".to_owned();
        return Err(Refusal::Model(vec![("X-Request-Email".to_owned(), missing)]));
    };
    let email = Base64UrlUnpadded::decode_vec(email.trim_end_matches('='))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            let sentence = "X-Request-Email is not a valid base64 url encoded string.".to_owned();
            Refusal::Model(vec![("X-Request-Email".to_owned(), sentence)])
        })?;
    let exists = shared.world().user_by_email(&email).is_some();
    Ok(Json(exists && shared.two_step().knows(&email, device)))
}

/// The public key of anybody who has an account; any signed-in person may ask.
fn public_key_of(shared: &Shared, id: &str) -> Answer<(uuid::Uuid, &'static str)> {
    let id = guid(id, "id")?;
    let mut world = shared.world();
    if let Some(user) = world.user(id) {
        return Ok((id, &user.pair().public_text));
    }
    let everywhere: Vec<_> =
        world.organizations.iter().map(|organization| organization.id).collect();
    for organization in everywhere {
        let known = world.open(organization).is_some_and(|(organization, _)| {
            organization.inside().members.iter().any(|member| member.user == Some(id))
        });
        if known {
            let pair = world.dice.below(&format!("pair/{id}"), 8);
            return Ok((id, &pairs::pair(pair).public_text));
        }
    }
    Err(Refusal::NotFound)
}

async fn public_key(
    State(shared): State<Shared>,
    _: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let (id, key) = public_key_of(&shared, &id)?;
    Ok(Json(json!({ "object": "userKey", "userId": id, "publicKey": key })))
}

async fn keys(
    State(shared): State<Shared>,
    _: SignedIn,
    Path(id): Path<String>,
) -> Answer<Json<Value>> {
    let (id, key) = public_key_of(&shared, &id)?;
    let world = shared.world();
    let modern = world.user(id).and_then(|user| user.modern);
    Ok(Json(json!({
        "object": "publicKeys",
        "publicKey": key,
        "signedPublicKey": modern.map(|modern| &modern.signed_public_key),
        "verifyingKey": modern.map(|modern| &modern.verifying_key),
    })))
}
