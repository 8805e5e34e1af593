//! A security key as the second step.

use serde_json::Value;

use super::{Attempt, SignInError, Step};
use crate::Error;
use crate::keys::Secret;
use crate::model::SignInStep;
use crate::server::{Extras, TwoStepCode};
use crate::session::security_key::{KeyError, KeyEvent, KeyRequest, SecurityKeys};

/// `TwoFactorProviderType.WebAuthn`.
const SECURITY_KEY: i64 = 7;

impl Attempt {
    /// Has a security key sign what the server asked for, and shows that. Dropping the future lets the key go.
    ///
    /// When the key wants its PIN: [`KeyError::PinNeeded`], then the same again with it.
    pub async fn security_key(
        &mut self,
        keys: &dyn SecurityKeys,
        pin: Option<Secret>,
        remember: bool,
        mut on: impl FnMut(KeyEvent) + Send,
    ) -> Result<Step, Error> {
        if self.key_options().is_none() {
            // What the last signature was for is used up; asking again brings a new challenge.
            let step = self.knock(Extras::default()).await?;
            if !matches!(step, Step::Ask(SignInStep::TwoStep { .. })) {
                return Ok(step);
            }
        }
        let options = self.key_options().ok_or(SignInError::SecurityKey(KeyError::OtherSite))?;
        let vault = self.settings.endpoints()?.vault;
        let request = KeyRequest::read(options, &vault).map_err(SignInError::from)?;
        let signed =
            keys.assert(&request, pin.as_ref(), &mut on).await.map_err(SignInError::from)?;
        self.forget_key_options();
        let two_step = TwoStepCode { provider: SECURITY_KEY, token: signed.token(), remember };
        self.knock(Extras { two_step: Some(two_step), ..Extras::default() }).await
    }

    fn key_options(&self) -> Option<&Value> {
        let methods = self.demand.as_ref()?.methods.iter();
        let mut options = methods.filter(|(number, _)| *number == SECURITY_KEY);
        options.next().map(|(_, options)| options).filter(|options| !options.is_null())
    }

    fn forget_key_options(&mut self) {
        let methods = self.demand.iter_mut().flat_map(|demand| &mut demand.methods);
        for (_, options) in methods.filter(|(number, _)| *number == SECURITY_KEY) {
            *options = Value::Null;
        }
    }
}
