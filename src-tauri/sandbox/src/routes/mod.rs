//! The routes, one file per part of the API.

mod accounts;
mod auth_requests;
mod ciphers;
mod collections;
mod config;
mod control;
mod groups;
mod identity;
mod members;
mod notifications;
mod organizations;
mod profile;
mod providers;
mod sso;
mod sync;
mod two_factor;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::answer::{Answer, Refusal};
use crate::state::Shared;

/// Marks an answer to a route nobody made.
#[derive(Clone, Copy)]
pub(crate) struct Unknown;

/// Every route, in the layout of a self-hosted server.
pub(crate) fn router(shared: Shared) -> Router {
    let api = Router::new()
        .merge(accounts::routes())
        .merge(auth_requests::routes())
        .merge(ciphers::routes())
        .merge(collections::routes())
        .merge(config::routes())
        .merge(groups::routes())
        .merge(members::routes())
        .merge(organizations::routes())
        .merge(providers::routes())
        .merge(sso::routes())
        .merge(sync::routes())
        .merge(two_factor::routes());
    Router::new()
        .nest("/api", api)
        .nest("/identity", identity::routes())
        .nest("/notifications", notifications::routes())
        .merge(config::beside_the_api())
        .merge(two_factor::pages())
        .nest("/key-connector", sso::connector())
        .nest("/pwned", crate::pwned::routes())
        .nest("/sandbox", control::routes())
        .fallback(nobody)
        .method_not_allowed_fallback(wrong_method)
        // The limit is kept before a request gets here (around.rs).
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

async fn nobody() -> Response {
    unknown(StatusCode::NOT_FOUND)
}

async fn wrong_method() -> Response {
    unknown(StatusCode::METHOD_NOT_ALLOWED)
}

fn unknown(status: StatusCode) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Unknown);
    response
}

/// A GUID in a path; a malformed one is a model error, as with ASP.NET's binder.
pub(crate) fn guid(text: &str, name: &str) -> Answer<Uuid> {
    text.parse().map_err(|_| {
        Refusal::Model(vec![(name.to_owned(), format!("The value '{text}' is not valid."))])
    })
}

/// ISO 8601 with seven digits of fraction, as .NET writes dates.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string()
}

/// When everything in the demo world was made.
pub(crate) const BEGINNING: &str = "2025-03-01T00:00:00Z";
