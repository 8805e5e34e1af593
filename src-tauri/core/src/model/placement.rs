//! Where staged items go, and who sees them there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A group or a member that gets access to the collections of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessGrant {
    /// Group or member.
    pub kind: AccessKind,
    /// Group id or member id (`organizationUserId`).
    pub id: String,
    /// For people to read.
    pub name: String,
    /// "Can manage"; otherwise can edit.
    pub manage: bool,
}

/// What an [`AccessGrant`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub enum AccessKind {
    Group,
    Member,
}

/// Where staged items go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Placement {
    /// Every item also goes into these, matched by decrypted name or created.
    pub collections: Vec<String>,
    /// Folders of the file become collections of the same path.
    pub folders_to_collections: bool,
    /// Who gets access to collections that are created.
    pub access: Vec<AccessGrant>,
    /// What parts the folder paths of the file where that is not `/`.
    #[serde(default)]
    pub separator: Option<String>,
    /// How much of a path is kept.
    #[serde(default)]
    pub flatten: Flatten,
    /// Collections made of folders go below this one; empty for none.
    #[serde(default)]
    pub prefix: String,
    /// Parents that the file does not name are made too.
    #[serde(default)]
    pub parents: bool,
    /// What becomes of single folders, stronger than all of the above.
    #[serde(default)]
    pub rules: Vec<FolderRule>,
}

/// How much of a folder path becomes the name of a collection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Flatten {
    /// All of it.
    #[default]
    Whole,
    /// The first part.
    Top,
    /// The last part.
    Last,
}

/// What becomes of one folder of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FolderRule {
    /// Its path in the file.
    pub folder: String,
    /// Path of the collection its items go into: found by name or made. Several folders with the same one are
    /// merged. `None`: the folder is dropped, its items go only where the others of theirs lead.
    pub to: Option<String>,
}

/// A collection an import leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CollectionTarget {
    /// Its path; empty for items that go into none.
    pub path: String,
    /// Folders of the file that lead there.
    pub folders: Vec<String>,
    /// Items that are sent into it.
    pub items: u64,
    /// It is there already; `None` when the server was not asked.
    pub exists: Option<bool>,
}
