//! Session values, locking, signing out.

use super::blocking::blocking;
use super::card::KeptKey;
use super::{Locked, Unlocked};
use crate::Error;
use crate::keys::Secret;

impl Unlocked {
    /// A session value for `WARDROOM_SESSION`; its envelope is kept in the account's folder.
    pub fn make_session(&self) -> Result<Secret, Error> {
        let session = self.keys().make_session()?;
        self.0.locked.folder().write_envelope(&session.id, &session.envelope)?;
        Ok(session.value)
    }

    /// Wipes the keys and closes the cache, in all clones.
    pub async fn lock(&self) -> Result<Locked, Error> {
        self.keys().wipe();
        self.server().forget_tokens();
        self.store().close().await;
        Ok(self.0.locked.clone())
    }
}

impl Locked {
    /// Makes every session value of this account useless.
    pub fn forget_sessions(&self) -> Result<(), Error> {
        Ok(self.folder().delete_envelopes()?)
    }

    /// Forgets the account: cache, keys in the keyring, sessions. Staged imports go with it. Lock first.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let (desk, folder) = (self.desk.clone(), self.folder());
        // A card that cannot be read must not keep the account here.
        let card = self.card().ok();
        if let Some(card) = &card {
            let account = &self.account;
            desk.remembered(&account.server, &account.email, card.device).forget().await;
        }
        let kept = card.map(|card| card.database_key);
        blocking(move || {
            if let Some(KeptKey::Os { entry }) = kept
                && let Err(error) = desk.keyring().delete(&entry)
            {
                // Without the file it opens nothing.
                tracing::warn!(%error, "the cache's key stays in the keyring");
            }
            Ok(folder.delete()?)
        })
        .await
    }
}
