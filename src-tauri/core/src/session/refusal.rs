//! Why a PIN or the system's word for the person does not open an account.

use super::presence::PresenceError;
use crate::Code;

/// What goes wrong with the ways to unlock besides the master password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Wrong; at none left the PIN is gone.
    #[error("the PIN is not right; {}", left(*tries_left))]
    WrongPin {
        /// Before it is deleted.
        tries_left: u32,
    },
    /// None is set, or it is not good any more: too many tries, another password, another user key.
    #[error("no PIN opens this account now; use the master password")]
    NoPin,
    /// Shorter than [`super::PIN_SHORTEST`].
    #[error("a PIN needs at least 4 characters")]
    PinTooShort,
    /// A PIN on disk alone would be guessed; the other half must be in a keyring.
    #[error(
        "a PIN that outlives the program needs a system keyring, and there is none that answers"
    )]
    PinNeedsKeyring,
    /// Policy 14.
    #[error("an organization does not allow unlocking with a PIN")]
    PinForbidden,
    /// Not switched on, or not good any more.
    #[error("unlocking by the system is not switched on for this account; use the master password")]
    PresenceOff,
    /// The system's answer.
    #[error(transparent)]
    Presence(#[from] PresenceError),
}

fn left(tries: u32) -> String {
    match tries {
        0 => "it is deleted now, use the master password".to_owned(),
        1 => "one more try".to_owned(),
        tries => format!("{tries} more tries"),
    }
}

impl UnlockError {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::WrongPin { .. } => Code::WrongPassword,
            Self::NoPin | Self::PresenceOff => Code::Locked,
            Self::PinTooShort | Self::PinNeedsKeyring => Code::InputRefused,
            Self::PinForbidden => Code::NotPermitted,
            Self::Presence(error) => error.code(),
        }
    }
}
