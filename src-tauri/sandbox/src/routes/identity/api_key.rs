//! Signing in with the personal API key: `src/Identity/IdentityServer/ClientProviders/UserClientProvider.cs`.

use axum::Json;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::signin;
use crate::state::Shared;
use crate::tokens::claims;

use super::form::Form;
use super::granted::success;
use super::refusal::refuse;
use super::{no_device, version};

/// `user` is what follows `user.` in the client id. No two-step login, no code for a new device; the client
/// is told from others by its secret before anything else is looked at.
pub(super) fn grant(shared: &Shared, headers: &HeaderMap, form: &Form, user: &str) -> Response {
    let id = user.parse::<Uuid>().ok();
    let known = id.filter(|id| {
        let world = shared.world();
        world.user(*id).is_some_and(|user| user.state.api_key == form.field("client_secret"))
    });
    let Some(user) = known else { return refuse("invalid_client", None, &Value::Null) };
    if form.field("grant_type") != "client_credentials" {
        return refuse("unauthorized_client", None, &Value::Null);
    }
    if form.brings("scope") && form.field("scope") != "api" {
        return refuse("invalid_scope", None, &Value::Null);
    }
    if let Some(refusal) = version::refused(shared, headers, user) {
        return refusal;
    }
    if let Some(refusal) = no_device(form) {
        return refusal;
    }
    let mut world = shared.world();
    let seconds = shared.tokens().lifetime.as_secs();
    let client = form.field("client_id");
    let claims = claims(&mut world, user, client, form.field("deviceidentifier"), seconds);
    let issued = shared.tokens().issue_alone(&claims, user, client);
    let Some(user) = world.user(user) else { return refuse("invalid_client", None, &Value::Null) };
    let stored = signin::stored(world.dice, user);
    let mut body = success(&issued, Some((user, &stored, &user.sealed_private_key(world.dice))));
    body["scope"] = json!("api");
    if let Some(fields) = body.as_object_mut() {
        fields.remove("refresh_token");
    }
    if user.state.key_connector {
        body["ApiUseKeyConnector"] = json!(true);
    }
    Json(body).into_response()
}
