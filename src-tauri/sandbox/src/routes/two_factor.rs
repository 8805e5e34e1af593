//! Mailed codes, and the browser's part of Duo.
//!
//! `src/Api/Auth/Controllers/TwoFactorController.cs` and `AccountsController.cs` of bitwarden/server;
//! `apps/web/src/connectors/duo-redirect.ts` of bitwarden/clients.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header::LOCATION};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, Refusal, parse, slow_down};
use crate::state::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/two-factor/send-email-login", post(send_email_login))
        .route("/accounts/resend-new-device-otp", post(resend_new_device_otp))
}

/// Pages for the browser: Duo's own, and the web vault's that ends its prompt.
pub(super) fn pages() -> Router<Shared> {
    Router::new()
        .route("/duo/oauth/v1/authorize", get(duo))
        .route("/duo-redirect-connector.html", get(connector))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    email: String,
    master_password_hash: Option<String>,
    #[serde(alias = "OTP")]
    otp: Option<String>,
    auth_request_id: Option<uuid::Uuid>,
    auth_request_access_code: Option<String>,
    #[serde(alias = "ssoEmail2faSessionToken")]
    sso_email2_fa_session_token: Option<String>,
}

impl Asked {
    fn secret(&self) -> &str {
        let hash = self.master_password_hash.as_deref().filter(|hash| !hash.is_empty());
        hash.or(self.otp.as_deref()).unwrap_or_default()
    }
}

fn brought(field: Option<&String>) -> Option<&str> {
    field.map(String::as_str).filter(|text| !text.is_empty())
}

fn must_have(field: &str) -> Refusal {
    Refusal::Model(vec![(field.to_owned(), format!("The {field} field is required."))])
}

async fn send_email_login(State(shared): State<Shared>, body: Bytes) -> Answer {
    if let Some((wait, period)) = shared.two_step().mail_wait() {
        return Ok(slow_down(wait, &period));
    }
    let asked: Asked = parse(&body)?;
    if asked.email.is_empty() {
        return Err(must_have("Email"));
    }
    let access_code = brought(asked.auth_request_access_code.as_ref());
    let token = brought(asked.sso_email2_fa_session_token.as_ref());
    if asked.secret().is_empty() && access_code.is_none() && token.is_none() {
        let sentence =
            "MasterPasswordHash, OTP, AccessCode, or SsoEmail2faSessionToken must be supplied.";
        return Err(Refusal::Model(vec![(String::new(), sentence.to_owned())]));
    }
    let email = asked.email.trim().to_lowercase();
    let user = shared.world().user_by_email(&email).map(|user| user.id);
    let mut sentence = "Cannot send two-factor email.";
    let allowed = match (access_code, token) {
        (Some(code), _) => user
            .zip(asked.auth_request_id)
            .is_some_and(|(user, id)| shared.requests().lets_in(id, user, code)),
        (None, Some(token)) => {
            sentence = "Cannot send two-factor email: a valid, non-expired SSO Email 2FA Session token \
                is required to send 2FA emails.";
            shared.two_step().takes_email_token(&email, token)
        }
        (None, None) => knows_secret(&shared, &email, asked.secret()),
    };
    if user.is_some() && allowed {
        shared.two_step().mail_two_step_code(&email);
        return Ok(StatusCode::OK.into_response());
    }
    let delay = shared.two_step().hold_back();
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    Err(Refusal::bad(if user.is_some() { sentence } else { "Cannot send two-factor email." }))
}

/// The sign-in hash, or a code that was mailed instead of it.
fn knows_secret(shared: &Shared, email: &str, secret: &str) -> bool {
    super::identity::check_password(shared, email, secret).is_some()
        || shared.two_step().takes_device_code(email, secret)
}

/// Always 200, so that nobody learns which accounts exist.
async fn resend_new_device_otp(State(shared): State<Shared>, body: Bytes) -> Answer<StatusCode> {
    let asked: Asked = parse(&body)?;
    if asked.email.is_empty() {
        return Err(must_have("Email"));
    }
    if asked.secret().is_empty() {
        let sentence = "MasterPasswordHash, OTP, or AccessCode must be supplied.";
        return Err(Refusal::Model(vec![(String::new(), sentence.to_owned())]));
    }
    let email = asked.email.trim().to_lowercase();
    if super::identity::check_password(&shared, &email, asked.secret()).is_some() {
        shared.two_step().mail_device_code(&email);
    }
    Ok(StatusCode::OK)
}

fn query_value<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Duo's prompt, approved at once.
async fn duo(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let request = query.as_deref().and_then(|query| query_value(query, "request"));
    let state = request.and_then(|request| {
        let claims = Base64UrlUnpadded::decode_vec(request.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        Some(claims.get("state")?.as_str()?.to_owned())
    });
    let next = state.and_then(|state| shared.two_step().answer_duo(&state));
    match next {
        Some(next) => (StatusCode::FOUND, [(LOCATION, next)]).into_response(),
        None => (StatusCode::BAD_REQUEST, Html("<h1>This prompt is over.</h1>")).into_response(),
    }
}

/// Hands the answer to the program that asked. For a desktop program that is the `bitwarden:` scheme, which
/// only the official app owns.
async fn connector(RawQuery(query): RawQuery) -> Html<String> {
    let query = query.unwrap_or_default();
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
    let value = |name: &str| {
        let value = query_value(&query, name).filter(|value| value.bytes().all(safe));
        value.unwrap_or_default()
    };
    let script = match value("client") {
        "desktop" | "mobile" => format!(
            "<script>document.location.replace('bitwarden://duo-callback?code={}&state={}')</script>",
            value("code"),
            value("state")
        ),
        _ => String::new(),
    };
    Html(format!("<h1>You successfully logged in</h1><p>You may close this window.</p>{script}"))
}
