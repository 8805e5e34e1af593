//! Asking the token endpoint.

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::answer::granted;
use super::refusal::refusal;
use super::{ApiKey, Renewal, SignInRefusal, TokenAnswer, Tokens};
use crate::keys::Secret;
use crate::model::Endpoints;
use crate::server::answer::ErrorBody;
use crate::server::link::{Call, device_type, is_expired_token, successful_json, whole_body};
use crate::server::{Error, Link, SignOnRefusal};

/// Bounds of an answer of the token endpoint, which has no lists.
const TOKEN_ANSWER_LIMIT: usize = 1 << 20;
/// A failed sign-in is answered two seconds late by the server's design; a hash of 2,000,000 rounds later.
const TOKEN_TIMEOUT: Duration = Duration::from_mins(1);
/// The only registered client that fits a desktop program (`src/Identity/IdentityServer/StaticClients`).
const CLIENT_ID: &str = "desktop";

/// What a person shows to be let in.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The hash of the master password.
    Password {
        /// Trimmed and lower-case.
        email: &'a str,
        /// As `MasterKey::server_hash` makes it.
        hash: &'a Secret,
    },
    /// A request that another device approved.
    DeviceRequest {
        /// Trimmed and lower-case.
        email: &'a str,
        /// The request.
        request: Uuid,
        /// Made with the request; shows that it is ours.
        access_code: &'a Secret,
    },
    /// What single sign-on handed to the browser (RFC 6749, section 4.1; RFC 7636).
    Code {
        /// From the redirect.
        code: &'a Secret,
        /// The secret behind the code challenge.
        verifier: &'a Secret,
        /// The address the browser was sent back to, letter for letter.
        redirect: &'a str,
    },
    /// The account's personal API key.
    ApiKey {
        /// `user.` and the user's id.
        client_id: &'a str,
        /// The key.
        client_secret: &'a Secret,
    },
}

/// What the server asked for besides the proof.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Two-step login.
    pub two_step: Option<TwoStepCode>,
    /// The code mailed for a new device.
    pub new_device_code: Option<Secret>,
}

/// An answer to two-step login.
#[derive(Debug, Clone)]
pub struct TwoStepCode {
    /// `TwoFactorProviderType`: 0 authenticator, 1 e-mail, 2 and 6 Duo, 3 `YubiKey`, 5 remembered, 7 `WebAuthn`,
    /// 8 recovery code.
    pub provider: i64,
    /// In that method's own form.
    pub token: Secret,
    /// Do not ask this device again for 30 days.
    pub remember: bool,
}

impl Link {
    /// Signs in, or says what else is needed.
    pub async fn fetch_tokens(
        &self,
        proof: &Proof<'_>,
        extras: &Extras,
    ) -> Result<TokenAnswer, Error> {
        let device = self.device.to_string();
        let mut fields = proof_fields(proof);
        fields.extend([
            ("deviceType", device_type()),
            ("deviceIdentifier", &device),
            ("deviceName", std::env::consts::OS),
        ]);
        let request;
        if let Proof::DeviceRequest { request: id, .. } = proof {
            request = id.to_string();
            fields.push(("authRequest", &request));
        }
        let provider;
        if let Some(code) = &extras.two_step {
            provider = code.provider.to_string();
            let remember = if code.remember { "1" } else { "0" };
            fields.extend([
                ("twoFactorProvider", provider.as_str()),
                ("twoFactorToken", code.token.expose()),
                ("twoFactorRemember", remember),
            ]);
        }
        if let Some(code) = &extras.new_device_code {
            fields.push(("newDeviceOtp", code.expose()));
        }
        let call = token_call(&self.endpoints, &fields);
        let answer = self.send(&call, None).await?;
        if answer.status().as_u16() != 400 {
            let answer: Value = successful_json(answer, &call).await?;
            let granted = granted(&answer).ok_or(Error::NotUnderstood)?;
            return Ok(TokenAnswer::Granted(Box::new(granted)));
        }
        let body = whole_body(answer, &call, TOKEN_ANSWER_LIMIT).await?;
        refusal(&ErrorBody::read(&body)).map_err(|error| match (proof, error) {
            // No password was shown: a bare `invalid_grant` speaks of the code (RFC 6749, section 5.2).
            (Proof::Code { .. }, Error::SignIn(SignInRefusal::Credentials)) => {
                SignInRefusal::from(SignOnRefusal::CodeOver).into()
            }
            (_, error) => error,
        })
    }

    /// A new access token. [`Error::SessionEnded`] when the server does not know the refresh token any more.
    async fn grant_by_refresh(&self, refresh: &Secret) -> Result<Tokens, Error> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("refresh_token", refresh.expose()),
        ];
        let call = token_call(&self.endpoints, &fields);
        let answer = self.send(&call, None).await?;
        // An ended refresh token is a 400 `invalid_grant`, not a 401 (RFC 6749, section 5.2);
        // Vaultwarden answers 401.
        if answer.status().as_u16() == 400 || is_expired_token(&answer) || answer.status() == 401 {
            return Err(Error::SessionEnded);
        }
        let answer: Value = successful_json(answer, &call).await?;
        let mut tokens = granted(&answer).ok_or(Error::NotUnderstood)?.tokens;
        if matches!(tokens.renewal, Renewal::None) {
            tokens.renewal = Renewal::Refresh(refresh.clone());
        }
        Ok(tokens)
    }

    /// The same for a session of a personal API key: there is no refresh token, the key is shown again.
    async fn grant_by_key(&self, key: &ApiKey) -> Result<Tokens, Error> {
        let ApiKey { client_id, client_secret } = key;
        match self
            .fetch_tokens(&Proof::ApiKey { client_id, client_secret }, &Extras::default())
            .await
        {
            Ok(TokenAnswer::Granted(granted)) => {
                Ok(Tokens { renewal: Renewal::ApiKey(key.clone()), ..granted.tokens })
            }
            // Rotated, or something stands before the account that a key does not answer.
            Ok(_) | Err(Error::SignIn(_)) => Err(Error::SessionEnded),
            Err(error) => Err(error),
        }
    }

    /// A new access token. [`Error::SessionEnded`] when the server does not know us any more.
    pub(in crate::server) async fn renew(&self, renewal: &Renewal) -> Result<Tokens, Error> {
        match renewal {
            Renewal::Refresh(token) => self.grant_by_refresh(token).await,
            Renewal::ApiKey(key) => self.grant_by_key(key).await,
            Renewal::None => Err(Error::SessionEnded),
        }
    }
}

fn proof_fields<'a>(proof: &Proof<'a>) -> Vec<(&'static str, &'a str)> {
    const SCOPE: &str = "api offline_access";
    match *proof {
        Proof::Password { email, hash: password }
        | Proof::DeviceRequest { email, access_code: password, .. } => vec![
            ("grant_type", "password"),
            ("client_id", CLIENT_ID),
            ("scope", SCOPE),
            ("username", email),
            ("password", password.expose()),
        ],
        Proof::Code { code, verifier, redirect } => vec![
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("scope", SCOPE),
            ("code", code.expose()),
            ("code_verifier", verifier.expose()),
            ("redirect_uri", redirect),
        ],
        Proof::ApiKey { client_id, client_secret } => vec![
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret.expose()),
            ("scope", "api"),
        ],
    }
}

fn token_call(endpoints: &Endpoints, fields: &[(&str, &str)]) -> Call {
    Call::form(format!("{}/connect/token", endpoints.identity), fields).patient(TOKEN_TIMEOUT)
}
