//! Why a verb ended early.

use std::fmt;
use std::io;

/// How every step answers.
pub(crate) type Answer = Result<(), Stop>;

/// Why a verb ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A command failed and has said why itself.
    Failed(String),
    /// A person has to do something first; says what.
    Needs(String),
    /// Something was looked at and is not as it must be; says what to do.
    Wrong(String),
    /// Reading, writing or starting something failed.
    Io(String, io::Error),
}

impl Stop {
    /// For `map_err`: what was being done when the system refused.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Io(doing, error)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(command) => write!(f, "`{command}` failed"),
            Self::Needs(what) | Self::Wrong(what) => f.write_str(what),
            Self::Io(doing, error) => write!(f, "{doing}: {error}"),
        }
    }
}
