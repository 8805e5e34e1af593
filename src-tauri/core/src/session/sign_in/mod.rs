//! Signed out → unlocked, with the server.
//!
//! [`Desk::attempt`] begins; each answer goes to the [`Attempt`], which says what is asked next until the
//! account is open. One file per way in and per thing the server may ask.

mod api_key;
mod attempt;
mod device;
mod duo;
mod new_device;
mod opening;
mod security_key;
mod settle;
mod sso;
mod two_step;
mod web_vault;

use super::security_key::KeyError;
use super::{Desk, Unlocked};
use crate::keys::Secret;
use crate::model::{ServerAddress, SignInStep};
use crate::{Code, Error};

pub use attempt::Attempt;

/// What an answer led to.
#[derive(Debug)]
pub enum Step {
    /// The account is open.
    Done(Unlocked),
    /// Something more is needed; never [`SignInStep::Done`].
    Ask(SignInStep),
}

/// What goes wrong in signing in besides what the server says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// An answer to a question nobody asked: the attempt is over, or was never begun.
    #[error("this sign-in is over; begin again")]
    NothingAsked,
    /// A way that asks nothing was taken, and the server asks: says what.
    #[error("{0}")]
    MoreNeeded(&'static str),
    /// The account has none; its single sign-on opens it.
    #[error("this account has no master password; sign in with single sign-on")]
    NoMasterPassword,
    /// Neither an administrator nor another device may approve, and there is no password.
    #[error(
        "nobody can approve this device: ask an administrator of the organization to enrol the account in \
         account recovery, or sign in to another Bitwarden app first"
    )]
    NobodyApproves,
    /// The key of this device is not in the system's keyring any more.
    #[error("this device's key is not in the system keyring; sign in again")]
    DeviceKeyGone,
    /// What would open the account cannot be reached before it is open.
    #[error("this account opens with single sign-on only; sign in again")]
    SignOnOnly,
    /// The code was good for five minutes.
    #[error("the code is older than five minutes; have a new one sent")]
    CodeTooOld,
    /// An answer of a method that was not offered.
    #[error("this account does not have that two-step method")]
    NotOffered,
    /// What was pasted is not where Duo's prompt ended: says why.
    #[error("this is not Duo's answer: {0}")]
    DuoAddress(&'static str),
    /// No security key signed.
    #[error(transparent)]
    SecurityKey(#[from] KeyError),
    /// Another server says this is an account that is here already, and it is not.
    #[error(
        "this server gives you the id of an account on another server here; sign that one out first"
    )]
    KnownElsewhere,
    /// Somebody said no on the other device, or the administrator did.
    #[error("the request was denied")]
    Denied,
    /// Nobody answered in time.
    #[error("nobody approved the request in time; ask again")]
    RequestExpired,
}

impl SignInError {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NoMasterPassword | Self::NobodyApproves | Self::KnownElsewhere => {
                Code::SignInUnsupported
            }
            Self::NothingAsked | Self::DeviceKeyGone | Self::SignOnOnly => Code::SignedOut,
            Self::MoreNeeded(_) | Self::RequestExpired => Code::MoreNeeded,
            Self::Denied => Code::NotPermitted,
            Self::CodeTooOld | Self::DuoAddress(_) => Code::WrongCode,
            Self::NotOffered => Code::InputRefused,
            Self::SecurityKey(error) => error.code(),
        }
    }
}

impl Desk {
    /// Signs in with e-mail and master password alone, reads the profile, opens or makes the cache.
    ///
    /// Signing in again to a known account keeps its cache. A cache whose key is gone is not replaced:
    /// [`crate::store::Error::WrongKey`]. When the server asks for more: [`SignInError::MoreNeeded`].
    pub async fn sign_in(
        &self,
        server: &ServerAddress,
        email: &str,
        password: Secret,
    ) -> Result<Unlocked, Error> {
        match self.attempt(&server.into(), email)?.with_password(password).await? {
            Step::Done(unlocked) => Ok(unlocked),
            Step::Ask(step) => Err(SignInError::MoreNeeded(asked(&step)).into()),
        }
    }
}

/// A question in words, for a face that cannot ask it.
pub(super) fn asked(step: &SignInStep) -> &'static str {
    match step {
        SignInStep::Done => "nothing more is needed",
        SignInStep::TwoStep { .. } => "this account needs a two-step login code",
        SignInStep::NewDevice { .. } => {
            "this account needs the new-device code that was just mailed"
        }
        SignInStep::SingleSignOn { .. } => "this account needs single sign-on",
        SignInStep::Password { .. } => "this account needs its master password",
        SignInStep::TrustDevice { .. } => "this account needs this device to be approved",
        SignInStep::Approval { .. } => "this account waits for another device to approve",
        SignInStep::WebVault { .. } => "this account needs a visit to the web vault first",
    }
}
