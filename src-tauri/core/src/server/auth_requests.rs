//! Asking another device, or an administrator, to let this one in (`src/Api/Auth/Controllers/
//! AuthRequestsController.cs`; Vaultwarden's `src/api/core/accounts.rs`).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use super::casing::Keys;
use super::link::{Call, successful_json};
use super::{Error, Link, SignInRefusal};
use crate::keys::Secret;

/// Between two looks while somebody is probably reaching for their phone: a twelfth of what the server allows
/// per minute and address. Needed beside the push, which tells of approvals only.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The same later on.
const LOOK_LATER: Duration = Duration::from_secs(15);
/// And for administrators, who take hours.
const LOOK_FOR_ADMIN: Duration = Duration::from_mins(1);
/// So many looks are the first ones: two minutes.
const FIRST_LOOKS: u32 = 24;

/// Who is asked, and for what (`AuthRequestType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// The person's other devices: 0.
    Device,
    /// The organization's administrators: 2. The account must be signed in.
    Admin,
}

impl RequestKind {
    /// How long the server keeps a request (`GlobalSettings.PasswordlessAuthSettings`).
    #[must_use]
    pub fn lifetime(self) -> Duration {
        match self {
            Self::Device => Duration::from_mins(15),
            Self::Admin => Duration::from_hours(7 * 24),
        }
    }
}

/// A request to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewRequest<'a> {
    /// Who is asked.
    pub kind: RequestKind,
    /// Whose account; lower-case.
    pub email: &'a str,
    /// SPKI, base64.
    pub public_key: &'a str,
    /// At most 25 characters.
    pub access_code: &'a Secret,
}

/// What has become of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestAnswer {
    /// Nobody has answered yet.
    Waiting,
    /// Approved.
    Approved(HandedKey),
    /// Refused.
    Denied,
    /// Nobody answered in time.
    Expired,
}

/// The account's key, sealed for the request's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedKey {
    /// Type 4.
    pub sealed: String,
    /// The master key instead of the user key, as older clients have it: its hash came along.
    pub is_master_key: bool,
}

impl Link {
    /// Makes a request; gives its id. Only the newest of a device can be approved. `bearer` is needed for
    /// administrators.
    pub async fn create_request(
        &self,
        request: &NewRequest<'_>,
        bearer: Option<&Secret>,
    ) -> Result<Uuid, Error> {
        let (path, kind) = match request.kind {
            RequestKind::Device => ("/auth-requests", 0),
            RequestKind::Admin => ("/auth-requests/admin-request", 2),
        };
        let body = json!({
            "email": request.email,
            "publicKey": request.public_key,
            "deviceIdentifier": self.device,
            "accessCode": request.access_code.expose(),
            "type": kind,
        });
        let call = Call::post(format!("{}{path}", self.endpoints.api), body.to_string());
        let answer: Value = successful_json(self.send(&call, bearer).await?, &call)
            .await
            .map_err(|failed| unknown_device(failed.into()))?;
        Keys::of(&answer).and_then(|keys| keys.text("id")?.parse().ok()).ok_or(Error::NotUnderstood)
    }

    /// Looks once. A request the server no longer has, or never had under this code, is
    /// [`Error::NotFound`], on Vaultwarden [`Error::Refused`].
    pub async fn fetch_answer(&self, request: Uuid, code: &Secret) -> Result<RequestAnswer, Error> {
        let code = code.expose();
        let path = format!("/auth-requests/{request}/response?code={code}");
        let call = Call::get(format!("{}{path}", self.endpoints.api));
        let answer: Value = successful_json(self.send(&call, None).await?, &call).await?;
        read_answer(&answer).ok_or(Error::NotUnderstood)
    }

    /// Waits until somebody answers or `until` has come: live updates say when to look, and it looks by itself
    /// besides. Trouble on the way is waited out. Dropping this ends it and costs nothing.
    pub async fn wait_for_answer(
        &self,
        request: Uuid,
        code: &Secret,
        kind: RequestKind,
        until: Timestamp,
    ) -> RequestAnswer {
        let look = Notify::new();
        tokio::select! {
            never = self.hear_of_request(request, &look) => match never {},
            answer = self.keep_looking((request, code), kind, until, &look) => answer,
        }
    }

    async fn keep_looking(
        &self,
        (request, code): (Uuid, &Secret),
        kind: RequestKind,
        until: Timestamp,
        look: &Notify,
    ) -> RequestAnswer {
        let mut looks = 0;
        loop {
            let at_least = match self.fetch_answer(request, code).await {
                Ok(RequestAnswer::Waiting) => Duration::ZERO,
                Ok(answer) => return answer,
                Err(Error::NotFound) => return RequestAnswer::Expired,
                // Vaultwarden forgets what was denied.
                Err(Error::Refused { .. }) if Timestamp::now() < until => {
                    return RequestAnswer::Denied;
                }
                Err(Error::SlowDown { wait_seconds }) => Duration::from_secs(wait_seconds),
                Err(_) => Duration::ZERO,
            };
            if Timestamp::now() >= until {
                return RequestAnswer::Expired;
            }
            tokio::time::sleep(at_least).await;
            looks += 1;
            tokio::select! {
                () = tokio::time::sleep(pause(kind, looks)) => {}
                () = look.notified() => {}
            }
        }
    }
}

fn pause(kind: RequestKind, looks: u32) -> Duration {
    match kind {
        RequestKind::Admin => LOOK_FOR_ADMIN,
        RequestKind::Device if looks <= FIRST_LOOKS => LOOK_EVERY,
        RequestKind::Device => LOOK_LATER,
    }
}

/// One sentence for an unknown account and an unknown device, so that nobody learns who has an account.
fn unknown_device(error: Error) -> Error {
    match &error {
        Error::Refused { message, .. }
            if message.starts_with("User or known device not found")
                // Vaultwarden.
                || message.starts_with("AuthRequest doesn't exist") =>
        {
            SignInRefusal::UnknownDevice.into()
        }
        _ => error,
    }
}

/// A denial is an answer without approval; Vaultwarden has null for approval while it waits.
fn read_answer(answer: &Value) -> Option<RequestAnswer> {
    let keys = Keys::of(answer)?;
    keys.text("id")?;
    if keys.flag("requestApproved") {
        let sealed = keys.text("key")?.to_owned();
        let is_master_key = keys.text("masterPasswordHash").is_some();
        return Some(RequestAnswer::Approved(HandedKey { sealed, is_master_key }));
    }
    let answered = keys.value("responseDate").is_some();
    Some(if answered { RequestAnswer::Denied } else { RequestAnswer::Waiting })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_both_servers_are_told_apart() {
        let read = |more: &str| {
            let body = format!(r#"{{"id":"a","publicKey":"p",{more}}}"#);
            read_answer(&serde_json::from_str(&body).unwrap())
        };
        for waiting in [
            r#""requestApproved":false,"responseDate":null,"key":null"#,
            r#""requestApproved":null,"responseDate":null"#,
        ] {
            assert_eq!(read(waiting), Some(RequestAnswer::Waiting));
        }
        let denied = r#""requestApproved":false,"responseDate":"2026-08-01T10:00:00Z""#;
        assert_eq!(read(denied), Some(RequestAnswer::Denied));
        let approved = |hash: &str| {
            format!(
                r#""requestApproved":true,"responseDate":"2026-08-01T10:00:00Z","key":"4.k","masterPasswordHash":{hash}"#
            )
        };
        let handed = |is_master_key| {
            Some(RequestAnswer::Approved(HandedKey { sealed: "4.k".to_owned(), is_master_key }))
        };
        assert_eq!(read(&approved("null")), handed(false));
        assert_eq!(read(&approved("\"4.h\"")), handed(true));
        assert_eq!(read(r#""requestApproved":true"#), None, "approved, and no key to show for it");
        assert_eq!(read_answer(&serde_json::json!({})), None, "a page of somebody else's");
    }

    #[test]
    fn looking_slows_down_and_stays_far_below_the_limit() {
        let device = |looks| pause(RequestKind::Device, looks);
        assert_eq!((device(1), device(24), device(25)), (LOOK_EVERY, LOOK_EVERY, LOOK_LATER));
        assert_eq!(pause(RequestKind::Admin, 1), LOOK_FOR_ADMIN);
    }
}
