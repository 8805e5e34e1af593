//! Refusals, worded and shaped as the real server's.
//!
//! Shapes: `src/Libraries/ExceptionHandling/ErrorResponseModel.cs` and
//! `src/Api/Utilities/ExceptionHandlerFilterAttribute.cs` of bitwarden/server.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Field path and what is wrong with it.
pub(crate) type Problem = (String, String);

/// The server stops collecting model errors here (ASP.NET's default).
pub(crate) const MOST_PROBLEMS: usize = 200;

/// Why a request is not carried out.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 400: fields that fail validation.
    Model(Vec<Problem>),
    /// 400 with a sentence.
    Bad(String),
    /// 401 without `error`: no token was sent.
    NoToken,
    /// 401 that asks for a refresh: the token is unknown or has run out.
    TokenOver,
    /// 401 with a sentence: the token is fine, the right is missing.
    NotPermitted,
    /// 403, empty.
    Forbidden,
    /// 404, also for what the caller may not see.
    NotFound,
    /// 415, empty.
    NotJson,
    /// 500: the server stumbled over input it does not check.
    Stumbled,
}

impl Refusal {
    pub(crate) fn bad(sentence: impl Into<String>) -> Self {
        Self::Bad(sentence.into())
    }
}

/// The error body of the API, in camel case.
pub(crate) fn error_body(message: &str, problems: Option<&[Problem]>) -> Value {
    let fields = problems.map(|problems| {
        let mut fields = Map::new();
        for (field, sentence) in problems.iter().take(MOST_PROBLEMS) {
            let list = fields.entry(field.clone()).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(json!(sentence));
            }
        }
        fields
    });
    json!({
        "message": message,
        "validationErrors": fields,
        "exceptionMessage": null,
        "exceptionStackTrace": null,
        "innerExceptionMessage": null,
        "object": "error",
    })
}

/// The same body as the identity service nests it, in Pascal case.
pub(crate) fn error_model(message: &str) -> Value {
    json!({
        "Message": message,
        "ValidationErrors": null,
        "ExceptionMessage": null,
        "ExceptionStackTrace": null,
        "InnerExceptionMessage": null,
        "Object": "error",
    })
}

/// 401 as the bearer scheme gives it: no body, the reason in a header (RFC 6750, section 3).
fn challenge(reason: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, HeaderValue::from_static(reason))])
        .into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let sentence = |status: StatusCode, message: &str| {
            (status, Json(error_body(message, None))).into_response()
        };
        match self {
            Self::Model(problems) => (
                StatusCode::BAD_REQUEST,
                Json(error_body("The model state is invalid.", Some(&problems))),
            )
                .into_response(),
            Self::Bad(message) => sentence(StatusCode::BAD_REQUEST, &message),
            Self::NoToken => challenge("Bearer"),
            Self::TokenOver => challenge("Bearer error=\"invalid_token\""),
            Self::NotPermitted => sentence(StatusCode::UNAUTHORIZED, "Unauthorized."),
            Self::Forbidden => StatusCode::FORBIDDEN.into_response(),
            Self::NotFound => sentence(StatusCode::NOT_FOUND, "Resource not found."),
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
            Self::Stumbled => sentence(
                StatusCode::INTERNAL_SERVER_ERROR,
                "An unhandled server error has occurred.",
            ),
        }
    }
}

/// 429 as the rate limiter words it (`CustomIpRateLimitMiddleware.cs`).
pub(crate) fn slow_down(seconds: u64, period: &str) -> Response {
    let sentence = format!("Slow down! Too many requests. Try again in {period}.");
    let body = Json(error_body(&sentence, None));
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, HeaderValue::from(seconds))], body)
        .into_response()
}

/// What every route gives.
pub(crate) type Answer<T = Response> = Result<T, Refusal>;

/// `{"object":"list","data":[…],"continuationToken":null}`.
pub(crate) fn list(rows: impl serde::Serialize) -> Response {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct List<T> {
        object: &'static str,
        data: T,
        continuation_token: Option<String>,
    }
    Json(List { object: "list", data: rows, continuation_token: None }).into_response()
}

/// Reads a JSON body; what does not fit is named `$`, as System.Text.Json does at the top level.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    serde_json::from_slice(body).map_err(|error| {
        Refusal::Model(vec![(
            "$".to_owned(),
            format!("The JSON value could not be converted. LineNumber: {}.", error.line()),
        )])
    })
}
