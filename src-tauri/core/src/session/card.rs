//! `card.json`: how to unlock an account, and who it is. Nothing in it is secret: the keys are wrapped, and
//! guessing the password from it costs the account's own key derivation.

use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::folder::{self, AccountFolder};
use crate::keys::{DatabaseKey, Kdf};
use crate::model::{Account, AccountKeys, KeyringState, ServerKind, ServerSettings};
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
    #[serde(flatten)]
    pub(super) keys: AccountKeys,
    pub(super) database_key: KeptKey,
    /// Tells a wrong key from a damaged file. Of 32 random bytes, so nothing can be guessed from it.
    pub(super) key_check: String,
    /// What the server said of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) server_said: Option<ServerSaid>,
    /// The session was ended: only signing in opens the account again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) ended: bool,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServerSaid {
    pub(super) kind: ServerKind,
    /// RFC 3339 UTC.
    pub(super) asked_at: String,
}

impl ServerSaid {
    pub(super) fn now(kind: ServerKind) -> Self {
        Self { kind, asked_at: jiff::Timestamp::now().to_string() }
    }

    /// Said within a day; a clock that was set back counts as long ago.
    pub(super) fn is_fresh(&self) -> bool {
        let Ok(asked_at) = self.asked_at.parse::<jiff::Timestamp>() else { return false };
        let age = jiff::Timestamp::now().duration_since(asked_at);
        !age.is_negative() && age < jiff::SignedDuration::from_hours(24)
    }
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
    pub(super) keys: AccountKeys,
}

impl Card {
    pub(super) fn new(
        account: Account,
        device: Uuid,
        unlocking: Unlocking,
        database_key: KeptKey,
        key_check: String,
    ) -> Self {
        let Unlocking { password, connector, trusted, keys } = unlocking;
        Self {
            version: VERSION,
            account,
            services: None,
            device,
            password,
            connector,
            trusted,
            keys,
            database_key,
            key_check,
            server_said: None,
            ended: false,
        }
    }

    pub(super) fn with_server_said(self, server_said: Option<ServerSaid>) -> Self {
        Self { server_said, ..self }
    }

    /// What is left of it when the session has ended: what the next sign-in needs to find the cache, and nothing
    /// that a password could be tried on.
    pub(super) fn without_session(self) -> Self {
        Self { ended: true, password: None, connector: None, trusted: None, ..self }
    }

    /// Whether a master password opens it.
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Names this way to unlock: a PIN, or the system's word, is good as long as it stays the same. It changes
    /// with the password, its derivation, and the user key.
    pub(super) fn made_for(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"wardroom made for\0");
        let mut part = |text: &str| {
            hash.update(text.as_bytes());
            hash.update([0]);
        };
        if let Some(password) = &self.password {
            part(&format!("{:?}", password.kdf));
            part(&password.salt);
            part(&password.wrapped_user_key);
        }
        if let Some(connector) = &self.connector {
            part(&connector.wrapped_user_key);
        }
        part(&self.keys.wrapped_private_key);
        half(hash)
    }

    /// Keeps addresses of services that are not where the server's address says.
    pub(super) fn at(mut self, settings: &ServerSettings) -> Self {
        self.services = settings.has_own().then(|| settings.clone());
        self
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
    half(hash)
}

fn half(hash: Sha256) -> String {
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
            keys: AccountKeys::v1("2.private"),
        };
        Card::new(account, Uuid::from_u128(2), unlocking, database_key, "00ff".to_owned())
    }

    #[test]
    fn the_card_on_disk_keeps_its_form() {
        let password = card(KeptKey::Password { wrapped: "2.database".to_owned() });
        insta::assert_json_snapshot!(password);
        let os = card(KeptKey::Os { entry: "1.abcd".to_owned() });
        insta::assert_json_snapshot!(os.database_key);
        let mut modern = card(KeptKey::Os { entry: "1.abcd".to_owned() });
        modern.keys = AccountKeys {
            wrapped_private_key: "7.private".to_owned(),
            wrapped_signing_key: Some("7.signing".to_owned()),
            signed_public_key: Some("signed".to_owned()),
            security_state: Some("state".to_owned()),
            security_version: Some(2),
        };
        let asked_at = "2026-08-01T10:00:00Z".to_owned();
        modern.server_said = Some(ServerSaid { kind: ServerKind::Vaultwarden, asked_at });
        insta::assert_json_snapshot!(modern);
    }

    #[test]
    fn what_a_server_said_is_believed_for_a_day() {
        assert!(ServerSaid::now(ServerKind::Bitwarden).is_fresh());
        let at = |hours: i64| {
            let then = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
            ServerSaid { kind: ServerKind::Bitwarden, asked_at: then.to_string() }.is_fresh()
        };
        assert_eq!([at(-25), at(-23), at(1)], [false, true, false]);
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
