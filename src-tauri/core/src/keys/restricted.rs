//! Exports only the account or organization that made them can read: every text lies under its key, or under the key of
//! an item, which lies under that.

use std::sync::Arc;

use bitwarden_crypto::SymmetricCryptoKey;

use super::cell::KeyCell;
use super::{Error, KeyRing, Secret, prints_nothing, sealed, wrap};
use crate::model::OrganizationId;

/// Opens such exports with the keys of an unlocked account; wiped with them.
#[derive(Clone)]
pub struct ExportOpener(KeyRing);

/// The key of one export, or of one item in it.
pub struct ExportKey(Under);

enum Under {
    Account(KeyRing),
    Organization(Arc<KeyCell>),
    Item(SymmetricCryptoKey),
}

prints_nothing!(ExportOpener, ExportKey);

impl KeyRing {
    /// What opens exports made by this account or by an organization whose key is in the ring.
    #[must_use]
    pub fn export_opener(&self) -> ExportOpener {
        ExportOpener(self.clone())
    }
}

impl ExportOpener {
    /// The key an export was made with: the account's, else that of one of `organizations`, else of any.
    ///
    /// `validation` is the export's `encKeyValidation_DO_NOT_EDIT`.
    ///
    /// # Errors
    /// [`Error::NoKey`] when none of them opens it.
    pub fn key_for(
        &self,
        validation: &str,
        organizations: &[OrganizationId],
    ) -> Result<ExportKey, Error> {
        let account = ExportKey(Under::Account(self.0.clone()));
        if account.open_text(validation).is_ok() {
            return Ok(account);
        }
        let others = if organizations.is_empty() { self.0.organizations()? } else { Vec::new() };
        for organization in organizations.iter().chain(&others) {
            let Ok(cell) = self.0.organization(*organization) else { continue };
            let key = ExportKey(Under::Organization(cell));
            if key.open_text(validation).is_ok() {
                return Ok(key);
            }
        }
        Err(Error::NoKey)
    }
}

impl ExportKey {
    /// Opens one text.
    pub fn open_text(&self, text: &str) -> Result<Secret, Error> {
        let text = sealed::parse(text)?;
        self.with(|key| sealed::open_text(&text, key))
    }

    /// The key of an item, which lies under this one.
    pub fn open_item_key(&self, wrapped: &str) -> Result<Self, Error> {
        let wrapped = sealed::parse(wrapped)?;
        self.with(|key| wrap::open_key(&wrapped, key)).map(|key| Self(Under::Item(key)))
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&SymmetricCryptoKey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match &self.0 {
            Under::Account(ring) => ring.with_user_key(work),
            Under::Organization(cell) => cell.with(work),
            Under::Item(key) => work(key),
        }
    }
}
