//! Around every request: it is noted, then it fails as planned or is answered.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware};
use futures_util::StreamExt;

use crate::answer::{Refusal, error_body, slow_down};
use crate::routes::Unknown;
use crate::server::Line;
use crate::state::Shared;
use crate::{Fault, Proxy, vaultwarden};

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
    let limited = shared.rates().count(&method, uri.path());
    if let Some(seconds) = limited {
        shared.log().answered(number, 429);
        swallow(request).await;
        return slow_down(seconds, &format!("{seconds}s"));
    }
    let fault = shared.faults().take(&method, uri.path());
    let cuts = matches!(fault, Some(Fault::CutBody));
    let response = match fault {
        None => behind_proxy(&shared, request, next).await,
        Some(fault) => fail(fault, &shared, &line, request, next).await,
    };
    if response.extensions().get::<Unknown>().is_some() {
        shared.log().nobody_knows(number);
    }
    if !cuts {
        shared.log().answered(number, response.status().as_u16());
    }
    response
}

async fn fail(
    fault: Fault,
    shared: &Shared,
    line: &Line,
    request: Request,
    next: Next,
) -> Response {
    match fault {
        Fault::Delay(time) => {
            let response = answer(shared, request, next).await;
            tokio::time::sleep(time).await;
            response
        }
        Fault::SlowDown(seconds) => {
            swallow(request).await;
            slow_down(seconds, &format!("{seconds}s"))
        }
        Fault::Status(status) => {
            swallow(request).await;
            with_status(status)
        }
        Fault::TokenExpired => {
            swallow(request).await;
            Refusal::TokenOver.into_response()
        }
        Fault::CutBody => cut(answer(shared, request, next).await).await,
        Fault::Reset => match line.break_off().await {},
        Fault::AnswerLost => {
            answer(shared, request, next).await;
            match line.break_off().await {}
        }
    }
}

/// Reads the body to its end: an answer before that may never reach a client that is still sending.
async fn swallow(request: Request) {
    let mut pieces = request.into_body().into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}

/// Hands the request on with its whole body; too large a one is 413 without a word, as from Kestrel.
async fn answer(shared: &Shared, request: Request, next: Next) -> Response {
    let limit = shared.hosting().body_limit;
    if announced(&request).is_some_and(|size| size > limit) {
        swallow(request).await;
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, limit).await {
        Ok(body) => {
            let path = parts.uri.path().to_owned();
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            let vaultwarden = shared.hosting().vaultwarden;
            if vaultwarden { vaultwarden::dress(&path, response).await } else { response }
        }
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

fn announced(request: &Request) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Proxies answer 502 to 504 and do not know JSON; everything else is the server's own body.
fn with_status(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status.as_u16() {
        401 => Refusal::NotPermitted.into_response(),
        403 => Refusal::Forbidden.into_response(),
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
    let pieces = futures_util::stream::iter([Ok::<Bytes, std::io::Error>(half)]);
    let end = futures_util::stream::once(async {
        // While this waits the half goes out; an error at once would take it along.
        tokio::task::yield_now().await;
        Err(std::io::ErrorKind::ConnectionAborted.into())
    });
    let pieces = pieces.chain(end);
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// As a self-hosted nginx in front: its own body limit, its own patience, while the server works on.
async fn behind_proxy(shared: &Shared, request: Request, next: Next) -> Response {
    let Some(Proxy { body_limit, patience }) = shared.hosting().proxy else {
        return answer(shared, request, next).await;
    };
    if announced(&request).is_some_and(|size| size > body_limit) {
        swallow(request).await;
        return page(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let shared = shared.clone();
    let work = tokio::spawn(async move { answer(&shared, request, next).await });
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => page(StatusCode::BAD_GATEWAY),
        Err(_) => page(StatusCode::GATEWAY_TIMEOUT),
    }
}
