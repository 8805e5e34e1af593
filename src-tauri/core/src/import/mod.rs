//! From a file somebody exported to a client's organization.
//!
//! `formats` reads (pure functions, no I/O), `check` measures against the server's limits, `staging` seals
//! what was read on this machine, `place` finds or makes collections, `upload` sends in journalled steps
//! and proves each item landed once.

use crate::Code;

/// What went wrong while reading, staging or sending.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No format fits the content.
    #[error("this file is in no format Wardroom reads")]
    UnknownFormat,
    /// Not what its format says; names the place.
    #[error("{format}: {problem}{}", place(*.row, *.column))]
    Malformed {
        /// Format name as shown to people.
        format: &'static str,
        /// What, without the content.
        problem: &'static str,
        /// Line, from 1.
        row: Option<u64>,
        /// Column or cell, from 1.
        column: Option<u64>,
    },
    /// The export is protected by a password of its own.
    #[error("this export is protected by a password of its own")]
    PasswordNeeded,
    /// That password does not open the export.
    #[error("the export's password is not right")]
    WrongPassword,
    /// Only the account or organization that made it can read it.
    #[error(
        "this export can only be read by the account that made it; export again with a password"
    )]
    AccountRestricted,
    /// Nothing in it.
    #[error("the file holds no items")]
    Empty,
    /// Larger than a bound that keeps this machine safe.
    #[error("the file is larger than {limit} allows")]
    TooLarge {
        /// The bound in words.
        limit: &'static str,
    },
    /// The file could not be read.
    #[error("the file could not be read")]
    Unreadable(#[source] std::io::Error),
    /// The output of a conversion could not be written, or is there already.
    #[error("the output could not be written; a file that exists is never overwritten")]
    NotWritten(#[source] std::io::Error),
    /// Findings of severity error are left on items that are not skipped.
    #[error("{count} findings must be fixed or skipped first")]
    Blocked {
        /// How many.
        count: u64,
    },
    /// The server has more of this import than was sent.
    #[error("{count} items are on the server more than once")]
    Doubled {
        /// How many.
        count: u64,
    },
    /// The server accepted everything, and does not show everything where it should be.
    #[error("{missing} items are not on the server as sent, {misplaced} not in their collections")]
    Unproven {
        /// Accepted, but not there under the names that were sent: changed or deleted meanwhile, perhaps.
        missing: u64,
        /// There once, but not in every collection.
        misplaced: u64,
    },
    /// Cancelled by the person; safe to continue later.
    #[error("cancelled; what was sent is kept in the journal")]
    Cancelled,
    /// Sent, not proven, and looking again did not settle it.
    #[error("it is not known yet whether the last step arrived")]
    Unknown,
}

fn place(row: Option<u64>, column: Option<u64>) -> String {
    match (row, column) {
        (Some(row), Some(column)) => format!(" (line {row}, column {column})"),
        (Some(row), None) => format!(" (line {row})"),
        _ => String::new(),
    }
}

impl Error {
    /// The face's code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::UnknownFormat
            | Self::Malformed { .. }
            | Self::PasswordNeeded
            | Self::WrongPassword
            | Self::AccountRestricted
            | Self::Empty
            | Self::TooLarge { .. }
            | Self::Unreadable(_)
            | Self::NotWritten(_)
            | Self::Blocked { .. }
            | Self::Cancelled => Code::InputRefused,
            Self::Doubled { .. } | Self::Unproven { .. } | Self::Unknown => Code::OutcomeUnknown,
        }
    }
}

pub mod bench;
pub mod check;
pub mod codec;
pub mod formats;
pub mod history;
pub mod mask;
pub mod pace;
pub mod receipt_file;
pub mod recipe;
pub mod staging;
pub mod upload;

mod feed;
mod hold;
mod look;
mod make;
mod place;
mod receipt;
mod refusal;
mod run;
mod sealed;
mod send;
mod stage;
mod targets;
mod wire;
