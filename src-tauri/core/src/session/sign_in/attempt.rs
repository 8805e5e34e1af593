//! One sign-in, from the first proof to open keys, with whatever the server asks in between.

use std::sync::Arc;

use uuid::Uuid;

use super::device::{Approved, Asked};
use super::opening::{
    Hashed, HeldKey, Opened, fetch_profile, open_with_approval, open_with_key, open_with_password,
};
use super::two_step::TwoStepState;
use super::web_vault;
use super::{SignInError, Step};
use crate::Error;
use crate::keys::Secret;
use crate::model::{Account, ServerSettings, SignInStep, WebVaultReason};
use crate::server::{
    self, Extras, Granted, Link, Profile, Proof, SignInRefusal, SignedOn, TokenAnswer,
    TwoStepDemand,
};
use crate::session::card::ServerSaid;
use crate::session::{Desk, Locked};

/// A sign-in that has begun. Holds what was typed until it is over; dropping it wipes that.
///
/// After an error the same attempt may be answered again: a wrong code does not cost the password.
pub struct Attempt {
    pub(super) desk: Desk,
    pub(super) settings: ServerSettings,
    /// Trimmed and lower-case: salt and sign-in name, as official clients have it.
    pub(super) email: String,
    pub(super) device: Uuid,
    pub(super) link: Arc<Link>,
    pub(super) held: Option<Held>,
    /// What two-step login offered.
    pub(super) demand: Option<TwoStepDemand>,
    /// What else two-step login keeps.
    pub(super) two_step: TwoStepState,
    /// Another device or an administrator was asked.
    pub(super) asked: Option<Asked>,
    /// The server has let us in; the keys are still closed.
    pub(super) granted: Option<Box<Granted>>,
    /// Who that is, once asked.
    pub(super) profile: Option<Profile>,
    /// Trust this device when somebody lets it in.
    pub(super) trust: bool,
    /// To be shown together with the password.
    pub(super) brought: Option<Secret>,
}

/// What was shown to the server, kept so that it can be shown again together with a code.
pub(super) enum Held {
    /// The master password.
    Password(Box<Hashed>),
    /// The personal API key, and the master password that opens the keys afterwards.
    ApiKey(Box<HeldKey>),
    /// What the browser brought back.
    SignOn(SignedOn),
    /// A request that was approved.
    Device(Box<Approved>),
}

impl Held {
    /// The server has one sentence for a wrong password and for a request that is no longer good.
    fn blame(&self, error: server::Error) -> Error {
        match (self, error) {
            (Self::Device(_), server::Error::SignIn(SignInRefusal::Credentials)) => {
                SignInError::RequestExpired.into()
            }
            (_, error) => error.into(),
        }
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(..)")
    }
}

impl Desk {
    /// Begins; nothing is sent yet. `email` may be empty for ways that do not need it.
    pub fn attempt(&self, settings: &ServerSettings, email: &str) -> Result<Attempt, Error> {
        let (device, settings) =
            (self.0.folder.device()?, self.known_way(settings.normal()?, email));
        Ok(Attempt {
            desk: self.clone(),
            email: email.trim().to_lowercase(),
            device,
            link: Arc::new(self.link(&settings, device)?),
            settings,
            held: None,
            demand: None,
            two_step: TwoStepState::default(),
            asked: None,
            granted: None,
            profile: None,
            trust: true,
            brought: None,
        })
    }
}

impl Attempt {
    /// Shows the master password.
    pub async fn with_password(&mut self, password: Secret) -> Result<Step, Error> {
        let hashed = Hashed::make(&self.link, &self.email, password).await?;
        self.held = Some(Held::Password(Box::new(hashed)));
        let new_device_code = self.brought.take();
        self.knock(Extras { new_device_code, ..Extras::default() }).await
    }

    /// A new-device code of an earlier attempt, for a program that runs again to answer: asking without it
    /// would have the server mail another, and this one be worth nothing.
    pub fn bring_new_device_code(&mut self, code: Secret) {
        self.brought = Some(code);
    }

    /// To be shown next.
    pub(super) fn hold(&mut self, approved: Approved) {
        self.held = Some(Held::Device(Box::new(approved)));
    }

    /// Shows what is held, with what the server asked for besides.
    pub(super) async fn knock(&mut self, extras: Extras) -> Result<Step, Error> {
        let held = self.held.as_ref().ok_or(SignInError::NothingAsked)?;
        let proof = match held {
            Held::Password(hashed) => Proof::Password { email: &self.email, hash: &hashed.hash },
            Held::ApiKey(held) => Proof::ApiKey {
                client_id: &held.key.client_id,
                client_secret: &held.key.client_secret,
            },
            Held::SignOn(SignedOn { code, verifier, redirect }) => {
                Proof::Code { code, verifier, redirect }
            }
            Held::Device(approved) => Proof::DeviceRequest {
                email: &self.email,
                request: approved.id,
                access_code: approved.code(),
            },
        };
        let answer = self.show(&proof, &extras).await;
        match answer.map_err(|error| held.blame(error))? {
            TokenAnswer::Granted(granted) => {
                self.granted = Some(granted);
                Box::pin(self.open()).await
            }
            TokenAnswer::TwoStep(demand) => Ok(self.offer(demand)),
            TokenAnswer::NewDevice => {
                Ok(Step::Ask(SignInStep::NewDevice { email: self.email.clone() }))
            }
            TokenAnswer::SingleSignOn { identifier } => {
                Ok(Step::Ask(SignInStep::SingleSignOn { identifier }))
            }
        }
    }

    /// The server has let us in: opens the keys with what is held, or says what is missing.
    pub(super) async fn open(&mut self) -> Result<Step, Error> {
        let granted = self.granted.as_ref().ok_or(SignInError::NothingAsked)?;
        let (profile, server_said) =
            tokio::join!(fetch_profile(&self.link, &granted.tokens), self.link.fetch_kind());
        let profile = profile?;
        let typed = match &self.held {
            Some(Held::Password(hashed)) => Some(&hashed.password),
            _ => None,
        };
        if let Some(reason) = web_vault::comes_first(granted, &profile, typed).await {
            return Ok(self.send_to_web_vault(reason));
        }
        let opened = match self.held.take().ok_or(SignInError::NothingAsked)? {
            Held::Password(hashed) => {
                open_with_password(granted, profile, *hashed, &self.email).await?
            }
            Held::ApiKey(_) if granted.unlock.is_none() && granted.uses_key_connector => {
                return Ok(Step::Ask(SignInStep::SingleSignOn { identifier: None }));
            }
            Held::ApiKey(held) => open_with_key(granted, profile, *held).await?,
            Held::SignOn(_) => return self.open_signed_on(profile).await,
            Held::Device(approved) if self.profile.is_some() => {
                return self.open_approved(*approved).await;
            }
            Held::Device(approved) => {
                open_with_approval(&self.link, granted, profile, *approved, &self.email).await?
            }
        };
        let opened = Opened { server_said: server_said.map(ServerSaid::now), ..opened };
        // Boxed: opening a cache makes a large future, which every caller would carry.
        Box::pin(self.settle(opened)).await
    }

    /// Nothing is kept, neither here nor on disk: the keys may be others afterwards.
    pub(super) fn send_to_web_vault(&mut self, reason: WebVaultReason) -> Step {
        self.held = None;
        self.granted = None;
        self.profile = None;
        let url = self.link.vault().to_owned();
        Step::Ask(SignInStep::WebVault { reason, url })
    }

    /// The keys are open: keeps what the account needs on this machine.
    pub(super) async fn settle(&mut self, opened: Opened) -> Result<Step, Error> {
        let account = Account {
            email: opened.profile.email.clone().unwrap_or_else(|| self.email.clone()),
            server: self.settings.address.clone(),
            user_id: opened.profile.user_id,
        };
        let locked = Locked { desk: self.desk.clone(), account };
        let cache = locked.settle(&opened, self.device, &self.settings).await?;
        self.desk.0.folder.note_use(locked.account.user_id)?;
        let link = Arc::clone(&self.link);
        let unlocked = locked.unlocked_at(link, opened.ring, cache.store, Some(opened.tokens));
        unlocked.learn_policies(&opened.profile.organizations).await;
        Ok(Step::Done(unlocked))
    }
}
