//! Trusted devices: the device key is in the system's keyring, and nowhere else.

use uuid::Uuid;

use super::blocking::blocking;
use super::card::DeviceUnlock;
use super::{Desk, Locked, Unlocked};
use crate::Error;
use crate::keys::{self, DeviceTrust, Keyring, Secret};
use crate::model::UserId;
use crate::server::DeviceKeys;

/// Names the keyring's entry: one installation may have several accounts, and one account several
/// installations.
pub(super) fn entry_name(user: UserId, device: Uuid) -> String {
    format!("{user}.{device}.device-key")
}

impl Unlocked {
    /// From now on this machine opens the account without a master password. Replaces an older trust.
    ///
    /// Needs the server, and a system keyring: the device key is written nowhere else.
    pub async fn trust_device(&self) -> Result<(), Error> {
        let locked = &self.0.locked;
        let mut card = locked.card()?;
        let (ring, desk) = (self.keys().clone(), locked.desk.clone());
        let entry = entry_name(locked.account.user_id, card.device);
        let name = entry.clone();
        let made = blocking(move || {
            if !matches!(desk.keyring(), Keyring::Present(_)) {
                return Err(keys::Error::NoKeyring);
            }
            let made = ring.trust_device()?;
            // First: a server that trusts a device without its key is of no use.
            desk.keyring().save_secret(&name, &made.device_key)?;
            Ok(made)
        });
        let DeviceTrust { wrapped_user_key, wrapped_private_key, wrapped_public_key, .. } =
            made.await?;
        let sealed = DeviceKeys {
            user_key: wrapped_user_key.clone(),
            public_key: wrapped_public_key,
            private_key: wrapped_private_key.clone(),
        };
        if let Err(error) = self.server().trust_device(card.device, &sealed).await {
            locked.desk.forget_secret(entry).await;
            return Err(error.into());
        }
        card.trusted = Some(DeviceUnlock { wrapped_private_key, wrapped_user_key });
        Ok(card.write(&locked.folder())?)
    }
}

impl Desk {
    /// The device key; `None` when the keyring has none.
    pub(super) async fn device_key(
        &self,
        user: UserId,
        device: Uuid,
    ) -> Result<Option<Secret>, keys::Error> {
        let desk = self.clone();
        blocking(move || desk.keyring().load_secret(&entry_name(user, device))).await
    }

    async fn forget_secret(&self, entry: String) {
        let desk = self.clone();
        if let Err(error) = blocking(move || desk.keyring().delete(&entry)).await {
            tracing::warn!(%error, "a device key stays in the keyring");
        }
    }
}

impl Locked {
    /// Takes the device key out of the keyring; blocks.
    pub(super) fn forget_device_key(&self, device: Uuid) {
        match self.desk.keyring().delete(&entry_name(self.account.user_id, device)) {
            Ok(()) | Err(keys::Error::NoKeyring) => {}
            // The server's half opens nothing without a sign-in.
            Err(error) => tracing::warn!(%error, "a device key stays in the keyring"),
        }
    }
}
