//! Having codes mailed. Anonymous: who asks shows again what they show at sign-in.

use serde_json::{Value, json};
use uuid::Uuid;

use super::SignInRefusal;
use crate::keys::Secret;
use crate::server::link::{Call, successful};
use crate::server::{Error, Link};

/// What shows that a two-step code may be mailed.
#[derive(Debug, Clone, Copy)]
pub enum MailProof<'a> {
    /// The hash of the master password.
    Password(&'a Secret),
    /// A request that another device approved.
    DeviceRequest {
        /// The request.
        request: Uuid,
        /// Made with the request.
        access_code: &'a Secret,
    },
    /// What came with the question, for who has shown no password (`SsoEmail2faSessionToken`); good for two
    /// minutes.
    Token(&'a Secret),
}

impl Link {
    /// Has the code of two-step login mailed (`src/Api/Auth/Controllers/TwoFactorController.cs`).
    pub async fn send_two_step_code(
        &self,
        email: &str,
        proof: &MailProof<'_>,
    ) -> Result<(), Error> {
        let mut body = json!({ "email": email, "deviceIdentifier": self.device });
        match *proof {
            MailProof::Password(hash) => body["masterPasswordHash"] = text(hash),
            MailProof::DeviceRequest { request, access_code } => {
                body["authRequestId"] = json!(request);
                body["authRequestAccessCode"] = text(access_code);
            }
            MailProof::Token(token) => body["ssoEmail2FaSessionToken"] = text(token),
        }
        match self.post_anonymously("/two-factor/send-email-login", &body).await {
            // The only rule left to break, as the e-mail address is the one that signed in.
            Err(Error::Refused { .. }) => Err(SignInRefusal::CodeNotMailed.into()),
            answer => answer,
        }
    }

    /// Has the code for a new device mailed again. The server never says whether it did.
    pub async fn resend_new_device_code(&self, email: &str, hash: &Secret) -> Result<(), Error> {
        let body = json!({ "email": email, "masterPasswordHash": hash.expose() });
        self.post_anonymously("/accounts/resend-new-device-otp", &body).await
    }

    async fn post_anonymously(&self, path: &str, body: &Value) -> Result<(), Error> {
        let call = Call::post(format!("{}{path}", self.endpoints.api), body.to_string());
        successful(self.send(&call, None).await?, &call).await?;
        Ok(())
    }
}

fn text(secret: &Secret) -> Value {
    Value::String(secret.expose().to_owned())
}
