//! The bench: what is staged, as a grid shows it, and what a person changes there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FindingCode, MaskedItem, Severity};

/// What a grid is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub enum GridSort {
    /// The order of the source files.
    #[default]
    File,
    Name,
    Username,
    Host,
    Kind,
    Folder,
    /// Most severe first.
    Findings,
}

/// Which rows a grid shows, and in which order. An empty query shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct GridQuery {
    /// Every word must occur in name, user name, host or folder; case and accents do not count.
    pub text: String,
    /// Kinds as [`MaskedItem::kind`] names them; empty for all.
    pub kinds: Vec<String>,
    /// Items with one of these findings; empty for all.
    pub codes: Vec<FindingCode>,
    /// Items with a finding at least this bad.
    pub severity: Option<Severity>,
    /// Items in this folder or below it; an empty path means in none.
    pub folder: Option<String>,
    /// Left out, or not; `None` for both.
    pub skipped: Option<bool>,
    /// Items of this source file.
    pub file: Option<u32>,
    /// Order.
    pub sort: GridSort,
    /// The other way round.
    pub descending: bool,
}

/// How many items have a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CodeCount {
    /// What was found.
    pub code: FindingCode,
    /// The worst of them.
    pub severity: Severity,
    /// Items with it.
    pub items: u64,
    /// What one click does about all of them, where there is such a thing.
    pub fix: Option<Fix>,
}

/// A window onto the rows that match a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GridPage {
    /// Changes with every edit: rows of different revisions do not belong together.
    pub revision: u64,
    /// Items in the staging.
    pub total: u64,
    /// Items that match the query.
    pub matching: u64,
    /// Rows `from..` of those that match.
    pub rows: Vec<MaskedItem>,
    /// Findings of all items, worst first.
    pub codes: Vec<CodeCount>,
    /// Folders with the number of items directly in each, in path order.
    pub folders: Vec<(String, u64)>,
    /// What undo would take back.
    pub undo: Option<BenchAction>,
    /// What redo would do again.
    pub redo: Option<BenchAction>,
}

/// Items an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Selection {
    /// By index.
    Items(Vec<u32>),
    /// Whatever matches.
    Matching(GridQuery),
}

/// One step a person took on the bench; undo names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BenchAction {
    /// What.
    pub kind: BenchActionKind,
    /// How many items it changed.
    pub items: u64,
}

/// Kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BenchActionKind {
    /// Left out.
    Skip,
    /// Taken back in.
    Keep,
    /// A value was changed.
    Edit,
    /// A [`Fix`].
    Fix,
    /// Moved to a folder, which becomes a collection.
    Move,
    /// Duplicates were left out or merged.
    Merge,
}

/// What one click does about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Fix {
    /// Too long: the rest of the notes goes into further secure notes beside the item.
    SplitNotes,
    /// Too long: a custom field's value goes into the notes.
    MoveToNotes,
    /// No name: the host of the address, else the user name.
    NameFromHost,
    /// No scheme: `https://` in front.
    AddScheme,
    /// Not an address: it becomes a custom field.
    UriToField,
    /// Not a TOTP secret: it becomes a hidden field.
    TotpToField,
    /// A kind the server does not take: a secure note with fields.
    ToNote,
    /// Leave the items out.
    Skip,
}

/// One value of an item, for looking at and changing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DetailValue {
    /// Where it is, such as `login.password`, `fields[2].value`, `login.uris[0].uri`.
    pub path: String,
    /// Name of a custom field; `None` where the path says it all.
    pub label: Option<String>,
    /// In clear where it is no secret: names, addresses' hosts, folders.
    pub shown: Option<String>,
    /// Must be revealed to be seen.
    pub secret: bool,
    /// Several lines are usual.
    pub long: bool,
    /// UTF-8 bytes.
    pub bytes: u64,
    /// The most the server takes.
    pub most: u64,
}

/// One staged item in full, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ItemDetail {
    /// As in the grid.
    pub row: MaskedItem,
    /// Its values, empty ones that can be filled in included.
    pub values: Vec<DetailValue>,
    /// What was found about it.
    pub findings: Vec<super::Finding>,
    /// The grid's revision it belongs to.
    pub revision: u64,
}
