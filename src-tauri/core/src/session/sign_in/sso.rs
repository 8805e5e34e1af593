//! Single sign-on, and what opens the keys after it: a master password, a key connector, a trusted device.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::{Attempt, Held};
use super::device::Approved;
use super::opening::{Hashing, Opened, contained_key_id, open_approved, unlocking_without};
use super::web_vault;
use super::{SignInError, Step};
use crate::Error;
use crate::keys::{self, MasterKey, Secret, UserKey, open_with_device_key};
use crate::model::{SignInStep, SsoOrganization, TrustWays, WebVaultReason};
use crate::server::{self, Extras, Profile, RequestKind, Server, TrustedDevice};
use crate::session::blocking::blocking;
use crate::session::card::{ConnectorUnlock, DeviceUnlock, Unlocking};
use crate::session::unlock::wrong_password;

/// How long the browser may take: people look for their phone meanwhile.
const BROWSER: Duration = Duration::from_mins(10);

impl Attempt {
    /// Organizations with single sign-on for this e-mail address; empty when the server knows none, and the
    /// identifier has to be typed.
    pub async fn find_sso(&self) -> Result<Vec<SsoOrganization>, Error> {
        Ok(self.link.fetch_sso_organizations(&self.email).await?)
    }

    /// Signs in through the system's browser: `open` is handed the address to open there. Waits until the
    /// browser comes back, ten minutes at most; dropping the future ends it and closes the port.
    pub async fn with_sso(
        &mut self,
        identifier: &str,
        open: impl FnOnce(&str) -> Result<(), Error>,
    ) -> Result<Step, Error> {
        let sign_on = self.link.prepare_sign_on(identifier).await?;
        open(&sign_on.doorway())?;
        let signed_on = sign_on.wait(&self.link, BROWSER).await?;
        self.held = Some(Held::SignOn(signed_on));
        self.knock(Extras::default()).await
    }

    /// The master password, when the server let us in without one. A wrong one may be followed by another.
    pub async fn master_password(&mut self, password: Secret) -> Result<Step, Error> {
        let granted = self.granted.as_ref().ok_or(SignInError::NothingAsked)?;
        let unlock = granted.unlock.as_ref().ok_or(SignInError::NoMasterPassword)?;
        let hashing = Hashing::new(unlock.kdf, unlock.salt.clone(), &self.email)?;
        let wrapped = unlock.wrapped_user_key.clone();
        let (master, _) = hashing.derive(password.clone()).await?;
        let user =
            blocking(move || master.open_user_key(&wrapped)).await.map_err(wrong_password)?;
        let profile = self.profile.as_ref().ok_or(SignInError::NothingAsked)?;
        if let Some(reason) = web_vault::comes_first(granted, profile, Some(&password)).await {
            return Ok(self.send_to_web_vault(reason));
        }
        self.open_with(user).await
    }

    /// Whether a device that was let in is trusted from then on; it is, unless told otherwise. For accounts
    /// of organizations with trusted devices.
    pub fn trust_this_device(&mut self, trust: bool) {
        self.trust = trust;
    }

    /// The browser's code let us in: opens the keys, or asks for what does.
    pub(super) async fn open_signed_on(&mut self, profile: Profile) -> Result<Step, Error> {
        if let Some(email) = &profile.email {
            self.email.clone_from(email);
        }
        let granted = self.granted.as_deref().ok_or(SignInError::NothingAsked)?;
        let keyless = granted.keys.is_none() && profile.keys.is_none();
        let (trusted, connector) = (granted.trusted_device.clone(), granted.key_connector.clone());
        let has_password = granted.unlock.is_some();
        self.profile = Some(profile);
        if keyless {
            return Ok(self.send_to_web_vault(WebVaultReason::FirstSignIn));
        }
        match (trusted, connector) {
            (Some(option), _) => self.open_trusted(&option, has_password).await,
            (None, Some(url)) if !has_password => self.open_by_connector(&url).await,
            _ if has_password => Ok(Step::Ask(SignInStep::Password { email: self.email.clone() })),
            _ => Ok(self.send_to_web_vault(WebVaultReason::FirstSignIn)),
        }
    }

    /// With the device key of this machine, or by asking who else may let it in.
    async fn open_trusted(
        &mut self,
        option: &TrustedDevice,
        has_password: bool,
    ) -> Result<Step, Error> {
        let profile = self.profile.as_ref().ok_or(SignInError::NothingAsked)?;
        let key = self.desk.device_key(profile.user_id, self.device).await;
        if let (Ok(Some(key)), Some(private), Some(user)) =
            (key, &option.wrapped_private_key, &option.wrapped_user_key)
        {
            let trusted = DeviceUnlock {
                wrapped_private_key: private.clone(),
                wrapped_user_key: user.clone(),
            };
            match trusted.open(key).await {
                Ok(user) => return self.open_as(user, None, Some(trusted)).await,
                // Of an older trust: let somebody approve, and trust it anew.
                Err(error) => tracing::warn!(%error, "this device's key does not open the account"),
            }
        }
        let ways = TrustWays {
            other_device: option.has_approving_device,
            admin: option.has_admin_approval,
            password: has_password,
        };
        if !(ways.other_device || ways.admin || ways.password) {
            return Err(SignInError::NobodyApproves.into());
        }
        Ok(Step::Ask(SignInStep::TrustDevice { ways }))
    }

    async fn open_by_connector(&mut self, url: &str) -> Result<Step, Error> {
        let granted = self.granted.as_deref().ok_or(SignInError::NothingAsked)?;
        let profile = self.profile.as_ref().ok_or(SignInError::NothingAsked)?;
        let wrapped = granted.wrapped_user_key.as_ref().or(profile.wrapped_user_key.as_ref());
        let Some(wrapped) = wrapped else {
            return Ok(self.send_to_web_vault(WebVaultReason::KeyConnector));
        };
        let connector = ConnectorUnlock { url: url.to_owned(), wrapped_user_key: wrapped.clone() };
        let keep = Box::new(|_| Box::pin(std::future::ready(())) as _);
        let server = Server::new(Arc::clone(&self.link), Some(granted.tokens.clone()), keep);
        let user = match connector.open(&server).await {
            // The account is to be moved to the connector, which only the web vault does.
            Err(Error::Server(server::Error::NotFound)) => {
                return Ok(self.send_to_web_vault(WebVaultReason::KeyConnector));
            }
            opened => opened?,
        };
        self.open_as(user, Some(connector), None).await
    }

    /// Asks the organization's administrators to trust this device; replaces a request made before. For
    /// [`SignInStep::TrustDevice`]; they have seven days.
    pub async fn ask_admin(&mut self) -> Result<Step, Error> {
        if self.profile.is_none() {
            return Err(SignInError::NothingAsked.into());
        }
        self.ask(RequestKind::Admin).await
    }

    /// Somebody let this device in.
    pub(super) async fn open_approved(&mut self, approved: Approved) -> Result<Step, Error> {
        let granted = self.granted.as_deref().ok_or(SignInError::NothingAsked)?;
        let wrapped = granted.unlock.as_ref().map(|unlock| unlock.wrapped_user_key.clone());
        let user = open_approved(approved, wrapped).await?;
        self.open_with(user).await
    }

    /// The server let us in, and here is the user key: from a master password, or from whoever approved.
    async fn open_with(&mut self, user: UserKey) -> Result<Step, Error> {
        self.open_as(user, None, None).await
    }

    async fn open_as(
        &mut self,
        user: UserKey,
        connector: Option<ConnectorUnlock>,
        trusted: Option<DeviceUnlock>,
    ) -> Result<Step, Error> {
        let granted = self.granted.as_deref().ok_or(SignInError::NothingAsked)?;
        let profile = self.profile.clone().ok_or(SignInError::NothingAsked)?;
        let unlocking = unlocking_without(granted, &profile, &self.email)?;
        let unlocking = Unlocking { connector, trusted, ..unlocking };
        let told = contained_key_id(granted);
        let opened =
            Opened::with_user_key(granted.tokens.clone(), profile, user, unlocking, told).await?;
        let offers_trust = granted.trusted_device.is_some() && opened.unlocking.trusted.is_none();
        let step = Box::pin(self.settle(opened)).await?;
        if let (Step::Done(unlocked), true, true) = (&step, offers_trust, self.trust)
            && let Err(error) = unlocked.trust_device().await
        {
            // The account is open all the same; the next sign-in asks again.
            tracing::warn!(code = ?error.code(), "this device could not be trusted");
        }
        Ok(step)
    }
}

impl DeviceUnlock {
    /// The user key, with the device key.
    pub(in crate::session) async fn open(&self, key: Secret) -> Result<UserKey, keys::Error> {
        let Self { wrapped_private_key, wrapped_user_key } = self.clone();
        blocking(move || open_with_device_key(&key, &wrapped_private_key, &wrapped_user_key)).await
    }
}

impl ConnectorUnlock {
    /// The user key, with what the key connector keeps.
    pub(in crate::session) async fn open(&self, server: &Server) -> Result<UserKey, Error> {
        let key = server.fetch_connector_key(&self.url).await?;
        let wrapped = self.wrapped_user_key.clone();
        let opened =
            blocking(move || MasterKey::from_connector(&key)?.open_user_key(&wrapped)).await;
        Ok(opened.map_err(|error| match error {
            // Nobody typed anything.
            keys::Error::WrongPassword => keys::Error::Unopened,
            other => other,
        })?)
    }
}
