//! Vaultwarden's dialect, put over the answers of the server this sandbox is otherwise.
//!
//! `src/error.rs`, `src/auth.rs`, `src/api/identity.rs`, `src/api/core/mod.rs` and `src/db/models/{user,
//! organization}.rs` of dani-garcia/vaultwarden: errors are nearly always 400, a 401 names no reason and may
//! mean an expired token or a missing right, there are no providers, and seats are a number that keeps the
//! official clients content.

use axum::Json;
use axum::body::to_bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::routes::Unknown;

/// What its `/config` says of its version: the server's whose clients it suits.
const VERSION: &str = "2026.6.0";

/// The same answer in Vaultwarden's words.
pub(crate) async fn dress(path: &str, response: Response) -> Response {
    let status = response.status();
    // It has no route below; a client that asks has not understood where it is.
    if path.starts_with("/api/providers") {
        return unknown();
    }
    if response.extensions().get::<Unknown>().is_some() {
        return unknown();
    }
    if !status.is_success() {
        let body = read(response).await;
        return refuse(status, &body);
    }
    match path {
        "/api/config" => with(response, config).await,
        "/api/accounts/profile" => with(response, profile).await,
        "/api/sync" => with(response, |body| body.get_mut("profile").map_or((), profile)).await,
        "/identity/connect/token" => with(response, signed_in).await,
        _ => response,
    }
}

async fn read(response: Response) -> Value {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

async fn with(response: Response, change: impl FnOnce(&mut Value)) -> Response {
    let mut body = read(response).await;
    change(&mut body);
    Json(body).into_response()
}

/// The web framework's own words: nothing says whether the token ran out or a right is missing.
fn caught(status: StatusCode, description: &str) -> Response {
    let reason = status.canonical_reason();
    let code = status.as_u16();
    let error = json!({ "code": code, "reason": reason, "description": description });
    (status, Json(json!({ "error": error }))).into_response()
}

fn unknown() -> Response {
    let mut response = caught(StatusCode::NOT_FOUND, "The requested resource could not be found.");
    response.extensions_mut().insert(Unknown);
    response
}

fn refuse(status: StatusCode, body: &Value) -> Response {
    match status.as_u16() {
        401 | 403 => {
            return caught(StatusCode::UNAUTHORIZED, "The request requires user authentication.");
        }
        400 | 404 | 409 => {}
        _ => return (status, Json(body.clone())).into_response(),
    }
    let bare = body.get("ErrorModel").is_none() && body.get("message").is_none();
    if body["error"] == "invalid_client" {
        return error("Incorrect client_secret");
    }
    // The demand for a second step and a refused refresh have the official shape.
    if bare || body.get("TwoFactorProviders2").is_some() {
        return (StatusCode::BAD_REQUEST, Json(body.clone())).into_response();
    }
    let listed = body["validationErrors"]
        .as_object()
        .and_then(|fields| fields.values().next()?.as_array()?.first()?.as_str());
    let said = body["ErrorModel"]["Message"].as_str().or(listed).or(body["message"].as_str());
    match said {
        Some("Username or password is incorrect. Try again.") => {
            error("Username or password is incorrect. Try again")
        }
        said => error(said.unwrap_or_default()),
    }
}

/// `ApiErrorResponse`.
fn error(message: &str) -> Response {
    let body = json!({
        "message": message,
        "validationErrors": { "": [message] },
        "errorModel": { "message": message, "object": "error" },
        "error": "",
        "error_description": "",
        "exceptionMessage": null,
        "exceptionStackTrace": null,
        "innerExceptionMessage": null,
        "object": "error",
    });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn set(body: &mut Value, fields: Value) {
    if let (Some(body), Value::Object(fields)) = (body.as_object_mut(), fields) {
        body.extend(fields);
    }
}

fn config(body: &mut Value) {
    set(
        body,
        json!({
            "version": VERSION,
            "server": {
                "name": "Vaultwarden",
                "url": "https://github.com/dani-garcia/vaultwarden",
            },
            "featureStates": { "pm-19148-innovation-archive": true },
        }),
    );
    body["environment"]["sso"] = json!("");
}

fn profile(body: &mut Value) {
    set(
        body,
        json!({
            "_status": 0,
            "premium": true,
            "premiumFromOrganization": false,
            "forcePasswordReset": false,
            "providers": [],
            "providerOrganizations": [],
        }),
    );
    if let Some(body) = body.as_object_mut() {
        for gone in ["organizationsNew", "verifyDevices"] {
            body.remove(gone);
        }
    }
    for row in body["organizations"].as_array_mut().into_iter().flatten() {
        set(
            row,
            json!({
                "seats": 20,
                "maxCollections": null,
                "maxStorageGb": i16::MAX,
                "productTierType": 3,
                "selfHost": true,
                "useScim": false,
                "useSso": false,
                "enabled": true,
            }),
        );
    }
}

fn signed_in(body: &mut Value) {
    // A refresh has the OAuth fields only.
    let Some(options) = body.get("UserDecryptionOptions").cloned() else { return };
    let mut unlock = options["MasterPasswordUnlock"].clone();
    if let Some(fields) = unlock.as_object_mut() {
        let key = fields.get("MasterKeyEncryptedUserKey").cloned().unwrap_or_default();
        fields.insert("MasterKeyWrappedUserKey".to_owned(), key);
        fields.remove("ContainedKeyId");
    }
    let pair = &body["AccountKeys"]["publicKeyEncryptionKeyPair"];
    let keys = json!({
        "publicKeyEncryptionKeyPair": {
            "wrappedPrivateKey": pair["wrappedPrivateKey"],
            "publicKey": pair["publicKey"],
            "Object": "publicKeyEncryptionKeyPair",
        },
        "Object": "privateKeys",
    });
    let options = Map::from_iter([
        ("HasMasterPassword".to_owned(), options["HasMasterPassword"].clone()),
        ("MasterPasswordUnlock".to_owned(), unlock),
        ("Object".to_owned(), json!("userDecryptionOptions")),
    ]);
    set(
        body,
        json!({
            "AccountKeys": keys,
            "UserDecryptionOptions": options,
            "ResetMasterPassword": false,
            "ForcePasswordReset": false,
        }),
    );
}
