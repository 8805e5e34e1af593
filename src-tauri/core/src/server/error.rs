//! What can go wrong on the way to the server or at the far end. Never holds a body, nor an address
//! beyond the host of a redirect.

use super::{ProxyTrouble, SignInRefusal, TlsTrouble};
use crate::Code;

/// What went wrong on the way or at the far end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made, or only a question went out: nothing was changed.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The request went out and the answer never came whole: it may have been carried out.
    #[error("the server's answer was lost")]
    AnswerLost,
    /// No secure connection: nothing was sent.
    #[error(transparent)]
    Tls(#[from] TlsTrouble),
    /// The proxy is in the way: nothing was sent to the server.
    #[error(transparent)]
    Proxy(#[from] ProxyTrouble),
    /// 3xx: nothing was done.
    #[error("the server sends us on to {to}, and Wardroom does not follow")]
    Redirected {
        /// Scheme, host and port.
        to: String,
    },
    /// 429; seconds from `Retry-After`.
    #[error("the server asks to wait {wait_seconds} seconds")]
    SlowDown {
        /// How long.
        wait_seconds: u64,
    },
    /// The access token is no longer good and could not be renewed.
    #[error("the session has ended on the server; sign in again")]
    SessionEnded,
    /// The account was locked meanwhile: the tokens are gone from memory.
    #[error("locked")]
    Locked,
    /// 401 or 403 about rights, or a 404 that hides them.
    #[error("the server does not permit this")]
    NotPermitted,
    /// 404.
    #[error("the server does not have this")]
    NotFound,
    /// 400 with the server's own words.
    #[error("the server refused: {message}")]
    Refused {
        /// The server's sentence, first validation error first; no content of ours.
        message: String,
        /// Field paths the server complains about, such as `Ciphers[3].Login.Password`.
        fields: Vec<String>,
    },
    /// 5xx and anything that is not an answer of this API. `sent` work may have been done.
    #[error("the server had trouble ({status})")]
    Trouble {
        /// HTTP status.
        status: u16,
    },
    /// The answer was not understood.
    #[error("the server's answer was not understood")]
    NotUnderstood,
    /// The server does not let this person in, or not like this.
    #[error(transparent)]
    SignIn(#[from] SignInRefusal),
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Unreachable | Self::Tls(_) | Self::Proxy(_) => Code::Offline,
            Self::AnswerLost => Code::OutcomeUnknown,
            Self::SlowDown { .. } => Code::SlowDown,
            Self::SessionEnded => Code::SignedOut,
            Self::Locked => Code::Locked,
            Self::NotPermitted => Code::NotPermitted,
            Self::NotFound => Code::NotFound,
            Self::Refused { .. } | Self::Redirected { .. } => Code::InputRefused,
            Self::Trouble { .. } | Self::NotUnderstood => Code::ServerTrouble,
            Self::SignIn(refusal) => refusal.code(),
        }
    }
    /// What to do, where the code alone does not say it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Tls(trouble) => Some(trouble.hint()),
            Self::Proxy(trouble) => Some(trouble.hint()),
            Self::Redirected { .. } => {
                Some("if that is where your server lives now, enter its address instead")
            }
            _ => None,
        }
    }
    /// Whether the request may have been carried out although it failed.
    #[must_use]
    pub fn may_have_landed(&self) -> bool {
        matches!(self, Self::AnswerLost | Self::Trouble { .. } | Self::NotUnderstood)
    }
}
