//! What can go wrong on the way to the server or at the far end. Never holds a body or an address.

use super::SignInRefusal;
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
    /// The certificate is not trusted.
    #[error("the server's certificate is not trusted")]
    Certificate,
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
            Self::Unreachable | Self::Certificate => Code::Offline,
            Self::AnswerLost => Code::OutcomeUnknown,
            Self::SlowDown { .. } => Code::SlowDown,
            Self::SessionEnded => Code::SignedOut,
            Self::Locked => Code::Locked,
            Self::NotPermitted => Code::NotPermitted,
            Self::NotFound => Code::NotFound,
            Self::Refused { .. } => Code::InputRefused,
            Self::Trouble { .. } | Self::NotUnderstood => Code::ServerTrouble,
            Self::SignIn(refusal) => refusal.code(),
        }
    }
    /// Whether the request may have been carried out although it failed.
    #[must_use]
    pub fn may_have_landed(&self) -> bool {
        matches!(self, Self::AnswerLost | Self::Trouble { .. } | Self::NotUnderstood)
    }
}
