//! One error for both faces, and the short list of codes they decide by.

use serde::Serialize;
use ts_rs::TS;

use crate::{import, keys, model, server, session, store};

/// Everything that can go wrong, gathered from the rooms.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No account is signed in.
    #[error("signed out")]
    SignedOut,
    /// The keys are not in memory.
    #[error("locked")]
    Locked,
    /// The master password, or a session value, does not open this account.
    #[error("the password is not right")]
    WrongPassword,
    /// No such client, staging, account …: says which noun.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// Signing in.
    #[error(transparent)]
    SignIn(#[from] session::SignInError),
    /// A PIN, or the system's word for the person.
    #[error(transparent)]
    Unlock(#[from] session::UnlockError),
    /// Input that cannot be used as it is; says what and where, never the content.
    #[error("{0}")]
    Refused(String),
    /// Keys and ciphers.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The server or the way to it.
    #[error(transparent)]
    Server(#[from] server::Error),
    /// The cache on disk.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Reading, staging or uploading a file.
    #[error(transparent)]
    Import(#[from] import::Error),
    /// A server address was not usable.
    #[error(transparent)]
    Address(#[from] model::ServerAddressError),
}

/// What a face may decide on. Each exists because a face acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Code {
    /// Sign in first.
    SignedOut,
    /// Unlock first.
    Locked,
    /// Ask for the password again.
    WrongPassword,
    /// A two-step or new-device code is wrong or no longer good: ask for it again.
    WrongCode,
    /// Signing in needs something more: a two-step code, a new-device code, single sign-on …
    MoreNeeded,
    /// This way of signing in cannot work here; the message says what does.
    SignInUnsupported,
    /// The role or plan does not allow it.
    NotPermitted,
    /// The thing named does not exist.
    NotFound,
    /// The server cannot be reached; the cache still works.
    Offline,
    /// The server asks to slow down.
    SlowDown,
    /// The server answered with an error of its own.
    ServerTrouble,
    /// The file, address or value given cannot be used.
    InputRefused,
    /// Sent, but the answer was lost: look before trying again.
    OutcomeUnknown,
    /// The cache was written by a newer version.
    CacheTooNew,
    /// The cache cannot be opened: wrong or missing key.
    CacheLocked,
    /// The cache file is damaged.
    CacheDamaged,
    /// Anything else.
    Unexpected,
}

/// An error as it leaves the program: a code to act on, a sentence to show, perhaps a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Failure {
    /// What to do is decided by this.
    pub code: Code,
    /// What happened; lower case, no secret, no address.
    pub message: String,
    /// What to do, when there is something.
    pub hint: Option<String>,
}

impl Error {
    /// The code, so that a new variant does not compile until someone chose how users meet it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::SignedOut => Code::SignedOut,
            Self::Locked => Code::Locked,
            Self::WrongPassword => Code::WrongPassword,
            Self::NotFound(_) => Code::NotFound,
            Self::Refused(_) | Self::Address(_) => Code::InputRefused,
            Self::SignIn(error) => error.code(),
            Self::Unlock(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Server(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Import(error) => error.code(),
        }
    }

    /// What to do next, when there is one thing that helps.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if let Self::Server(error) = self
            && let Some(hint) = error.hint()
        {
            return Some(hint.to_owned());
        }
        let text = match self.code() {
            Code::SignedOut => "sign in first",
            Code::Locked => "unlock first",
            Code::Offline => "check the connection; what was read before is still there",
            Code::OutcomeUnknown => {
                "run the upload again: it looks at the server before it sends anything"
            }
            Code::CacheTooNew => "update Wardroom, or sign out to start a new cache",
            Code::CacheLocked => "unlock the system keyring, or sign out and in again",
            Code::CacheDamaged => "sign out and in again; staged imports in this cache are lost",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// The form that leaves the program.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure { code: self.code(), message: self.to_string(), hint: self.hint() }
    }
}
