//! Session values, locking, signing out.

use super::accounts::raw_card;
use super::blocking::blocking;
use super::card::{Card, KeptKey};
use super::folder::AccountFolder;
use super::{Desk, Locked, Unlocked, pin, presence};
use crate::Error;
use crate::keys::Secret;
use crate::model::UserId;

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
        let (desk, folder, user) = (self.desk.clone(), self.folder(), self.account.user_id);
        let (locked, device) = (self.clone(), self.card().ok().map(|card| card.device));
        if let Ok(card) = self.card() {
            let server = card.server_settings().address;
            desk.remembered(&server, &self.account.email, card.device).forget().await;
        }
        blocking(move || {
            forget_ways(&desk, user, &folder)?;
            if let Some(device) = device {
                locked.forget_device_key(device);
            }
            // A card that cannot be read must not keep the account here.
            if let Some(entry) = database_entry(&folder)
                && let Err(error) = desk.keyring().delete(&entry)
            {
                // Without the file it opens nothing.
                tracing::warn!(%error, "the cache's key stays in the keyring");
            }
            Ok(folder.delete()?)
        })
        .await
    }

    /// Ends the session and keeps the cache, with the staged imports in it, sealed for the next sign-in: what
    /// signing out by a time-out means. Tokens, PIN, presence and session values go, and so does what a master
    /// password could be tried on. Lock first.
    pub async fn end_session(&self) -> Result<(), Error> {
        let card = self.card()?;
        // First, so that a program that dies here leaves an account that asks for a sign-in.
        card.clone().without_session().write(&self.folder())?;
        self.forget_ways().await?;
        // Without a keyring nothing here opens the cache any more, and the tokens in it are as closed.
        if let KeptKey::Os { entry } = &card.database_key
            && let Ok(cache) = self.open_by_keyring(&card, entry).await
        {
            let deleted = cache.store.delete_tokens().await;
            cache.store.close().await;
            deleted?;
        }
        Ok(())
    }

    async fn forget_ways(&self) -> Result<(), Error> {
        let (desk, folder, user) = (self.desk.clone(), self.folder(), self.account.user_id);
        blocking(move || forget_ways(&desk, user, &folder)).await
    }

    /// Every way in but the master password, when the one the person signed in with is not that of `before`.
    pub(super) async fn forget_old_ways(&self, before: Option<&Card>) -> Result<(), Error> {
        let Some(before) = before else { return Ok(()) };
        if self.card()?.made_for() == before.made_for() {
            return Ok(());
        }
        self.forget_ways().await
    }
}

/// Blocks.
fn forget_ways(desk: &Desk, user: UserId, folder: &AccountFolder) -> Result<(), Error> {
    pin::delete(desk, user, folder)?;
    presence::forget(desk, folder)?;
    Ok(folder.delete_envelopes()?)
}

/// The name under which the keyring keeps the cache's key, also when the rest of the card is not understood.
fn database_entry(folder: &AccountFolder) -> Option<String> {
    let card = raw_card(folder)?;
    card.get("databaseKey")?.get("entry")?.as_str().map(str::to_owned)
}
