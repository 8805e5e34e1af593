//! Login with another device: ask, show the phrase, wait, come in.
//!
//! The same way lets an administrator, or another device, trust this one after single sign-on: then the server
//! has let us in already, and only the key is missing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::opening::fetch_profile;
use super::{Attempt, SignInError, Step};
use crate::Error;
use crate::keys::{self, RequestKey, Secret, UserKey};
use crate::model::{DeviceRequest, SignInStep};
use crate::server::{Extras, HandedKey, NewRequest, RequestAnswer, RequestKind};
use crate::session::blocking::blocking;

/// A request that is under way.
pub(super) struct Asked {
    id: Uuid,
    kind: RequestKind,
    key: Arc<RequestKey>,
    until: Timestamp,
}

/// A request that was approved: lets us in, and opens the account's keys.
pub(super) struct Approved {
    /// The request.
    pub(super) id: Uuid,
    key: Arc<RequestKey>,
    handed: HandedKey,
}

impl Approved {
    /// Shows the token endpoint that the request is ours.
    pub(super) fn code(&self) -> &Secret {
        self.key.code()
    }

    /// `wrapped_user_key` is under the master key, for the form that hands that one over.
    pub(super) fn open(&self, wrapped_user_key: Option<&str>) -> Result<UserKey, keys::Error> {
        if !self.handed.is_master_key {
            return self.key.open_user_key(&self.handed.sealed);
        }
        let wrapped = wrapped_user_key.ok_or(keys::Error::NoKey)?;
        self.key.open_master_key(&self.handed.sealed)?.open_user_key(wrapped)
    }
}

impl Attempt {
    /// Asks the person's other devices; replaces a request made before. Also after single sign-on, while
    /// [`SignInStep::TrustDevice`] is open.
    pub async fn ask_device(&mut self) -> Result<Step, Error> {
        self.ask(RequestKind::Device).await
    }

    /// Waits for the answer. Dropping this ends the waiting and not the request: waiting may begin again, and an
    /// answer that came meanwhile counts.
    pub async fn wait_for_approval(&mut self) -> Result<Step, Error> {
        let asked = self.asked.as_ref().ok_or(SignInError::NothingAsked)?;
        let (id, key) = (asked.id, Arc::clone(&asked.key));
        let answer = self.link.wait_for_answer(id, key.code(), asked.kind, asked.until).await;
        let handed = match answer {
            RequestAnswer::Approved(handed) => handed,
            RequestAnswer::Denied => {
                self.asked = None;
                return Err(SignInError::Denied.into());
            }
            RequestAnswer::Expired | RequestAnswer::Waiting => {
                self.asked = None;
                return Err(SignInError::RequestExpired.into());
            }
        };
        self.hold(Approved { id, key, handed });
        // The request stays until it has let us in: when the connection breaks now, waiting again is enough.
        if self.granted.is_some() {
            Box::pin(self.open()).await
        } else {
            self.knock(Extras::default()).await
        }
    }

    /// Makes a request of either kind.
    pub(super) async fn ask(&mut self, kind: RequestKind) -> Result<Step, Error> {
        let email = self.asking_email().await?;
        let key = blocking(|| Ok::<_, Error>(RequestKey::make())).await?;
        let fingerprint = key.fingerprint(&email)?;
        let request = NewRequest {
            kind,
            email: &email,
            public_key: key.public_key(),
            access_code: key.code(),
        };
        let bearer = self.granted.as_ref().map(|granted| granted.tokens.access.clone());
        // Taken before the server answers: its clock started no later.
        let lifetime = SignedDuration::try_from(kind.lifetime()).expect("days, not ages");
        let until = Timestamp::now() + lifetime;
        let id = self.link.create_request(&request, bearer.as_ref()).await?;
        self.asked = Some(Asked { id, kind, key: Arc::new(key), until });
        let admin = kind == RequestKind::Admin;
        let request = DeviceRequest { fingerprint, expires_at: until.to_string(), admin };
        Ok(Step::Ask(SignInStep::Approval { request }))
    }

    /// Who asks; after single sign-on only the server knows.
    async fn asking_email(&self) -> Result<String, Error> {
        let Some(granted) = &self.granted else {
            if self.email.is_empty() {
                return Err(Error::Refused("the e-mail address is missing".into()));
            }
            return Ok(self.email.clone());
        };
        let profile = fetch_profile(&self.link, &granted.tokens).await?;
        Ok(profile.email.unwrap_or_else(|| self.email.clone()).trim().to_lowercase())
    }
}
