//! From a status and an error body to one of our errors.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Error;
use super::casing::Keys;

/// Longest server sentence that is passed on to people.
const SENTENCE_LIMIT: usize = 300;
/// Field paths passed on; the server itself stops at 200 (ASP.NET `MaxModelValidationErrors`).
const FIELD_LIMIT: usize = 200;

/// An error body in any of its shapes (`src/Core/Models/Api/Response/ErrorResponseModel.cs`; Vaultwarden's
/// `src/error.rs` sends nearly the same).
pub(super) struct ErrorBody(Value);

impl ErrorBody {
    /// Whatever could be read; an unreadable body reads as an empty one.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).unwrap_or_default())
    }

    pub(super) fn keys(&self) -> Option<Keys<'_>> {
        Keys::of(&self.0)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        Keys::of(&self.0)?.text(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        Keys::of(&self.0).is_some_and(|keys| keys.value(name).is_some())
    }

    /// The sentence for people: the model's words where there is one.
    pub(super) fn sentence(&self) -> Option<&str> {
        let keys = Keys::of(&self.0)?;
        let model = keys.object("errorModel").and_then(|model| model.text("message"));
        model.or_else(|| keys.text("message"))
    }

    /// What is wrong with which field.
    fn validation(&self) -> BTreeMap<&str, Option<&str>> {
        let Some(keys) = Keys::of(&self.0) else { return BTreeMap::new() };
        ["validationErrors", "errors"]
            .into_iter()
            .filter_map(|name| keys.value(name)?.as_object())
            .flat_map(|map| map.iter().map(|(field, said)| (field.as_str(), first_sentence(said))))
            .collect()
    }

    /// 400 and its relatives: validation errors first, then the message.
    pub(super) fn refused(&self) -> Error {
        let validation = self.validation();
        let said = validation.values().flatten().next().copied();
        let message = said.or_else(|| self.sentence()).or_else(|| self.text("error_description"));
        Error::Refused {
            message: shorten(message.unwrap_or("no reason given")),
            fields: validation
                .keys()
                .filter(|field| !field.is_empty())
                .take(FIELD_LIMIT)
                .map(|field| shorten(field))
                .collect(),
        }
    }
}

/// `["first", …]`, `[{"detail": "first"}]` or `"first"`.
fn first_sentence(said: &Value) -> Option<&str> {
    let entry = said.as_array().and_then(|list| list.first()).unwrap_or(said);
    entry.get("detail").unwrap_or(entry).as_str()
}

fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SENTENCE_LIMIT).collect()
}

/// What a status other than success means.
pub(super) fn error_of(status: u16, wait_seconds: Option<u64>, body: &[u8]) -> Error {
    match status {
        400 | 402 | 409 | 422 => ErrorBody::read(body).refused(),
        // A 401 without `invalid_token` is about rights (`UnauthorizedAccessException` in
        // `src/Api/Utilities/ExceptionHandlerFilterAttribute.cs`): never a reason to sign out.
        401 | 403 => Error::NotPermitted,
        404 | 405 => Error::NotFound,
        413 => Error::Refused {
            message: "the request is larger than the server accepts".to_owned(),
            fields: Vec::new(),
        },
        429 => Error::SlowDown { wait_seconds: wait_seconds.unwrap_or(DEFAULT_WAIT_SECONDS) },
        status => Error::Trouble { status },
    }
}

/// Vaultwarden sends no `Retry-After`; its counter refills once a minute.
const DEFAULT_WAIT_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn words(status: u16, body: &str) -> (String, Vec<String>) {
        match error_of(status, None, body.as_bytes()) {
            Error::Refused { message, fields } => (message, fields),
            other => panic!("{other:?} is not a refusal"),
        }
    }

    #[test]
    fn every_shape_of_error_body_gives_its_first_sentence() {
        let plain = r#"{"message":"Seat limit.","validationErrors":null,"object":"error"}"#;
        assert_eq!(words(400, plain), ("Seat limit.".to_owned(), vec![]));
        let model = r#"{"message":"The model state is invalid.","validationErrors":
            {"Ciphers[3].Login.Password":["too long"]}}"#;
        let field = "Ciphers[3].Login.Password".to_owned();
        assert_eq!(words(400, model), ("too long".to_owned(), vec![field]));
        let newer = r#"{"type":"validation_error","errors":{"name":[{"type":"x","detail":"no"}]}}"#;
        assert_eq!(words(400, newer), ("no".to_owned(), vec!["name".to_owned()]));
        let pascal = r#"{"error":"x","ErrorModel":{"Message":"Nope","Object":"error"}}"#;
        assert_eq!(words(400, pascal).0, "Nope");
        let vaultwarden = r#"{"message":"","error":"","validationErrors":{"":["Invalid"]}}"#;
        assert_eq!(words(400, vaultwarden), ("Invalid".to_owned(), vec![]));
        assert_eq!(words(400, "<html>").0, "no reason given");
    }

    #[test]
    fn a_permission_401_is_not_a_sign_out() {
        assert!(matches!(
            error_of(401, None, br#"{"message":"Unauthorized."}"#),
            Error::NotPermitted
        ));
        assert!(matches!(error_of(502, None, b"bad gateway"), Error::Trouble { status: 502 }));
        assert!(matches!(error_of(429, Some(3), b""), Error::SlowDown { wait_seconds: 3 }));
    }
}
