//! Locked → unlocked, without the server.

use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use super::blocking::blocking;
use super::cache::{Cache, save_tokens};
use super::card::{Card, KeptKey};
use super::{Locked, SignInError, Unlocked, UnlockedInner};
use crate::keys::{self, KeyRing, MasterKey, Secret, UserKey, open_session, session_id};
use crate::server::{Link, Server, Tokens};
use crate::store::Store;
use crate::{Error, store};

impl Locked {
    /// Unlocks with the master password, without the server.
    pub async fn unlock(&self, password: Secret) -> Result<Unlocked, Error> {
        let unlock = self.usable_card()?.password.ok_or(SignInError::NoMasterPassword)?;
        self.unlock_with(move |_| {
            MasterKey::derive(&password, &unlock.salt, &unlock.kdf)?
                .open_user_key(&unlock.wrapped_user_key)
        })
        .await
    }

    /// Unlocks with what the account has instead of a master password: this trusted device's key, without
    /// the server; else its key connector, which is asked for it.
    ///
    /// [`SignInError::SignOnOnly`] when there is neither: signing in again opens it.
    pub async fn unlock_without_password(&self) -> Result<Unlocked, Error> {
        let card = self.usable_card()?;
        if let Some(trusted) = &card.trusted {
            let key = self.desk.device_key(self.account.user_id, card.device).await?;
            let key = key.ok_or(SignInError::DeviceKeyGone)?;
            let user = trusted.open(key).await?;
            return self.unlock_with(move |_| Ok(user)).await;
        }
        let connector = card.connector.as_ref().ok_or(SignInError::SignOnOnly)?;
        // The token for it is in the cache, which only a keyring opens before the keys are there.
        let KeptKey::Os { entry } = &card.database_key else {
            return Err(SignInError::SignOnOnly.into());
        };
        let cache = self.open_by_keyring(&card, entry).await?;
        let link = Arc::new(self.desk.link(&card.server_settings(), card.device)?);
        let server = Server::new(link, cache.tokens, keep_in(cache.store.clone()));
        let user = connector.open(&server).await;
        cache.store.close().await;
        let user = user?;
        self.unlock_with(move |_| Ok(user)).await
    }

    /// Whether [`Locked::unlock`] can open it.
    pub fn has_master_password(&self) -> Result<bool, Error> {
        Ok(self.card()?.password.is_some())
    }

    /// Whether [`Locked::unlock_without_password`] can open it.
    pub fn opens_without_password(&self) -> Result<bool, Error> {
        let card = self.card()?;
        Ok(card.trusted.is_some() || card.connector.is_some())
    }

    /// Unlocks with a session value made by [`Unlocked::make_session`].
    pub async fn resume(&self, session: &Secret) -> Result<Unlocked, Error> {
        let id = session_id(session).map_err(wrong_password)?;
        let envelope = match fs::read_to_string(self.folder().envelope(&id)) {
            Ok(envelope) => envelope,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::WrongPassword),
            Err(error) => return Err(store::Error::Folder(error).into()),
        };
        let session = session.clone();
        self.unlock_with(move |_| open_session(&session, &envelope)).await
    }

    /// Deriving a key takes a processor a tenth of a second; meanwhile the other one asks the keyring and
    /// opens the cache.
    pub(super) async fn unlock_with(
        &self,
        open_user_key: impl FnOnce(&Card) -> Result<UserKey, keys::Error> + Send + 'static,
    ) -> Result<Unlocked, Error> {
        let card = Arc::new(self.usable_card()?);
        let opening = Arc::clone(&card);
        let ring = blocking(move || KeyRing::open(open_user_key(&opening)?, &opening.keys));
        let (ring, cache) = match &card.database_key {
            KeptKey::Os { entry } => match tokio::join!(ring, self.open_by_keyring(&card, entry)) {
                (Ok(ring), cache) => (ring, cache?),
                (Err(error), cache) => {
                    if let Ok(cache) = cache {
                        cache.store.close().await;
                    }
                    return Err(wrong_password(error));
                }
            },
            KeptKey::Password { wrapped } => {
                let ring = ring.await.map_err(wrong_password)?;
                let cache = self.open_by_ring(&card, wrapped, &ring).await?;
                (ring, cache)
            }
        };
        self.desk.0.folder.note_use(self.account.user_id)?;
        let unlocked = self.unlocked(&card, ring, cache)?;
        unlocked.restore_policies().await?;
        Ok(unlocked)
    }

    /// Puts the parts together.
    pub(super) fn unlocked(
        &self,
        card: &Card,
        keys: KeyRing,
        cache: Cache,
    ) -> Result<Unlocked, Error> {
        let link = Arc::new(self.desk.link(&card.server_settings(), card.device)?);
        link.note_kind(card.server_said.as_ref().map_or_else(Default::default, |said| said.kind));
        Ok(self.unlocked_at(link, keys, cache.store, cache.tokens))
    }

    pub(super) fn unlocked_at(
        &self,
        link: Arc<Link>,
        keys: KeyRing,
        store: Store,
        tokens: Option<Tokens>,
    ) -> Unlocked {
        let server = Server::new(link, tokens, keep_in(store.clone()));
        let providers = tokio::sync::OnceCell::new();
        Unlocked(Arc::new(UnlockedInner { locked: self.clone(), keys, providers, store, server }))
    }
}

/// Renewed tokens go into the cache, so that the next process need not renew them again.
fn keep_in(store: Store) -> crate::server::KeepTokens {
    Box::new(move |tokens| {
        let store = store.clone();
        Box::pin(async move {
            if let Err(error) = save_tokens(&store, &tokens).await {
                tracing::warn!(%error, "renewed tokens could not be kept");
            }
        })
    })
}

pub(super) fn wrong_password(error: keys::Error) -> Error {
    match error {
        keys::Error::WrongPassword => Error::WrongPassword,
        other => Error::Keys(other),
    }
}
