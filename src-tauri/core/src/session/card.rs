//! `card.json`: how to unlock an account, and who it is. Nothing in it is secret: the keys are wrapped, and
//! guessing the password from it costs the account's own key derivation.

use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::folder::{self, AccountFolder};
use crate::keys::{DatabaseKey, Kdf};
use crate::model::{Account, KeyringState, ServerSettings};
use crate::store;

/// Cards with a higher number are of a newer app.
const VERSION: u32 = 1;

/// How to unlock an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Card {
    version: u32,
    #[serde(flatten)]
    pub(super) account: Account,
    /// Service addresses of their own, where the server has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) services: Option<ServerSettings>,
    /// This installation, as the server knows it.
    pub(super) device: Uuid,
    /// `None` for accounts without a master password.
    #[serde(flatten)]
    pub(super) password: Option<PasswordUnlock>,
    /// A key connector keeps what stands for the master password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) connector: Option<ConnectorUnlock>,
    /// The account trusts this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trusted: Option<DeviceUnlock>,
    pub(super) wrapped_private_key: String,
    pub(super) database_key: KeptKey,
    /// Tells a wrong key from a damaged file. Of 32 random bytes, so nothing can be guessed from it.
    pub(super) key_check: String,
}

/// What a master password needs to open the user key. Flat in the file, as the first cards had nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PasswordUnlock {
    pub(super) kdf: Kdf,
    pub(super) salt: String,
    /// `masterKeyWrappedUserKey` on the wire.
    pub(super) wrapped_user_key: String,
}

/// What a key connector's key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConnectorUnlock {
    pub(super) url: String,
    pub(super) wrapped_user_key: String,
}

/// What the device key opens, which is in the system's keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeviceUnlock {
    /// The device's private key under the device key.
    pub(super) wrapped_private_key: String,
    /// The user key for that private key.
    pub(super) wrapped_user_key: String,
}

/// Where the database key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "keyring")]
pub(super) enum KeptKey {
    /// In the system's keyring, under this name.
    Os { entry: String },
    /// Here, under the user key.
    Password { wrapped: String },
}

impl KeptKey {
    pub(super) fn state(&self) -> KeyringState {
        match self {
            Self::Os { .. } => KeyringState::Os,
            Self::Password { .. } => KeyringState::Password,
        }
    }
}

/// What opens the account from now on.
#[derive(Debug, Clone)]
pub(super) struct Unlocking {
    pub(super) password: Option<PasswordUnlock>,
    pub(super) connector: Option<ConnectorUnlock>,
    pub(super) trusted: Option<DeviceUnlock>,
    pub(super) wrapped_private_key: String,
}

impl Card {
    pub(super) fn new(
        account: Account,
        device: Uuid,
        unlocking: Unlocking,
        database_key: KeptKey,
        key_check: String,
    ) -> Self {
        let Unlocking { password, connector, trusted, wrapped_private_key } = unlocking;
        Self {
            version: VERSION,
            account,
            services: None,
            device,
            password,
            connector,
            trusted,
            wrapped_private_key,
            database_key,
            key_check,
        }
    }

    /// How to reach the account's server.
    pub(super) fn server_settings(&self) -> ServerSettings {
        let plain = || ServerSettings {
            address: self.account.server.clone(),
            vault: None,
            api: None,
            identity: None,
            notifications: None,
        };
        self.services.clone().unwrap_or_else(plain)
    }

    /// `None` when there is no card.
    pub(super) fn read(folder: &AccountFolder) -> Result<Option<Self>, store::Error> {
        #[derive(Deserialize)]
        struct Age {
            version: u32,
        }
        let json = match fs::read(folder.card()) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(store::Error::Folder(error)),
        };
        let age: Age = serde_json::from_slice(&json).map_err(|_| store::Error::Damaged)?;
        if age.version > VERSION {
            return Err(store::Error::Newer);
        }
        serde_json::from_slice(&json).map(Some).map_err(|_| store::Error::Damaged)
    }

    pub(super) fn write(&self, folder: &AccountFolder) -> Result<(), store::Error> {
        let json = serde_json::to_vec_pretty(self).map_err(|_| store::Error::Damaged)?;
        folder::write(&folder.card(), &json).map_err(store::Error::Folder)
    }
}

/// The first half of a hash of the key: [`Card::key_check`].
pub(super) fn key_check(key: &DatabaseKey) -> String {
    let mut hash = Sha256::new();
    hash.update(b"wardroom database key check\0");
    hash.update(key.pragma().expose());
    let mut half = [0; 16];
    half.copy_from_slice(hash.finalize().split_at(16).0);
    Uuid::from_bytes(half).simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserId;
    use crate::session::folder::Folder;

    fn card(database_key: KeptKey) -> Card {
        let account = Account {
            email: "ann@northwind.example".to_owned(),
            server: "eu".to_owned(),
            user_id: UserId(Uuid::from_u128(1)),
        };
        let password = PasswordUnlock {
            kdf: Kdf::new(1, 6, Some(32), Some(4)).unwrap(),
            salt: "ann@northwind.example".to_owned(),
            wrapped_user_key: "2.user".to_owned(),
        };
        let unlocking = Unlocking {
            password: Some(password),
            connector: None,
            trusted: None,
            wrapped_private_key: "2.private".to_owned(),
        };
        Card::new(account, Uuid::from_u128(2), unlocking, database_key, "00ff".to_owned())
    }

    #[test]
    fn the_card_on_disk_keeps_its_form() {
        let password = card(KeptKey::Password { wrapped: "2.database".to_owned() });
        insta::assert_json_snapshot!(password);
        let os = card(KeptKey::Os { entry: "1.abcd".to_owned() });
        insta::assert_json_snapshot!(os.database_key);
    }

    #[test]
    fn a_card_without_a_master_password_keeps_its_form_and_reads_back() {
        let mut card = card(KeptKey::Os { entry: "1.abcd".to_owned() });
        card.password = None;
        card.connector = Some(ConnectorUnlock {
            url: "https://keys.northwind.example".to_owned(),
            wrapped_user_key: "2.connector".to_owned(),
        });
        card.trusted = Some(DeviceUnlock {
            wrapped_private_key: "2.device".to_owned(),
            wrapped_user_key: "4.user".to_owned(),
        });
        insta::assert_json_snapshot!(card);
        let read: Card = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
        assert_eq!(read, card);
    }

    #[test]
    fn cards_that_are_newer_or_damaged_are_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap().account(UserId(Uuid::from_u128(1)));
        folder.make().unwrap();
        assert!(matches!(Card::read(&folder), Ok(None)));
        let written = card(KeptKey::Os { entry: "x".to_owned() });
        written.write(&folder).unwrap();
        assert_eq!(Card::read(&folder).unwrap(), Some(written));
        fs::write(folder.card(), r#"{"version": 2, "anything": "else"}"#).unwrap();
        assert!(matches!(Card::read(&folder), Err(store::Error::Newer)));
        fs::write(folder.card(), r#"{"version": 1}"#).unwrap();
        assert!(matches!(Card::read(&folder), Err(store::Error::Damaged)));
    }
}
