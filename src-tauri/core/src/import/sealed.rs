//! The sealed parts of a staging: its header, its pages, its receipt.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::check::{Destination, Totals};
use super::codec;
use super::place::destination;
use crate::Error;
use crate::keys::{self, StagingKey};
use crate::model::{
    Finding, FindingCode, Item, Placement, Receipt, Severity, StagedImport, StagedState, StagingId,
};
use crate::session::Unlocked;
use crate::store::{self, PAGE_ITEMS, StagingRow};

/// What a staging knows besides its items. Sealed, because names of folders and collections are content.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    /// Folder paths; items point into this list.
    pub(super) folders: Vec<String>,
    /// Where the items go.
    pub(super) placement: Placement,
    /// What the items that are sent add up to.
    pub(super) totals: Totals,
    /// Items were put into other folders than the file had them in.
    #[serde(default)]
    pub(super) moved: bool,
    /// The server took bank accounts, driver's licences and passports when the file was read.
    #[serde(default)]
    pub(super) new_types: bool,
}

impl Header {
    pub(super) fn seal(&self, key: &StagingKey) -> Result<Vec<u8>, Error> {
        seal_json(key, self)
    }

    /// What is wrong with the import as a whole. Follows the placement, so it is not stored.
    /// `all_sent`: no item is left out.
    pub(super) fn findings(&self, all_sent: bool) -> Vec<Finding> {
        let destination = destination(self, all_sent);
        let mut findings = self.totals.findings(&destination);
        findings.extend(self.nobody_has_access(&destination));
        findings
    }

    /// How many of them keep the import from being sent.
    pub(super) fn blocking(&self, all_sent: bool) -> u64 {
        let errors = self.findings(all_sent).into_iter().filter(|f| f.severity == Severity::Error);
        errors.count() as u64
    }

    fn nobody_has_access(&self, to: &Destination) -> Option<Finding> {
        if !self.placement.access.is_empty() || to.needed.is_empty() {
            return None;
        }
        // A provider's people are no members: what they make starts with nobody in it
        // (`src/Core/Tools/ImportFeatures/ImportCiphersCommand.cs`).
        let message = "nobody is given access to the collections that are made; only owners and admins \
                       would see them";
        Some(Finding {
            code: FindingCode::NobodyHasAccess,
            severity: Severity::Warning,
            file: None,
            row: None,
            item: None,
            field: None,
            message: message.to_owned(),
        })
    }

    pub(super) fn open(key: &StagingKey, sealed: &[u8]) -> Result<Self, Error> {
        open_json(key, sealed)
    }
}

pub(super) fn seal_json(key: &StagingKey, value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(value).expect("headers and receipts have a JSON form");
    Ok(key.seal(&Zeroizing::new(plain))?)
}

fn open_json<T: for<'a> Deserialize<'a>>(key: &StagingKey, sealed: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(&key.open(sealed)?).map_err(|_| store::Error::Damaged.into())
}

pub(super) fn open_receipt(unlocked: &Unlocked, row: &StagingRow) -> Result<Receipt, Error> {
    let sealed = row.receipt.as_ref().ok_or(Error::NotFound("receipt"))?;
    open_json(&key_of(unlocked, row)?, sealed)
}

/// The key of a staging. It is under the account's user key: when that was replaced (rotated in the web vault),
/// nothing here opens it any more, and the rows stay until the person discards them.
pub(super) fn key_of(unlocked: &Unlocked, row: &StagingRow) -> Result<StagingKey, Error> {
    unlocked.keys().open_staging_key(&row.wrapped_key).map_err(|error| match error {
        keys::Error::Unopened => Error::Refused(
            "this import was sealed with an account key that was replaced since; discard it and \
             import the file again"
                .to_owned(),
        ),
        other => other.into(),
    })
}

/// Opens one page; items come with their index in the staging.
pub(super) fn open_page(
    key: &StagingKey,
    page: u32,
    sealed: &[u8],
) -> Result<impl Iterator<Item = (u32, Item)> + use<>, Error> {
    let items = codec::decode_page(&key.open(sealed)?).map_err(|_| store::Error::Damaged)?;
    Ok((page * PAGE_ITEMS..).zip(items))
}

/// The stored row of a staging, or [`Error::NotFound`].
pub(super) async fn load(unlocked: &Unlocked, staging: StagingId) -> Result<StagingRow, Error> {
    unlocked.store().load_staging(staging).await?.ok_or(Error::NotFound("staged import"))
}

/// A staging as it leaves this room.
pub(super) fn describe(row: StagingRow, header: Header) -> StagedImport {
    let done = row.state == StagedState::Done;
    let landed = if done { row.items - row.skipped } else { row.landed };
    StagedImport {
        staging_id: row.staging_id,
        client: row.client,
        client_name: row.client_name,
        format: row.format,
        // What an older version staged has no list of files.
        files: if row.files.is_empty() { vec![row.file_name.clone()] } else { row.files },
        file_name: row.file_name,
        expires_at: row.expires_at.filter(|_| row.state == StagedState::Staged),
        items: row.items.into(),
        skipped: row.skipped.into(),
        landed: landed.into(),
        blocking: if done {
            0
        } else {
            u64::from(row.blocking) + header.blocking(row.skipped == 0)
        },
        counts: row.counts,
        folders: header.folders,
        placement: header.placement,
        state: row.state,
        created_at: row.created_at,
    }
}
