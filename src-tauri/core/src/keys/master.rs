//! Master key: password and salt in, login hash and user key out.

use bitwarden_crypto::{CryptoError, EncString, HashPurpose, SymmetricCryptoKey};

use super::{Error, Kdf, Secret, prints_nothing, sealed, stack};

/// The key a master password stands for. Lives for one sign-in or unlock.
pub struct MasterKey(pub(super) bitwarden_crypto::MasterKey);

/// The account's own symmetric key, just opened.
pub struct UserKey(pub(super) SymmetricCryptoKey);

prints_nothing!(MasterKey, UserKey);

impl MasterKey {
    /// Derives; takes about a tenth of a second of CPU: call it off the async threads.
    ///
    /// `salt` is the server's salt, else the e-mail address as typed: it is trimmed and lower-cased
    /// here, as the official clients do even with a salt the server sent.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] for an empty password, [`Error::KdfRefused`] for settings out of
    /// bounds; neither is hashed.
    pub fn derive(password: &Secret, salt: &str, kdf: &Kdf) -> Result<Self, Error> {
        if password.is_empty() {
            return Err(Error::WrongPassword);
        }
        let kdf = kdf.checked()?;
        let derive = || bitwarden_crypto::MasterKey::derive(password.expose(), salt, &kdf);
        stack::clean_deep(derive).map(Self).map_err(|_| Error::KdfRefused)
    }

    /// From the 32 bytes a key connector keeps in place of a password, base64.
    ///
    /// # Errors
    /// [`Error::Malformed`] for anything else.
    pub fn from_connector(key: &Secret) -> Result<Self, Error> {
        let bytes =
            bitwarden_encoding::B64::try_from(key.expose()).map_err(|_| Error::Malformed)?;
        let key = stack::clean(|| bitwarden_crypto::MasterKey::try_from(bytes.into_bytes()));
        key.map(Self).map_err(|_| Error::Malformed)
    }

    /// The hash that signs in (one round), base64.
    #[must_use]
    pub fn server_hash(&self, password: &Secret) -> Secret {
        let password = password.expose().as_bytes();
        let purpose = HashPurpose::ServerAuthorization;
        stack::clean(|| {
            Secret::new(String::from(&self.0.derive_master_key_hash(password, purpose)))
        })
    }

    /// Opens the user key. [`Error::WrongPassword`] when it does not fit.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the text is not type 2 (or the type 0 of very old accounts, which is
    /// only read), or holds something that is no user key.
    pub fn open_user_key(&self, wrapped: &str) -> Result<UserKey, Error> {
        let wrapped = sealed::parse(wrapped)?;
        let authenticated = match wrapped {
            EncString::Aes256Cbc_HmacSha256_B64 { .. } => true,
            EncString::Aes256Cbc_B64 { .. } => false,
            _ => return Err(Error::Malformed),
        };
        match stack::clean_deep(|| self.0.decrypt_user_key(wrapped)) {
            Ok(SymmetricCryptoKey::Aes256CbcKey(_)) => Err(Error::Malformed),
            Ok(key) => Ok(UserKey(key)),
            // Type 0 has no MAC: with a wrong password it ends in bad padding or an odd length.
            Err(CryptoError::Decrypt) => Err(Error::WrongPassword),
            Err(_) if !authenticated => Err(Error::WrongPassword),
            Err(_) => Err(Error::Malformed),
        }
    }
}

impl UserKey {
    /// The key's name on the wire, 32 lower-case hex digits.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.0.key_id().map(|id| id.to_string())
    }

    /// A user key from its bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        super::wrap::key_from_bytes(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use bitwarden_crypto::SymmetricKeyAlgorithm;

    use super::*;

    const FAST: Kdf = Kdf::Pbkdf2 { iterations: 5_000 };

    fn master(password: &str) -> MasterKey {
        MasterKey::derive(&Secret::new(password), "a@msp.example", &FAST).unwrap()
    }

    #[test]
    fn an_empty_password_is_refused_before_any_work() {
        let endless = Kdf::Pbkdf2 { iterations: u32::MAX };
        let empty = MasterKey::derive(&Secret::new(""), "a@msp.example", &endless);
        assert_eq!(empty.err(), Some(Error::WrongPassword));
    }

    #[test]
    fn settings_out_of_bounds_are_refused_even_when_made_by_hand() {
        let endless = Kdf::Argon2id { iterations: 2, memory_mib: u32::MAX, parallelism: 1 };
        let refused = MasterKey::derive(&Secret::new("x"), "a@msp.example", &endless);
        assert_eq!(refused.err(), Some(Error::KdfRefused));
    }

    #[test]
    fn a_wrong_password_and_a_malformed_key_are_told_apart() {
        let key = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let wrapped = master("right").0.encrypt_user_key(&key).unwrap().to_string();
        assert!(master("right").open_user_key(&wrapped).is_ok());
        let wrong = master("Right").open_user_key(&wrapped);
        assert_eq!(wrong.err(), Some(Error::WrongPassword));

        let type_7 = "7.g1gcowE6AAEReQMYKgRQ";
        for malformed in ["", "hello", "1.AA==|AA==|AA==", type_7, "4.AAAA"] {
            let opened = master("right").open_user_key(malformed);
            assert_eq!(opened.err(), Some(Error::Malformed), "{malformed}");
        }
    }

    #[test]
    fn a_user_key_without_a_mac_half_is_refused() {
        let short = SymmetricCryptoKey::try_from("A".repeat(43)).unwrap();
        let wrapped = master("right").0.encrypt_user_key(&short).unwrap().to_string();
        let opened = master("right").open_user_key(&wrapped);
        assert_eq!(opened.err(), Some(Error::Malformed), "nothing it sealed could be trusted");
    }

    #[test]
    fn a_very_old_key_without_mac_says_wrong_password_too() {
        let block = "AAAAAAAAAAAAAAAAAAAAAA==";
        let opened = master("any").open_user_key(&format!("0.{block}|{block}"));
        assert_eq!(opened.err(), Some(Error::WrongPassword));
    }

    #[test]
    fn keys_print_only_their_names() {
        assert_eq!(format!("{:?}", master("right")), "MasterKey(..)");
    }
}
