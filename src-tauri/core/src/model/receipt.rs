//! The proof of an upload.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CollectionId, OrganizationId, StagingId};

/// Proof of an upload. Holds no secret: counts, ids, one hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Receipt {
    /// The staging it belongs to.
    pub staging_id: StagingId,
    /// The organization.
    pub client: OrganizationId,
    /// Its name at the time.
    pub client_name: String,
    /// Format id.
    pub format: String,
    /// The source file's name.
    pub file_name: String,
    /// Items in the file.
    pub items: u64,
    /// Items proven on the server, each exactly once.
    pub landed: u64,
    /// Items left out by choice.
    pub skipped: u64,
    /// Requests that carried items.
    pub chunks: u64,
    /// When the proof was read, RFC 3339 UTC.
    pub verified_at: String,
    /// Who sent it.
    pub by: String,
    /// Collections used.
    pub collections: Vec<ReceiptCollection>,
    /// SHA-256 of the source file, lower-case hex; of the first, when there are several.
    pub sha256: String,
    /// Every source file, in the order they were read.
    #[serde(default)]
    pub files: Vec<ReceiptFile>,
}

/// A source file named on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReceiptFile {
    /// Without its folder.
    pub name: String,
    /// Format id.
    pub format: String,
    /// Lower-case hex.
    pub sha256: String,
}

/// A collection named on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReceiptCollection {
    /// The server's id.
    pub id: CollectionId,
    /// Decrypted name.
    pub name: String,
    /// Made by this import (false: it was there before).
    pub created: bool,
}
