//! The client's version: `src/Identity/IdentityServer/RequestValidators/ClientVersionValidator.cs`.

use axum::http::HeaderMap;
use axum::response::Response;
use uuid::Uuid;

use super::refusal::refuse_with_model;
use crate::state::Shared;

/// `Constants.MinimumClientVersionForV2Encryption`.
const FOR_V2: [u32; 3] = [2025, 11, 0];

/// Without a version nobody is let in; accounts with V2 encryption want one that knows it.
pub(super) fn refused(shared: &Shared, headers: &HeaderMap, user: Uuid) -> Option<Response> {
    let Some(version) = read(headers) else {
        let sentence = "No client version header found, required to prevent encryption errors. Please \
            confirm your client is supplying the header: \"Bitwarden-Client-Version\"";
        return Some(refuse_with_model("version_header_missing", Some(sentence), sentence));
    };
    let modern = shared.world().user(user).is_some_and(|user| user.modern.is_some());
    if modern && version.as_slice() < FOR_V2.as_slice() {
        let sentence = "Please update your app to continue using Bitwarden";
        return Some(refuse_with_model("invalid_client_version", Some(sentence), sentence));
    }
    None
}

/// .NET's `Version`: two to four numbers between dots, nothing after them.
fn read(headers: &HeaderMap) -> Option<Vec<u32>> {
    let text = headers.get("bitwarden-client-version")?.to_str().ok()?;
    let numbers: Vec<u32> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    (2..=4).contains(&numbers.len()).then_some(numbers)
}
