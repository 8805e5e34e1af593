//! One sign-in, from the first proof to open keys, with whatever the server asks in between.

use std::sync::Arc;

use uuid::Uuid;

use super::opening::{Hashed, fetch_profile, open_with_password};
use super::two_step::TwoStepState;
use super::{SignInError, Step};
use crate::Error;
use crate::keys::Secret;
use crate::model::{Account, ServerSettings, SignInStep};
use crate::server::{Extras, Granted, Link, Proof, TokenAnswer, TwoStepDemand};
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
    /// The server has let us in; the keys are still closed.
    pub(super) granted: Option<Box<Granted>>,
}

/// What was shown to the server, kept so that it can be shown again together with a code.
pub(super) enum Held {
    /// The master password.
    Password(Box<Hashed>),
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(..)")
    }
}

impl Desk {
    /// Begins; nothing is sent yet. `email` may be empty for ways that do not need it.
    pub fn attempt(&self, settings: &ServerSettings, email: &str) -> Result<Attempt, Error> {
        let device = self.0.folder.device()?;
        Ok(Attempt {
            desk: self.clone(),
            settings: settings.clone(),
            email: email.trim().to_lowercase(),
            device,
            link: Arc::new(self.link(settings, device)?),
            held: None,
            demand: None,
            two_step: TwoStepState::default(),
            granted: None,
        })
    }
}

impl Attempt {
    /// Shows the master password.
    pub async fn with_password(&mut self, password: Secret) -> Result<Step, Error> {
        let hashed = Hashed::make(&self.link, &self.email, password).await?;
        self.held = Some(Held::Password(Box::new(hashed)));
        self.knock(Extras::default()).await
    }

    /// Shows what is held, with what the server asked for besides.
    pub(super) async fn knock(&mut self, extras: Extras) -> Result<Step, Error> {
        let held = self.held.as_ref().ok_or(SignInError::NothingAsked)?;
        let proof = match held {
            Held::Password(hashed) => Proof::Password { email: &self.email, hash: &hashed.hash },
        };
        match self.ask(&proof, &extras).await? {
            TokenAnswer::Granted(granted) => {
                self.granted = Some(granted);
                self.open().await
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
    async fn open(&mut self) -> Result<Step, Error> {
        let granted = self.granted.as_ref().ok_or(SignInError::NothingAsked)?;
        let profile = fetch_profile(&self.link, &granted.tokens).await?;
        let opened = match self.held.take().ok_or(SignInError::NothingAsked)? {
            Held::Password(hashed) => {
                open_with_password(granted, profile, *hashed, &self.email).await?
            }
        };
        let account = Account {
            email: opened.profile.email.clone().unwrap_or_else(|| self.email.clone()),
            server: self.settings.address.clone(),
            user_id: opened.profile.user_id,
        };
        let locked = Locked { desk: self.desk.clone(), account };
        let cache = locked.settle(&opened, self.device).await?;
        self.desk.0.folder.note_use(locked.account.user_id)?;
        let link = Arc::clone(&self.link);
        Ok(Step::Done(locked.unlocked_at(link, opened.ring, cache.store, Some(opened.tokens))))
    }
}
