//! Around every request: it is noted, then it fails as planned or is answered.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware};

use crate::answer::{Refusal, error_body};
use crate::routes::{LARGEST_BODY, Unknown};
use crate::server::Line;
use crate::state::Shared;
use crate::{Fault, Proxy};

/// Puts the note-taking and the faults around `router`.
pub(crate) fn wrap(router: Router, shared: Shared) -> Router {
    router.layer(middleware::from_fn_with_state(shared, around))
}

async fn around(
    State(shared): State<Shared>,
    Extension(line): Extension<Arc<Line>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, uri) = (request.method().to_string(), request.uri().clone());
    if uri.path().starts_with("/sandbox/") {
        return next.run(request).await;
    }
    let number = shared.log().came(&method, uri.path(), uri.query().unwrap_or_default());
    let fault = shared.faults().take(&method, uri.path());
    let cuts = matches!(fault, Some(Fault::CutBody));
    let response = match fault {
        None => behind_proxy(&shared, request, next).await,
        Some(fault) => fail(fault, &line, request, next).await,
    };
    if response.extensions().get::<Unknown>().is_some() {
        shared.log().nobody_knows(number);
    }
    if !cuts {
        shared.log().answered(number, response.status().as_u16());
    }
    response
}

async fn fail(fault: Fault, line: &Line, request: Request, next: Next) -> Response {
    match fault {
        Fault::Delay(time) => {
            let response = next.run(request).await;
            tokio::time::sleep(time).await;
            response
        }
        Fault::SlowDown(seconds) => {
            swallow(request).await;
            slow_down(seconds)
        }
        Fault::Status(status) => {
            swallow(request).await;
            with_status(status)
        }
        Fault::TokenExpired => {
            swallow(request).await;
            Refusal::TokenOver.into_response()
        }
        Fault::CutBody => cut(next.run(request).await).await,
        Fault::Reset => match line.break_off().await {},
        Fault::AnswerLost => {
            next.run(request).await;
            match line.break_off().await {}
        }
    }
}

/// Reads the body to its end: an answer before that may never reach a client that is still sending.
async fn swallow(request: Request) {
    let _ = to_bytes(request.into_body(), LARGEST_BODY).await;
}

fn slow_down(seconds: u64) -> Response {
    let sentence = format!("Slow down! Too many requests. Try again in {seconds}s.");
    let mut response =
        (StatusCode::TOO_MANY_REQUESTS, Json(error_body(&sentence, None))).into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Proxies answer 502 to 504 and do not know JSON; everything else is the server's own body.
fn with_status(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status.as_u16() {
        401 | 403 => status.into_response(),
        404 => Refusal::NotFound.into_response(),
        500 => Refusal::Stumbled.into_response(),
        413 | 502..=504 => page(status),
        _ => (status, Json(error_body("An error has occurred.", None))).into_response(),
    }
}

/// What nginx says, in HTML.
fn page(status: StatusCode) -> Response {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

/// Announces the whole body, sends half of it, then lets the connection fall.
async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // An empty answer is cut too: something is announced and nothing comes.
    let announced = whole.len().max(2);
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(announced));
    let half = whole.slice(..whole.len() / 2);
    let end = Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted));
    let pieces = futures_util::stream::iter([Ok::<Bytes, _>(half), end]);
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// As a self-hosted nginx in front: its own body limit, its own patience, while the server works on.
async fn behind_proxy(shared: &Shared, request: Request, next: Next) -> Response {
    let Some(Proxy { body_limit, patience }) = shared.hosting().proxy else {
        return next.run(request).await;
    };
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|size| size.parse().ok()).is_some_and(|size: usize| size > body_limit) {
        swallow(request).await;
        return page(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let work = tokio::spawn(next.run(request));
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => page(StatusCode::BAD_GATEWAY),
        Err(_) => page(StatusCode::GATEWAY_TIMEOUT),
    }
}
