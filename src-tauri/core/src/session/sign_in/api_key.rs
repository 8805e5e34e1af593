//! Signing in with the personal API key: no two-step login, no new-device code, no refresh token.
//!
//! The key lets the account in and opens nothing: the master password is needed besides, and the server
//! never sees it. What keeps the session going is the key itself, kept in the encrypted cache.

use super::Step;
use super::attempt::{Attempt, Held};
use super::opening::HeldKey;
use crate::Error;
use crate::keys::Secret;
use crate::server::{ApiKey, Extras};

impl Attempt {
    /// Shows the personal API key; the e-mail address of the attempt is not needed. A wrong key is
    /// [`crate::server::SignInRefusal::ApiKey`], a wrong password [`Error::WrongPassword`].
    pub async fn with_api_key(
        &mut self,
        client_id: &str,
        client_secret: Secret,
        password: Secret,
    ) -> Result<Step, Error> {
        let client_id = personal(client_id)?;
        if password.is_empty() {
            return Err(Error::WrongPassword);
        }
        let client_secret = Secret::new(client_secret.expose().trim());
        let key = ApiKey { client_id, client_secret };
        self.held = Some(Held::ApiKey(Box::new(HeldKey { key, password })));
        self.knock(Extras::default()).await
    }
}

/// Organizations have API keys too, which open other doors.
fn personal(client_id: &str) -> Result<String, Error> {
    let client_id = client_id.trim();
    let user = client_id.strip_prefix("user.").and_then(|id| id.parse::<uuid::Uuid>().ok());
    match user {
        Some(id) => Ok(format!("user.{id}")),
        None => Err(Error::Refused(
            "the client id of a personal API key is \"user.\" and a number; this is another one"
                .into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_personal_keys_are_taken_as_people_paste_them() {
        let id = "5f1a17fb-d821-4ec8-b18b-9006e3cacd9c";
        let pasted = format!(" user.{}\n", id.to_uppercase());
        assert_eq!(personal(&pasted).unwrap(), format!("user.{id}"));
        for other in [format!("organization.{id}"), id.to_owned(), "user.me".into(), String::new()]
        {
            assert!(matches!(personal(&other), Err(Error::Refused(_))), "{other}");
        }
    }
}
