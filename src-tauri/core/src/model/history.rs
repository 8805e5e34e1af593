//! What was imported, kept when the staged data is gone.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{OrganizationId, StagingId};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ImportEnd {
    /// Proven on the server; there is a receipt.
    Done,
    /// Forgotten by the person.
    Discarded,
    /// Forgotten by itself, because it was staged too long ago.
    Expired,
}

/// A past import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PastImport {
    /// Its id on this machine.
    pub staging_id: StagingId,
    /// The organization.
    pub client: OrganizationId,
    /// Its name at the time.
    pub client_name: String,
    /// How it ended.
    pub end: ImportEnd,
    /// When, RFC 3339 UTC.
    pub ended_at: String,
    /// Who did it.
    pub by: String,
    /// Source files' names.
    pub files: Vec<String>,
    /// Format ids, in the order of the files.
    pub formats: Vec<String>,
    /// Items that were staged.
    pub items: u64,
    /// Items proven on the server.
    pub landed: u64,
}

/// A source file of an import, as it is on this machine now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SourceFile {
    /// Its place among the files of the import, from 0.
    pub file: u32,
    /// Without its folder.
    pub name: String,
    /// Its folder, for the person to find it.
    pub folder: String,
    /// Format id.
    pub format: String,
    /// Of the bytes that were read, lower-case hex.
    pub sha256: String,
    /// What is there now.
    pub now: SourceNow,
}

/// What became of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SourceNow {
    /// As it was read.
    Same,
    /// There, with other content: it is never deleted.
    Changed,
    /// Not there.
    Gone,
}

/// How staged imports are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImportSettings {
    /// Days until what is staged and was never sent is forgotten; 0 for never.
    pub keep_days: u32,
}

/// An import that was forgotten by itself since the person last looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExpiredNotice {
    /// It.
    pub import: PastImport,
}
