//! This installation, as the server keeps it.

use serde::Serialize;
use uuid::Uuid;

use super::link::Call;
use super::{Error, Server};

/// What a trusted device leaves with the server (`DeviceKeysRequestModel`); all of it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceKeys {
    /// The user key for the device's public key.
    #[serde(rename = "encryptedUserKey")]
    pub user_key: String,
    /// The device's public key under the user key.
    #[serde(rename = "encryptedPublicKey")]
    pub public_key: String,
    /// The device's private key under the device key.
    #[serde(rename = "encryptedPrivateKey")]
    pub private_key: String,
}

impl Server {
    /// Makes the device one the account trusts. Doing it again replaces what was there.
    pub async fn trust_device(&self, device: Uuid, keys: &DeviceKeys) -> Result<(), Error> {
        let body = serde_json::to_vec(keys).map_err(|_| Error::NotUnderstood)?;
        self.call(&Call::put(self.api(&format!("/devices/{device}/keys")), body)).await?;
        Ok(())
    }
}
