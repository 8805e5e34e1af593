//! How a spreadsheet's columns become items.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MaskedItem;

/// What a column holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub enum ColumnRole {
    #[default]
    Ignore,
    Name,
    /// A path; the recipe says what parts it.
    Folder,
    Username,
    Password,
    Totp,
    Uri,
    Notes,
    /// A text field called as the column is.
    Field,
    /// A hidden field called as the column is.
    HiddenField,
    /// `1`, `true`, `yes`, `x`: a favourite.
    Favorite,
    /// `login`, `note`, `card`, `identity`.
    Kind,
    CardNumber,
    CardHolder,
    CardExpiry,
    CardCode,
}

/// One column of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecipeColumn {
    /// Its name as written; empty when the file has no row of names.
    pub header: String,
    /// What it holds.
    pub role: ColumnRole,
}

/// How a spreadsheet is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Recipe {
    /// Empty for one that is not saved.
    pub recipe_id: String,
    /// For people.
    pub name: String,
    /// The sheet of a workbook; `None` for the first with content.
    pub sheet: Option<String>,
    /// Row of the column names, from 1; `None` when there is none.
    pub header_row: Option<u32>,
    /// What parts cells; `None` to look. One character.
    pub delimiter: Option<String>,
    /// In the order of the file.
    pub columns: Vec<RecipeColumn>,
    /// What parts folder paths; `None` for none.
    pub folder_separator: Option<String>,
    /// Every item also goes below this folder.
    pub folder_prefix: Option<String>,
}

/// A spreadsheet before it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SheetPreview {
    /// Sheets of a workbook; empty for text.
    pub sheets: Vec<String>,
    /// What would be done without a word from the person.
    pub recipe: Recipe,
    /// Saved recipes whose column names are those of the file, the newest first.
    pub fitting: Vec<Recipe>,
    /// The first rows as they stand, masked: letters and digits of what looks like a secret are dots.
    pub rows: Vec<Vec<String>>,
    /// Rows in all.
    pub total: u64,
    /// Why some cells are not to be trusted, such as numbers a spreadsheet rounded.
    pub findings: Vec<super::Finding>,
}

/// What a recipe makes of the first rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecipePreview {
    /// The first items, masked.
    pub items: Vec<MaskedItem>,
    /// Items in all.
    pub total: u64,
    /// What was found.
    pub findings: Vec<super::Finding>,
}
