//! The way to one server: addresses, certificates, headers, one pool of connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::{Method, Response};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::failed::Failed;
use super::network::{Clients, Network};
use super::{Budget, Error, answer};
use crate::CLIENT_VERSION;
use crate::keys::Secret;
use crate::model::{Endpoints, ServerKind};

/// A list of 10,000 clients is about 25 MB; a hostile server must not fill the memory.
const ANSWER_LIMIT: usize = 256 << 20;
const ERROR_LIMIT: usize = 256 << 10;
/// An announced length up to this is made room for at once: a list that grows step by step is copied, and each old
/// copy wiped.
const BELIEVED: usize = 64 << 20;

/// The way to one server. Opens nothing before the first request.
#[derive(Debug)]
pub struct Link {
    pub(super) endpoints: Endpoints,
    pub(super) device: Uuid,
    clients: Clients,
    requests: AtomicU64,
    online: AtomicBool,
    kind: RwLock<ServerKind>,
}

/// One request, ready to be sent; cheap to clone.
#[derive(Clone)]
pub(super) struct Call {
    method: Method,
    url: String,
    body: Body,
    timeout: Option<Duration>,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Bytes),
    Form(Bytes),
}

impl Call {
    /// A question: changes nothing, so it may be asked again.
    pub(super) fn get(url: String) -> Self {
        Self { method: Method::GET, url, body: Body::None, timeout: None }
    }
    /// Carries finished JSON.
    pub(super) fn post(url: String, json: impl Into<Bytes>) -> Self {
        let timeout = Some(Duration::from_mins(2));
        Self { method: Method::POST, url, body: Body::Json(json.into()), timeout }
    }
    /// Carries finished JSON over what is there.
    pub(super) fn put(url: String, json: impl Into<Bytes>) -> Self {
        Self { method: Method::PUT, ..Self::post(url, json) }
    }
    /// Carries a form, as the token endpoint wants it.
    pub(super) fn form(url: String, fields: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(fields).finish();
        let timeout = Some(Duration::from_mins(1));
        Self { method: Method::POST, url, body: Body::Form(body.into()), timeout }
    }
    /// Waits longer for the whole answer.
    pub(super) fn patient(mut self, whole: Duration) -> Self {
        self.timeout = Some(whole);
        self
    }
    pub(super) fn url(&self) -> &str {
        &self.url
    }
    pub(super) fn asks_only(&self) -> bool {
        self.method == Method::GET
    }
    /// What a broken answer means for this call.
    pub(super) fn lost(&self) -> Error {
        if self.asks_only() { Error::Unreachable } else { Error::AnswerLost }
    }
    /// Whether to ask once more: only a question, and only when something broke. When time ran out, trying
    /// again would double the wait.
    pub(super) fn may_be_asked_again(&self, failed: &Failed) -> bool {
        self.asks_only() && !failed.late && matches!(failed.error, Error::Unreachable)
    }
}

impl Link {
    /// `device` names this installation; it must stay the same, or the server asks for a new-device code.
    #[must_use]
    pub fn new(endpoints: Endpoints, device: Uuid, network: Arc<Network>) -> Self {
        Self {
            endpoints,
            device,
            clients: Clients::new(network),
            requests: AtomicU64::new(0),
            online: AtomicBool::new(false),
            kind: RwLock::default(),
        }
    }

    /// Requests sent so far.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether the last request reached the server; false before any.
    #[must_use]
    pub fn online(&self) -> bool {
        self.online.load(Ordering::Relaxed)
    }

    /// The web vault, for links that open in the browser.
    #[must_use]
    pub fn vault(&self) -> &str {
        &self.endpoints.vault
    }

    /// Whose software answers there, as far as anybody asked.
    #[must_use]
    pub fn kind(&self) -> ServerKind {
        *self.kind.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was learnt of the server earlier.
    pub fn note_kind(&self, kind: ServerKind) {
        *self.kind.write().unwrap_or_else(PoisonError::into_inner) = kind;
    }

    /// The reads that may be asked of the API, shared by everybody who reaches it this way.
    #[must_use]
    pub fn budget(&self) -> Arc<Budget> {
        self.clients.budget(&self.endpoints.api)
    }

    /// Sends once. Any status is an answer.
    pub(super) async fn send(
        &self,
        call: &Call,
        bearer: Option<&Secret>,
    ) -> Result<Response, Failed> {
        let client = self.clients.for_address(&call.url).await?;
        let request = Self::request(&client, call, bearer)?;
        let started = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        let outcome = request.send().await;
        self.online.store(outcome.is_ok(), Ordering::Relaxed);
        tracing::debug!(
            method = %call.method,
            status = outcome.as_ref().map_or(0, |answer| answer.status().as_u16()),
            took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "request"
        );
        outcome.map_err(|error| Failed::of(&error, call))
    }

    /// A request that may ask for another protocol on its connection.
    pub(super) async fn upgrade_request(
        &self,
        call: &Call,
        bearer: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, Error> {
        let client = self.clients.for_upgrade(&call.url).await?;
        Ok(Self::request(&client, call, bearer)?)
    }

    fn request(
        client: &reqwest::Client,
        call: &Call,
        bearer: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, Failed> {
        let mut request = client.request(call.method.clone(), &call.url);
        if let Some(token) = bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
                .map_err(|_| Error::SessionEnded)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(timeout) = call.timeout {
            request = request.timeout(timeout);
        }
        Ok(match &call.body {
            Body::None => request,
            Body::Json(json) => {
                request.header("content-type", "application/json; charset=utf-8").body(json.clone())
            }
            Body::Form(form) => request
                .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
                .body(form.clone()),
        })
    }
}

/// Headers of every request (`src/Core/Context/CurrentContext.cs`); the version is checked by
/// `src/Identity/IdentityServer/RequestValidators/ClientVersionValidator.cs`.
pub(super) fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("application/json"));
    headers.insert("bitwarden-client-name", HeaderValue::from_static("desktop"));
    headers.insert("bitwarden-client-version", HeaderValue::from_static(CLIENT_VERSION));
    headers.insert("device-type", HeaderValue::from_static(device_type()));
    headers
}

/// `src/Core/Enums/DeviceType.cs`: desktop on Windows, macOS, Linux.
pub(super) const fn device_type() -> &'static str {
    if cfg!(windows) {
        "6"
    } else if cfg!(target_os = "macos") {
        "7"
    } else {
        "8"
    }
}

/// The 401 that asks for a new access token; every other one is about rights.
pub(super) fn is_expired_token(answer: &Response) -> bool {
    answer.status().as_u16() == 401
        && answer
            .headers()
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| text.contains("invalid_token")))
}

/// Passes a successful answer on; reads the body of any other and says what it means.
pub(super) async fn successful(answer: Response, call: &Call) -> Result<Response, Failed> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    if status.is_redirection()
        && let Some(to) = redirected(&answer, call)
    {
        return Err(Error::Redirected { to }.into());
    }
    let wait =
        answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    // The status says enough when the body breaks off.
    let body = whole_body(answer, call, ERROR_LIMIT).await.unwrap_or_default();
    Err(answer::error_of(status.as_u16(), wait, &body).into())
}

/// Where the answer sends us instead: scheme, host and port, for what is behind them may be secret.
fn redirected(answer: &Response, call: &Call) -> Option<String> {
    let here = url::Url::parse(&call.url).ok()?;
    let there = here.join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    let to = there.origin();
    Some(if to == here.origin() {
        "another of its pages".to_owned()
    } else {
        to.ascii_serialization()
    })
}

/// Reads a successful answer as JSON.
async fn json<T: DeserializeOwned>(answer: Response, call: &Call) -> Result<T, Failed> {
    let body = whole_body(answer, call, ANSWER_LIMIT).await?;
    Ok(serde_json::from_slice(&body).map_err(|_| Error::NotUnderstood)?)
}

/// The whole body, or nothing when it is longer than `limit` or breaks off.
pub(super) async fn whole_body(
    mut answer: Response,
    call: &Call,
    limit: usize,
) -> Result<Vec<u8>, Failed> {
    let announced = answer.content_length().and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(announced.unwrap_or(0).min(limit).min(BELIEVED));
    while let Some(chunk) = answer.chunk().await.map_err(|error| Failed::of_body(&error, call))? {
        if body.len() + chunk.len() > limit {
            return Err(Error::NotUnderstood.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Only successful answers, as JSON.
pub(super) async fn successful_json<T: DeserializeOwned>(
    answer: Response,
    call: &Call,
) -> Result<T, Failed> {
    json(successful(answer, call).await?, call).await
}
