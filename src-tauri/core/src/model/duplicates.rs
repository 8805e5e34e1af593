//! Items that are there twice, and how healthy the passwords of an import are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::StagingId;

/// How alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum DuplicateKind {
    /// Every value is the same; folders do not count.
    Exact,
    /// The same account, key, card or person, with other values.
    Near,
}

/// Which duplicates to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct DuplicateQuery {
    /// Only these; `None` for both.
    pub kind: Option<DuplicateKind>,
    /// Groups with a member of another staging of the same client, or of an earlier upload to it.
    pub elsewhere: bool,
}

/// An item that belongs to a group of alike ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DuplicateMember {
    /// The staging it is in; that of a finished upload for [`DuplicateMember::uploaded_at`].
    pub staging: StagingId,
    /// Its index there; `None` for what was uploaded before, of which nothing is kept.
    pub item: Option<u32>,
    /// Name in clear; empty for what was uploaded before.
    pub name: String,
    /// Masked.
    pub username: String,
    /// Host of the first address.
    pub host: String,
    /// The source file.
    pub file_name: String,
    /// Line or position there.
    pub row: Option<u32>,
    /// Left out.
    pub skipped: bool,
    /// RFC 3339 UTC: it is on the server already, as far as is known.
    pub uploaded_at: Option<String>,
}

/// Items that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DuplicateGroup {
    /// Its place in the report.
    pub group: u32,
    /// How alike.
    pub kind: DuplicateKind,
    /// In file order, those of this staging first.
    pub members: Vec<DuplicateMember>,
    /// Paths of values that differ, such as `login.password`.
    pub differs: Vec<String>,
}

/// Everything that is there twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DuplicateReport {
    /// The grid's revision it was made from.
    pub revision: u64,
    /// Groups of exact ones.
    pub exact: u64,
    /// Groups of near ones.
    pub near: u64,
    /// Items of this staging that were uploaded to the client before.
    pub earlier: u64,
    /// Items that would be left out by [`DuplicateRule::SkipLater`] for exact ones.
    pub superfluous: u64,
    /// Groups that match the query.
    pub matching: u64,
    /// The part asked for.
    pub groups: Vec<DuplicateGroup>,
}

/// What to do with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum DuplicateRule {
    /// All of them are sent.
    Keep,
    /// The first is sent, or none when one was uploaded before.
    SkipLater,
    /// The one with the most values is sent.
    KeepFullest,
    /// One item with the values of all: addresses and folders together, other passwords into the history,
    /// other values into fields and notes.
    Merge,
}

/// Where to learn whether a password is known to criminals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ExposedSource {
    /// Not asked.
    #[default]
    Off,
    /// Have I Been Pwned's range query: five characters of a hash leave this machine, never more.
    Online,
    /// A sorted list of SHA-1 hashes on this machine, as Have I Been Pwned hands it out.
    List,
}

/// One login with something to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HealthRow {
    /// Its index.
    pub item: u32,
    /// Its name.
    pub name: String,
    /// Masked.
    pub username: String,
    /// Host of the first address.
    pub host: String,
    /// Items with this password, itself included; 1 when it is alone.
    pub used: u32,
    /// zxcvbn's score, 0 to 4; `None` without a password.
    pub score: Option<u8>,
    /// Times the password was seen in breaches; `None` when not asked.
    pub exposed: Option<u64>,
    /// An address without encryption.
    pub plain_http: bool,
    /// The site offers two-step login and the item has no TOTP; `None` when no list was at hand.
    pub missing_two_step: Option<bool>,
}

/// How healthy what comes in is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HealthReport {
    /// RFC 3339 UTC.
    pub checked_at: String,
    /// The grid's revision it was made from.
    pub revision: u64,
    /// Items looked at (skipped ones are not).
    pub items: u64,
    /// Logins among them.
    pub logins: u64,
    /// Logins with a password.
    pub passwords: u64,
    /// Items whose password another item has too.
    pub reused: u64,
    /// Items whose password scores below 3.
    pub weak: u64,
    /// Items whose password is known; `None` when not asked.
    pub exposed: Option<u64>,
    /// Why some passwords could not be asked about.
    pub exposed_incomplete: bool,
    /// Items with an address without encryption.
    pub plain_http: u64,
    /// Items of sites that offer two-step login without a TOTP; `None` without a list.
    pub missing_two_step: Option<u64>,
    /// Passwords by score, 0 to 4.
    pub scores: [u64; 5],
    /// Items with anything to mend.
    pub to_mend: u64,
    /// The worst first, as many as were asked for.
    pub rows: Vec<HealthRow>,
}

/// Which items to put into a collection of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
#[allow(missing_docs, clippy::struct_excessive_bools)] // independent choices, not a state
pub struct HealthPick {
    pub exposed: bool,
    pub weak: bool,
    pub reused: bool,
    pub plain_http: bool,
    pub missing_two_step: bool,
}
