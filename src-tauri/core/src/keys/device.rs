//! A trusted device: its key opens the account without a master password.
//!
//! device key → the device's RSA private key → the user key.

use bitwarden_crypto::{EncString, SymmetricCryptoKey};

use super::{Error, KeyRing, Secret, UserKey, sealed, stack, wrap};

/// What comes of trusting this device: one secret to keep here, three sealed texts for the server.
#[derive(Debug)]
pub struct DeviceTrust {
    /// Never leaves this machine.
    pub device_key: Secret,
    /// The user key for the device's public key.
    pub wrapped_user_key: String,
    /// The device's private key under the device key.
    pub wrapped_private_key: String,
    /// The device's public key under the user key.
    pub wrapped_public_key: String,
}

impl KeyRing {
    /// Makes a device key and an RSA pair; takes up to a second: call it off the async threads.
    ///
    /// # Errors
    /// [`Error::Locked`] once wiped.
    pub fn trust_device(&self) -> Result<DeviceTrust, Error> {
        self.with_user_key(|user| {
            let made = stack::clean_deep(|| bitwarden_crypto::DeviceKey::trust_device(user));
            let made = made.map_err(|_| Error::Malformed)?;
            Ok(DeviceTrust {
                device_key: Secret::new(String::from(&made.device_key)),
                wrapped_user_key: made.protected_user_key.to_string(),
                wrapped_private_key: made.protected_device_private_key.to_string(),
                wrapped_public_key: made.protected_device_public_key.to_string(),
            })
        })
    }
}

/// Opens the user key with a device key.
///
/// # Errors
/// [`Error::Unopened`] when the texts are not this key's, [`Error::Malformed`] when they are none.
pub fn open_with_device_key(
    device_key: &Secret,
    wrapped_private_key: &str,
    wrapped_user_key: &str,
) -> Result<UserKey, Error> {
    let private = sealed::parse(wrapped_private_key)?;
    if !matches!(private, EncString::Aes256Cbc_HmacSha256_B64 { .. }) {
        return Err(Error::Malformed);
    }
    let shared = wrap::parse_shared(wrapped_user_key)?;
    let key = bitwarden_crypto::DeviceKey::try_from(device_key.expose().to_owned());
    let key = key.map_err(|_| Error::Malformed)?;
    match stack::clean_deep(|| key.decrypt_user_key(private, shared)) {
        Ok(SymmetricCryptoKey::Aes256CbcKey(_)) => Err(Error::Malformed),
        Ok(user) => Ok(UserKey(user)),
        Err(_) => Err(Error::Unopened),
    }
}
