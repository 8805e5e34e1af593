//! How `/connect/token` says no: always 400, with its own casing.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::answer::error_model;

/// A refusal of `/connect/token`: always 400, with its own casing.
pub(super) fn refuse(error: &str, description: Option<&str>, extra: &Value) -> Response {
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

pub(super) fn refuse_with_model(error: &str, description: Option<&str>, message: &str) -> Response {
    refuse(error, description, &json!({ "ErrorModel": error_model(message) }))
}

/// A refusal on the way to its caller.
pub(super) type Refused = Box<Response>;

/// Marks an answer that the server holds back for two seconds, against guessing
/// (`BaseRequestValidator.BuildErrorResultAsync`).
#[derive(Clone, Copy)]
pub(super) struct Late;

pub(super) fn late(mut response: Response) -> Response {
    response.extensions_mut().insert(Late);
    response
}

/// What `IdentityServer` puts in for a refused password grant that brings no description of its own.
pub(super) const NO_DESCRIPTION: &str = "invalid_username_or_password";
