//! Have I Been Pwned's range query, with a few passwords everybody knows.
//!
//! <https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange>: 35 digits, a colon and a count per line; with
//! `Add-Padding: true` lines with the count 0 are mixed in until there are 800 to 1,000. Notes down all that a
//! question carried: that is the point of asking this way.

use std::fmt::Write as _;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha1::{Digest, Sha1};

use crate::Sandbox;
use crate::state::Shared;

/// Passwords that are known, and how often they were seen.
const KNOWN: [(&str, u64); 12] = [
    ("123456", 37_359_195),
    ("password", 9_545_824),
    ("qwerty123", 1_218_341),
    ("Password1", 379_632),
    ("letmein", 305_961),
    ("welcome1", 128_533),
    ("iloveyou", 2_438_821),
    ("Summer2024!", 4_117),
    ("P@ssw0rd", 123_927),
    ("admin123", 412_266),
    ("changeme", 72_404),
    ("trustno1", 253_019),
];

/// One question as it came in, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeQuestion {
    /// Everything behind the host: path and query.
    pub address: String,
    /// Names and values of the headers, in lower case and as they came.
    pub headers: Vec<(String, String)>,
    /// The body; questions have none.
    pub body: Vec<u8>,
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/range/{prefix}", get(range))
}

async fn range(
    State(shared): State<Shared>,
    Path(prefix): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    shared.range_questions().push(RangeQuestion {
        address: uri.to_string(),
        headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.to_vec(),
    });
    if prefix.len() != 5 || !prefix.chars().all(|c| c.is_ascii_hexdigit()) {
        return (StatusCode::BAD_REQUEST, "The hash format was not valid").into_response();
    }
    let padded = headers.get("add-padding").is_some_and(|value| value == "true");
    let text = answer(&prefix.to_uppercase(), padded);
    ([(header::CONTENT_TYPE, "text/plain")], text).into_response()
}

fn answer(prefix: &str, padded: bool) -> String {
    let known = KNOWN.iter().map(|(password, count)| (digits(password.as_bytes()), *count));
    let mut lines: Vec<String> = known
        .filter_map(|(hash, count)| Some(format!("{}:{count}", hash.strip_prefix(prefix)?)))
        .collect();
    // Neighbours: real ranges are never empty.
    lines.extend((0..20).map(|number| format!("{}:{}", made_up(prefix, number), number + 1)));
    if padded {
        lines.extend((20..820).map(|number| format!("{}:0", made_up(prefix, number))));
    }
    lines.sort();
    lines.join("\r\n")
}

fn made_up(prefix: &str, number: u64) -> String {
    digits(format!("{prefix} {number}").as_bytes()).chars().take(35).collect()
}

fn digits(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().fold(String::with_capacity(40), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

impl Sandbox {
    /// Where exposed passwords can be asked about: the base of a range query.
    #[must_use]
    pub fn exposed_passwords(&self) -> String {
        format!("{}/pwned", self.url())
    }

    /// Every range question that came in, whole, in order.
    #[must_use]
    pub fn range_questions(&self) -> Vec<RangeQuestion> {
        self.shared.range_questions().clone()
    }

    /// Passwords the range query knows, and how often they were seen.
    #[must_use]
    pub fn known_passwords() -> &'static [(&'static str, u64)] {
        &KNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_tells_what_begins_with_it_and_is_padded_on_request() {
        // SHA-1 of "password".
        let (prefix, rest) = ("5BAA6", "1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824");
        assert!(answer(prefix, false).lines().any(|line| line == rest));
        assert!(!answer("00000", false).contains(rest));
        let padded = answer(prefix, true);
        assert!(padded.lines().any(|line| line == rest));
        assert!(padded.lines().count() >= 800, "its length tells nothing");
        assert!(padded.lines().all(|line| line.split(':').next().is_some_and(|s| s.len() == 35)));
    }
}
