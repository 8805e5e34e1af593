//! What only the window and this program say to each other; everything else crosses as core's own types.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::Failure;
use wardroom_core::model::{Receipt, Recipe, UploadProgress};

/// A file the person chose, dropped or opened. The page knows it by this id, never by its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct ChosenFile {
    /// Good until the program ends.
    pub(crate) file_id: String,
    /// Its name without the folder.
    pub(crate) name: String,
    /// Its size when it was chosen.
    pub(crate) size_bytes: u64,
}

/// A password as the page hands it over: sealed for [`Door::public_key`], so that none of the layers in
/// between holds it in clear.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct SealedPassword {
    /// `4.` and base64 of 64 random bytes under the door's key.
    pub(crate) key: String,
    /// `2.iv|ct|mac` of the password under those bytes.
    pub(crate) text: String,
}

/// The way a password comes in; good for one use.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct Door {
    /// Base64 SPKI of a fresh RSA-2048 key.
    pub(crate) public_key: String,
}

/// A file to read, with what the person gave along with it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct FileToRead {
    /// As [`ChosenFile::file_id`].
    pub(crate) file_id: String,
    /// Read it as this format instead of looking.
    #[ts(optional)]
    pub(crate) format: Option<String>,
    /// The export's own password.
    #[ts(optional)]
    pub(crate) sealed_password: Option<SealedPassword>,
    /// A key file, chosen like any other.
    #[ts(optional)]
    pub(crate) key_file_id: Option<String>,
    /// How a spreadsheet's columns become items.
    #[ts(optional)]
    pub(crate) recipe: Option<Recipe>,
}

/// What a demo fills into the sign-in.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct DemoSignIn {
    /// Address of the sample server.
    pub(crate) server: String,
    /// Empty when the sample server was given from outside.
    pub(crate) email: String,
    /// A sample password, made for the demo and worth nothing. Empty as above.
    pub(crate) password: String,
}

/// How far `import_stage` has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) struct StageProgress {
    /// Items read so far.
    pub(crate) read: u64,
}

/// What an upload says through its channel: progress, then exactly one of the other two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export)]
pub(crate) enum UploadEvent {
    /// A step.
    Progress {
        /// Where it is.
        progress: UploadProgress,
    },
    /// It is over and proven.
    Finished {
        /// The proof.
        receipt: Box<Receipt>,
    },
    /// It stopped; uploading again continues.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// Payload of the event `changed`: which rooms' answers are stale now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum Room {
    /// `session_*`
    Session,
    /// `clients_*`
    Clients,
    /// `import_*`
    Import,
}

/// How a receipt is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub(crate) enum ReceiptForm {
    /// The whole receipt.
    Json,
    /// One row, for a spreadsheet.
    Csv,
}
