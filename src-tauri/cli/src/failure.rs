//! How a failure leaves the program: one exit code, one sentence, or one JSON document on standard error.

use serde::Serialize;
use wardroom_core::import::Error as ImportError;
use wardroom_core::{Code, Error, Failure};

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The command line does not say one thing clearly.
    Usage { message: String, hint: Option<String> },
    /// Something named on the command line is not there; says what is.
    Missing { message: String, hint: String },
    /// The server asks for something that was not given; says how to give it.
    Asked { message: String, hint: String },
    /// Core said no.
    Core(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        Self::Core(error.into())
    }
}

impl Fault {
    /// Wrong usage in one sentence.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    /// What core would decide by; wrong usage counts as refused input.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Usage { .. } => Code::InputRefused,
            Self::Missing { .. } => Code::NotFound,
            Self::Asked { .. } => Code::MoreNeeded,
            Self::Core(error) => error.code(),
        }
    }

    /// The number a script sees (the contract's table).
    pub(crate) fn exit_code(&self) -> u8 {
        if let Self::Core(Error::Import(ImportError::Cancelled | ImportError::Stopped)) = self {
            return 1;
        }
        match (self, self.code()) {
            (Self::Usage { .. }, _) => 2,
            (
                _,
                Code::SignedOut
                | Code::Locked
                | Code::WrongPassword
                | Code::WrongCode
                | Code::MoreNeeded,
            ) => 3,
            (_, Code::NotPermitted) => 4,
            (_, Code::NotFound) => 5,
            (_, Code::Offline) => 6,
            (_, Code::InputRefused) => 7,
            (_, Code::OutcomeUnknown) => 8,
            (
                _,
                Code::SignInUnsupported
                | Code::SlowDown
                | Code::ServerTrouble
                | Code::CacheTooNew
                | Code::CacheLocked
                | Code::CacheDamaged
                | Code::Unexpected,
            ) => 1,
        }
    }

    /// Code, sentence and hint, the hint in the words of this face.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Usage { message, hint } => {
                Failure { code: Code::InputRefused, message: message.clone(), hint: hint.clone() }
            }
            Self::Missing { message, hint } | Self::Asked { message, hint } => {
                Failure { code: self.code(), message: message.clone(), hint: Some(hint.clone()) }
            }
            Self::Core(error) => {
                let failure = error.failure();
                let hint = hint(error).map(str::to_owned).or(failure.hint);
                Failure { hint, ..failure }
            }
        }
    }

    /// The text for standard error.
    pub(crate) fn text(&self, json: bool) -> String {
        #[derive(Serialize)]
        struct Document {
            error: Failure,
        }
        let failure = self.failure();
        if json {
            return serde_json::to_string(&Document { error: failure })
                .expect("a failure is two texts and a word");
        }
        let mut text = format!("error: {}", failure.message);
        if let Some(hint) = failure.hint {
            text.push_str("\nhint: ");
            text.push_str(&hint);
        }
        crate::output::printable_lines(&text)
    }
}

fn hint(error: &Error) -> Option<&'static str> {
    if let Error::Import(ImportError::Cancelled) = error {
        return Some("run the same `import upload` again to continue");
    }
    if let Error::Import(ImportError::PasswordNeeded) = error {
        return Some("give the export's own password with --export-password-file");
    }
    if let Error::Import(ImportError::Blocked { .. }) = error {
        return Some(
            "see them with `import show`; `import skip ID --blocking` leaves those items out",
        );
    }
    match error.code() {
        Code::SignedOut => Some("sign in with `wardroomctl login`"),
        Code::Locked => Some(
            "put the value of `wardroomctl unlock --raw` into WARDROOM_SESSION, or give \
             --password-stdin or --password-file",
        ),
        Code::OutcomeUnknown => {
            Some("run the same `import upload` again: it looks at the server before it sends")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_core::{model, server, store};

    #[test]
    fn exit_codes_are_the_contracts() {
        let exit = |error: Error| Fault::from(error).exit_code();
        assert_eq!(Fault::usage("no").exit_code(), 2);
        assert_eq!(exit(Error::SignedOut), 3);
        assert_eq!(exit(Error::Locked), 3);
        assert_eq!(exit(Error::WrongPassword), 3, "whoever typed it is still locked out");
        assert_eq!(exit(server::Error::SessionEnded.into()), 3);
        assert_eq!(exit(server::Error::NotPermitted.into()), 4);
        assert_eq!(exit(Error::NotFound("client")), 5);
        assert_eq!(exit(server::Error::Unreachable.into()), 6);
        assert_eq!(exit(server::Error::Tls(server::TlsTrouble::UnknownIssuer).into()), 6);
        assert_eq!(exit(ImportError::UnknownFormat.into()), 7);
        assert_eq!(exit(model::ServerAddressError::NotSecure.into()), 7);
        assert_eq!(exit(ImportError::Unknown.into()), 8);
        assert_eq!(exit(server::Error::AnswerLost.into()), 8);
        assert_eq!(exit(ImportError::Doubled { count: 1 }.into()), 8);
        assert_eq!(exit(store::Error::Newer.into()), 1);
        assert_eq!(exit(ImportError::Cancelled.into()), 1, "done on purpose, but not done");
    }

    #[test]
    fn an_unknown_outcome_says_what_to_do() {
        let text = Fault::from(ImportError::Unknown).text(false);
        assert!(text.contains("hint: run the same `import upload` again"), "{text}");
    }
}
