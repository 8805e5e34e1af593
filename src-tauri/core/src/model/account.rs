//! Who works here, and in which state.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ProviderId, ServerKind, UserId};

/// An account known on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Account {
    /// As the server has it.
    pub email: String,
    /// `us`, `eu` or an address.
    pub server: String,
    /// The server's id of the person.
    pub user_id: UserId,
}

/// Whether somebody is signed in, and whether their keys are in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SessionState {
    /// No account, or none chosen.
    SignedOut,
    /// The cache is on disk, no key in memory.
    Locked,
    /// Keys in memory.
    Unlocked,
}

/// One of the accounts of this machine, as a list of them shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccountState {
    /// Who; of a damaged account only the id is sure, the rest may be empty.
    pub account: Account,
    /// Its own state, whichever account is visible.
    pub state: SessionState,
    /// An index into the fixed palette, 0 to 7.
    pub colour: u8,
    /// Its server's short name, for the frame.
    pub server: String,
    /// The one the window shows.
    pub visible: bool,
    /// Why it can only be signed out.
    pub problem: Option<AccountProblem>,
}

/// Why nothing can be done with an account but signing it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum AccountProblem {
    /// What unlocks it cannot be read any more.
    Damaged,
    /// A newer version of this program wrote it.
    Newer,
}

/// What keeps the database key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum KeyringState {
    /// The operating system's keyring.
    Os,
    /// Wrapped under a key derived from the master password: no keyring here, or switched off.
    Password,
}

/// A provider the person works for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Provider {
    /// The server's id.
    pub id: ProviderId,
    /// The provider's name.
    pub name: String,
    /// What this person may do there.
    pub role: ProviderRole,
    /// False while suspended (unpaid).
    pub enabled: bool,
}

/// `ProviderUserType` on the wire. Unknown numbers are kept and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ProviderRole {
    /// 0
    ProviderAdmin,
    /// 1
    ServiceUser,
    /// A number this version does not know.
    Other(i64),
}

impl ProviderRole {
    /// From the wire's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        match number {
            0 => Self::ProviderAdmin,
            1 => Self::ServiceUser,
            other => Self::Other(other),
        }
    }
    /// The wire's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::ProviderAdmin => 0,
            Self::ServiceUser => 1,
            Self::Other(other) => other,
        }
    }
}

/// Everything a frame or `wardroomctl status` says about the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Status {
    /// Signed out, locked or unlocked.
    pub state: SessionState,
    /// Every account on this machine.
    pub accounts: Vec<Account>,
    /// The same with what each is doing; damaged ones too.
    pub desks: Vec<AccountState>,
    /// The one in use.
    pub account: Option<Account>,
    /// Its server's short name, for the frame.
    pub server: Option<String>,
    /// Whose software it runs; as last heard.
    pub server_kind: ServerKind,
    /// Whether the last request reached the server; false before any.
    pub online: bool,
    /// When the last complete refresh ended, RFC 3339 UTC.
    pub last_sync: Option<String>,
    /// What keeps the database key; `password` is said aloud in the window.
    pub keyring: KeyringState,
    /// The person's providers; empty while locked and for direct memberships.
    pub providers: Vec<Provider>,
}
