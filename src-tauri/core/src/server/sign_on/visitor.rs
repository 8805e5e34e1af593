//! One connection to the port: one request, one answer. Nothing of the request is ever shown again.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::keys::Secret;

/// For the whole visit; a browser on the same machine needs milliseconds.
const VISIT: Duration = Duration::from_secs(10);
/// Codes and cookies of other programs on `localhost` come along; more than this is no browser.
const HEAD_LIMIT: usize = 16 << 10;
/// What the web vault appends to the state (`libs/auth/src/angular/sso/sso.component.ts` of
/// bitwarden/clients).
const STATE_SUFFIX: &str = "_identifier=";

/// What the right visitor knows.
pub(super) struct Expected {
    pub(super) port: u16,
    pub(super) state: Secret,
    /// Path of the door the browser is sent to first.
    pub(super) doorway: Secret,
}

/// How the wait ended.
#[derive(Debug)]
pub(super) enum End {
    Code(Secret),
    Denied,
}

/// What a request asks for.
#[derive(Debug)]
enum Asks {
    Begin,
    Return(End),
    Nothing,
}

/// Answers one visitor; `Some` when it was the browser with its answer.
pub(super) async fn serve<B, F>(
    mut stream: TcpStream,
    expected: &Expected,
    begin: &B,
) -> Option<End>
where
    B: Fn() -> F,
    F: Future<Output = Option<String>>,
{
    let head = tokio::time::timeout(VISIT, read_head(&mut stream)).await.ok()??;
    let (answer, end) = match asks(&head, expected) {
        // The server has as long as its own time limits give it.
        Asks::Begin => match begin().await {
            Some(address) => (redirect(&address), None),
            None => (page("502 Bad Gateway", UNREACHABLE), None),
        },
        Asks::Return(end @ End::Code(_)) => (page("200 OK", SIGNED_IN), Some(end)),
        Asks::Return(End::Denied) => (page("200 OK", DENIED), Some(End::Denied)),
        Asks::Nothing => (page("404 Not Found", NOTHING), None),
    };
    let answered = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    // Whether the page is seen or not: what was brought counts.
    let _ = tokio::time::timeout(VISIT, answered).await;
    end
}

/// Up to the empty line; `None` when it is too long or breaks off.
async fn read_head(stream: &mut TcpStream) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let mut head = zeroize::Zeroizing::new(Vec::with_capacity(HEAD_LIMIT));
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= HEAD_LIMIT || stream.read_buf(&mut *head).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

fn asks(head: &[u8], expected: &Expected) -> Asks {
    let Ok(head) = std::str::from_utf8(head) else { return Asks::Nothing };
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some("GET"), Some(target), Some("HTTP/1.1" | "HTTP/1.0")) =
        (first.next(), first.next(), first.next())
    else {
        return Asks::Nothing;
    };
    // A page of another host that got itself resolved to this machine names that host.
    let host = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("host"));
    if host.map(|(_, value)| value.trim()) != Some(&format!("localhost:{}", expected.port)) {
        return Asks::Nothing;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path.strip_prefix('/').is_some_and(|rest| same(rest, expected.doorway.expose())) {
        return Asks::Begin;
    }
    if path == "/" { returned(query, expected) } else { Asks::Nothing }
}

fn returned(query: &str, expected: &Expected) -> Asks {
    let fields = || url::form_urlencoded::parse(query.as_bytes());
    let field = |wanted: &str| {
        let mut found = fields().filter(|(name, _)| name == wanted).map(|(_, value)| value);
        // One that comes twice is not the server's.
        found.next().filter(|value| !value.is_empty() && found.next().is_none())
    };
    let state = field("state").unwrap_or_default();
    let state = state.split(STATE_SUFFIX).next().unwrap_or_default();
    if !same(state, expected.state.expose()) {
        return Asks::Nothing;
    }
    match (field("error"), field("code")) {
        (Some(_), _) => Asks::Return(End::Denied),
        (None, Some(code)) => Asks::Return(End::Code(Secret::new(code))),
        (None, None) => Asks::Nothing,
    }
}

/// Takes as long for a good guess as for a bad one.
fn same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

const HEADERS: &str = "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
    Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\
    Connection: close\r\n";

const SIGNED_IN: &str = "You can close this window and go back to Wardroom.";
const DENIED: &str =
    "Single sign-on was refused. You can close this window and go back to Wardroom.";
const UNREACHABLE: &str = "The server did not answer. Reload this page, or go back to Wardroom.";
const NOTHING: &str = "There is nothing here.";

fn redirect(address: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {address}\r\n{HEADERS}Content-Length: 0\r\n\r\n")
}

fn page(status: &str, sentence: &str) -> String {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Wardroom</title>\
         <style>body{{font:1.1rem system-ui;margin:20vh auto;max-width:30rem;text-align:center}}</style>\
         <p>{sentence}</p></html>"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{HEADERS}Content-Length: {}\r\n\r\n{page}",
        page.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        Expected { port: 8065, state: Secret::new("right-state"), doorway: Secret::new("door") }
    }

    fn asked(target: &str) -> Asks {
        asks(
            format!("GET {target} HTTP/1.1\r\nHost: localhost:8065\r\n\r\n").as_bytes(),
            &expected(),
        )
    }

    #[test]
    fn only_the_right_state_brings_a_code() {
        for right in
            ["/?code=c&state=right-state", "/?state=right-state_identifier=acme&code=c&iss=x"]
        {
            let Asks::Return(End::Code(code)) = asked(right) else { panic!("{right}") };
            assert_eq!(code.expose(), "c");
        }
        let wrong = [
            "/",
            "/?code=c",
            "/?code=c&state=",
            "/?code=c&state=wrong",
            "/?code=c&state=right-stat",
            "/?code=c&state=right-state2",
            "/?code=c&state=right-state&state=right-state",
            "/?code=c&code=d&state=right-state",
            "/?code=&state=right-state",
            "/?state=right-state",
            "/other?code=c&state=right-state",
            "/favicon.ico",
            "//?code=c&state=right-state",
            "http://localhost:8065/?code=c&state=right-state",
            "/?error=access_denied&state=wrong",
        ];
        for wrong in wrong {
            assert!(matches!(asked(wrong), Asks::Nothing), "{wrong}");
        }
    }

    #[test]
    fn a_refusal_counts_with_the_right_state_only() {
        let denied = asked("/?error=access_denied&state=right-state&code=c");
        assert!(matches!(denied, Asks::Return(End::Denied)));
    }

    #[test]
    fn other_hosts_methods_and_noise_get_nothing() {
        let good = "GET /?code=c&state=right-state HTTP/1.1\r\n";
        for head in [
            format!("{good}Host: evil.example:8065\r\n\r\n"),
            format!("{good}Host: localhost\r\n\r\n"),
            format!("{good}\r\n"),
            "POST /?code=c&state=right-state HTTP/1.1\r\nHost: localhost:8065\r\n\r\n".to_owned(),
            "GET /?code=c&state=right-state\r\n\r\n".to_owned(),
            "\u{0}\r\n\r\n".to_owned(),
        ] {
            assert!(matches!(asks(head.as_bytes(), &expected()), Asks::Nothing), "{head:?}");
        }
        assert!(matches!(asks(b"\xff\xfe", &expected()), Asks::Nothing));
    }

    #[test]
    fn the_doorway_is_found_by_its_whole_name() {
        assert!(matches!(asked("/door"), Asks::Begin));
        assert!(matches!(asked("/doo"), Asks::Nothing));
        assert!(matches!(asked("/door/"), Asks::Nothing));
    }
}
