//! The way to one server: addresses, certificates, headers, one pool of connections.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use reqwest::{Client, ClientBuilder, Method, Response};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Error, answer};
use crate::CLIENT_VERSION;
use crate::keys::Secret;
use crate::model::Endpoints;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest silence within an answer.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(90);
/// A list of 10,000 clients is about 25 MB; a hostile server must not fill the memory.
const ANSWER_LIMIT: usize = 256 << 20;
const ERROR_LIMIT: usize = 256 << 10;

/// Trusted roots beside the system's own.
#[derive(Debug, Clone, Default)]
pub struct Roots(Vec<reqwest::Certificate>);

impl Roots {
    /// Reads one or more certificates; `None` when there is none in the file.
    #[must_use]
    pub fn parse(pem: &[u8]) -> Option<Self> {
        let found = reqwest::Certificate::from_pem_bundle(pem).ok()?;
        (!found.is_empty()).then_some(Self(found))
    }
}

/// The way to one server. Opens nothing before the first request.
#[derive(Debug)]
pub struct Link {
    pub(super) endpoints: Endpoints,
    pub(super) device: Uuid,
    roots: Roots,
    client: OnceLock<Client>,
    /// For what HTTP/2 cannot do: changing the protocol.
    upgrader: OnceLock<Client>,
    requests: AtomicU64,
    online: AtomicBool,
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
    pub fn new(endpoints: Endpoints, device: Uuid, roots: Roots) -> Self {
        Self {
            endpoints,
            device,
            roots,
            client: OnceLock::new(),
            upgrader: OnceLock::new(),
            requests: AtomicU64::new(0),
            online: AtomicBool::new(false),
        }
    }

    /// The web vault's address, for what only it can do.
    #[must_use]
    pub fn web_vault(&self) -> &str {
        &self.endpoints.vault
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

    /// Sends once. Any status is an answer.
    pub(super) async fn send(
        &self,
        call: &Call,
        bearer: Option<&Secret>,
    ) -> Result<Response, Failed> {
        let request = self.request(self.client()?, call, bearer)?;
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
    pub(super) fn upgrade_request(
        &self,
        call: &Call,
        bearer: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, Error> {
        let client = match self.upgrader.get() {
            Some(client) => client,
            None => {
                let made = self.builder().http1_only().build().map_err(|_| Error::Certificate)?;
                self.upgrader.get_or_init(|| made)
            }
        };
        Ok(self.request(client, call, bearer)?)
    }

    fn request(
        &self,
        client: &Client,
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

    /// Built on first use: reading the system's certificates takes longer than unlocking may.
    fn client(&self) -> Result<&Client, Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.builder().build().map_err(|_| Error::Certificate)?;
        Ok(self.client.get_or_init(|| client))
    }

    fn builder(&self) -> ClientBuilder {
        // The first one to install wins, and all of them are this one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .default_headers(headers())
            .user_agent(concat!("Wardroom/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the password hash to wherever the answer says.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_TIMEOUT)
            .http2_adaptive_window(true)
            .pool_max_idle_per_host(4);
        // Plain http is this machine only (`ServerAddress::parse`): no proxy, no certificates.
        if self.endpoints.api.starts_with("http://") {
            return builder.no_proxy().tls_certs_only([]);
        }
        if self.roots.0.is_empty() {
            return builder;
        }
        builder.tls_certs_merge(self.roots.0.clone())
    }
}

/// Headers of every request (`src/Core/Context/CurrentContext.cs`); the version is checked by
/// `src/Identity/IdentityServer/RequestValidators/ClientVersionValidator.cs`.
fn headers() -> HeaderMap {
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

/// A call that got no whole or no good answer.
pub(super) struct Failed {
    error: Error,
    /// Time ran out.
    late: bool,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, late: false }
    }
}

impl Failed {
    fn of_body(error: &reqwest::Error, call: &Call) -> Self {
        Self { error: call.lost(), late: error.is_timeout() }
    }

    fn of(error: &reqwest::Error, call: &Call) -> Self {
        let late = error.is_timeout();
        if error.is_builder() {
            return Self { error: Error::NotUnderstood, late: true };
        }
        let error = match error.is_connect() {
            true if is_about_certificate(error) => Error::Certificate,
            true => Error::Unreachable,
            false => call.lost(),
        };
        Self { error, late }
    }
}

fn is_about_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return matches!(tls, rustls::Error::InvalidCertificate(_));
    }
    // TLS errors travel inside I/O errors, whose `source` skips what they hold.
    let held = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    held.is_some_and(|held| is_about_certificate(held))
        || error.source().is_some_and(is_about_certificate)
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
    let wait =
        answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    // The status says enough when the body breaks off.
    let body = whole_body(answer, call, ERROR_LIMIT).await.unwrap_or_default();
    Err(answer::error_of(status.as_u16(), wait, &body).into())
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
    let mut body = Vec::with_capacity(announced.unwrap_or(0).min(limit).min(1 << 20));
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
