//! What the import rooms tell: formats, findings, staged files, progress, receipts. No secrets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{OrganizationId, Placement, StagingId};

/// A format Wardroom reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FormatInfo {
    /// The official importer's id, such as `lastpasscsv`.
    pub id: String,
    /// Shown to people.
    pub name: String,
    /// File extensions without a dot.
    pub extensions: Vec<String>,
    /// Some files of this format are protected by a password of their own.
    pub needs_password: bool,
    /// 1 is met in nearly every migration, 5 rarely.
    pub rank: u8,
}

/// What a file looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Detection {
    /// Best guess; `None` when nothing fits.
    pub format: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Other formats that could read it, best first.
    pub alternatives: Vec<String>,
    /// The file is encrypted with a password of its own: ask for it.
    pub needs_password: bool,
}

/// Items by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(missing_docs)]
pub struct ItemCounts {
    pub login: u64,
    pub note: u64,
    pub card: u64,
    pub identity: u64,
    pub ssh_key: u64,
    #[serde(default)]
    pub bank_account: u64,
    #[serde(default)]
    pub drivers_license: u64,
    #[serde(default)]
    pub passport: u64,
}

impl ItemCounts {
    /// Counts one item.
    pub fn add(&mut self, kind: &super::ItemKind) {
        let count = match kind {
            super::ItemKind::Login(_) => &mut self.login,
            super::ItemKind::Note => &mut self.note,
            super::ItemKind::Card(_) => &mut self.card,
            super::ItemKind::Identity(_) => &mut self.identity,
            super::ItemKind::SshKey(_) => &mut self.ssh_key,
            super::ItemKind::BankAccount(_) => &mut self.bank_account,
            super::ItemKind::DriversLicense(_) => &mut self.drivers_license,
            super::ItemKind::Passport(_) => &mut self.passport,
        };
        *count += 1;
    }
    /// Adds another count.
    pub fn join(&mut self, other: &Self) {
        self.login += other.login;
        self.note += other.note;
        self.card += other.card;
        self.identity += other.identity;
        self.ssh_key += other.ssh_key;
        self.bank_account += other.bank_account;
        self.drivers_license += other.drivers_license;
        self.passport += other.passport;
    }
    /// All kinds together.
    #[must_use]
    pub fn total(&self) -> u64 {
        let papers = self.bank_account + self.drivers_license + self.passport;
        self.login + self.note + self.card + self.identity + self.ssh_key + papers
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Will be imported, perhaps not as meant.
    Warning,
    /// Cannot be sent as it is: skip or fix it.
    Error,
}

/// What was found. The window and the terminal have the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FindingCode {
    /// The field is longer, once encrypted, than the server accepts.
    FieldTooLong,
    /// More items than one organization import may hold.
    TooManyItems,
    /// More collections than the server accepts.
    TooManyCollections,
    /// More item-collection links than the server accepts.
    TooManyLinks,
    /// The row has no name; it is called `--`.
    MissingName,
    /// A blank row was left out.
    BlankRow,
    /// The row could not be read whole (unclosed quote, too few cells) and was left out or shortened.
    DamagedRow,
    /// A value was not understood and is left out.
    ValueNotUnderstood,
    /// The item kind is not one the server takes.
    UnknownKind,
    /// The item was in the source's trash and is left out.
    InTrash,
    /// The item is in no folder and no collection was chosen: only owners and admins will see it.
    NoCollection,
    /// Nobody would get access to the new collections.
    NobodyHasAccess,
    /// A file of the same content was imported into this client before.
    ImportedBefore,
    /// Favourites and archive marks belong to a person and do not survive in an organization.
    PersonalMarksLost,
    /// Attachments are listed in the export and must be moved by hand.
    AttachmentsLeft,
    /// Not an address.
    BadUri,
    /// A login without an address.
    MissingUri,
    /// Not a TOTP secret.
    BadTotp,
    /// Nothing but a name.
    EmptyItem,
    /// The same item is staged twice for this client.
    Duplicate,
    /// The same account is staged twice for this client, with other values.
    NearDuplicate,
    /// The same item was uploaded to this client before.
    UploadedBefore,
    /// Another item has the same password.
    ReusedPassword,
    /// The password is easy to guess.
    WeakPassword,
    /// The password is known to criminals.
    ExposedPassword,
    /// An address without encryption.
    PlainHttp,
    /// The site offers two-step login and the item has no TOTP.
    MissingTwoStep,
    /// Something in the file is not as its format has it.
    FormatOddity,
    /// Values were read better than the official importer reads them (see docs/deviations.md).
    Improved,
}

/// One thing to know before sending. Never carries a secret or a cell's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// How bad.
    pub severity: Severity,
    /// Which of several files, from 0; `None` where there is one only, and for the import as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<u32>,
    /// Line or position in the source file, from 1.
    pub row: Option<u32>,
    /// Index of the staged item, from 0.
    pub item: Option<u32>,
    /// The wire's field path, such as `login.password` or `fields[2].value`.
    pub field: Option<String>,
    /// One sentence, lower case, no full stop, no content.
    pub message: String,
}

/// What a file holds, without staging it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Inspection {
    /// The format that read it.
    pub format: String,
    /// Counts by kind.
    pub items: ItemCounts,
    /// Folder paths in the file; each would become a collection.
    pub folders: Vec<String>,
    /// Most severe first.
    pub findings: Vec<Finding>,
}

/// What `import convert` wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Conversion {
    /// The file written.
    pub output: String,
    /// Items in it.
    pub items: u64,
}

/// Where a staged import is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum StagedState {
    /// On this machine only.
    Staged,
    /// Started; some of it may be on the server. Uploading again continues.
    Uploading,
    /// Proven on the server, plain text shredded, receipt kept.
    Done,
}

/// A staged file, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StagedImport {
    /// Its id on this machine.
    pub staging_id: StagingId,
    /// The organization it is meant for.
    pub client: OrganizationId,
    /// That organization's name, as cached.
    pub client_name: String,
    /// Format id.
    pub format: String,
    /// The source file's name without its folder; the first one's, when there are several.
    pub file_name: String,
    /// All source files' names, in the order they were read.
    pub files: Vec<String>,
    /// When it is forgotten by itself, RFC 3339 UTC; `None` for never, and once sending has started.
    pub expires_at: Option<String>,
    /// Items, skipped ones included.
    pub items: u64,
    /// Items that will not be sent.
    pub skipped: u64,
    /// Items proven on the server so far.
    pub landed: u64,
    /// Findings of severity error on items that are not skipped: sending is refused while above zero.
    pub blocking: u64,
    /// Counts by kind.
    pub counts: ItemCounts,
    /// Folder paths of the file.
    pub folders: Vec<String>,
    /// Where it goes.
    pub placement: Placement,
    /// Staged, uploading or done.
    pub state: StagedState,
    /// RFC 3339 UTC.
    pub created_at: String,
}

/// A staged item as a list may show it: no password, no note, no number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[allow(clippy::struct_excessive_bools)] // independent facts about one row, not a state
pub struct MaskedItem {
    /// Index of the item in its staging, from 0.
    pub item: u32,
    /// Line or position in the source file.
    pub row: u32,
    /// `login`, `note`, `card`, `identity` or `sshKey`.
    pub kind: String,
    /// The item's name in clear: people recognise items by it.
    pub name: String,
    /// The user name with its middle masked, such as `a•••@acme.example`.
    pub username: String,
    /// Host of the first address, or empty.
    pub host: String,
    /// Folder paths of the item.
    pub folders: Vec<String>,
    /// Which source file it is from, counted from 0.
    pub file: u32,
    /// What was found about it, the worst first.
    pub codes: Vec<FindingCode>,
    /// The worst of that.
    pub severity: Option<Severity>,
    /// There is a password (shown as dots).
    pub has_password: bool,
    /// There is a TOTP secret.
    pub has_totp: bool,
    /// There are notes.
    pub has_notes: bool,
    /// Number of custom fields.
    pub fields: u32,
    /// Left out of the upload.
    pub skipped: bool,
    /// Findings of this item.
    pub findings: u32,
}

/// Where an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum UploadStage {
    /// Reading what is already on the server.
    Looking,
    /// Creating or matching collections.
    Collections,
    /// Sending items.
    Sending,
    /// Proving that each item is there once.
    Verifying,
    /// Over: the receipt is stored.
    Finished,
}

/// A step of an upload; at most twenty a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct UploadProgress {
    /// What it does now.
    pub stage: UploadStage,
    /// Items known to be on the server.
    pub landed: u64,
    /// Items to send in all.
    pub total: u64,
    /// Seconds it waits because the server asked to slow down; 0 otherwise.
    pub waiting_seconds: u64,
}
