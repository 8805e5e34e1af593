//! The key pair of one request to be let in: another device seals the account's key for it.

use bitwarden_crypto::{PrivateKey, PublicKeyEncryptionAlgorithm, SymmetricCryptoKey};
use rand::RngExt as _;

use super::{Error, MasterKey, Secret, UserKey, prints_nothing, public, stack, wrap};

/// The server keeps no more of an access code (`src/Core/Auth/Entities/AuthRequest.cs`); official clients make it
/// as long as that.
const CODE_LETTERS: usize = 25;

/// A fresh key pair with its access code. Lives for one request; never leaves memory.
pub struct RequestKey {
    private: PrivateKey,
    public: String,
    code: Secret,
}

prints_nothing!(RequestKey);

impl RequestKey {
    /// RSA-2048: takes a good part of a second of CPU; call it off the async threads.
    #[must_use]
    pub fn make() -> Self {
        let algorithm = PublicKeyEncryptionAlgorithm::RsaOaepSha1;
        let private = stack::clean_deep(|| PrivateKey::make(algorithm));
        let public = public::of(&private);
        Self { private, public, code: access_code() }
    }

    /// SPKI, base64.
    #[must_use]
    pub fn public_key(&self) -> &str {
        &self.public
    }

    /// Shows the server later that the request is ours.
    #[must_use]
    pub fn code(&self) -> &Secret {
        &self.code
    }

    /// The five words the other device shows too. Made of the e-mail address in lower case, not of the user's
    /// id: nobody is signed in yet (`getFingerprintPhrase` of bitwarden/clients
    /// `libs/auth/src/common/services/auth-request/auth-request.service.ts`).
    pub fn fingerprint(&self, email: &str) -> Result<String, Error> {
        public::fingerprint(&email.trim().to_lowercase(), &self.public)
    }

    /// Opens the user key (type 4).
    pub fn open_user_key(&self, sealed: &str) -> Result<UserKey, Error> {
        wrap::open_shared(&wrap::parse_shared(sealed)?, &self.private).map(UserKey)
    }

    /// Opens the master key (type 4), which older clients hand over instead of the user key.
    pub fn open_master_key(&self, sealed: &str) -> Result<MasterKey, Error> {
        match wrap::open_any_shared(&wrap::parse_shared(sealed)?, &self.private)? {
            key @ SymmetricCryptoKey::Aes256CbcKey(_) => {
                let master = stack::clean(|| bitwarden_crypto::MasterKey::try_from(&key));
                master.map(MasterKey).map_err(|_| Error::Malformed)
            }
            _ => Err(Error::Malformed),
        }
    }
}

/// 25 letters and digits: 148 bits.
fn access_code() -> Secret {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut random = rand::rng();
    let letters =
        (0..CODE_LETTERS).map(|_| char::from(LETTERS[random.random_range(..LETTERS.len())]));
    let mut code = String::with_capacity(CODE_LETTERS);
    code.extend(letters);
    Secret::new(code)
}

#[cfg(test)]
mod tests {
    use bitwarden_crypto::SymmetricKeyAlgorithm;

    use super::super::Kdf;
    use super::*;

    #[test]
    fn each_form_of_handing_over_opens_with_its_own_door_only() {
        let request = RequestKey::make();
        let user = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let kdf = Kdf::Pbkdf2 { iterations: 5_000 };
        let master = MasterKey::derive(&Secret::new("pw"), "a@msp.example", &kdf).unwrap();
        let wrapped = master.0.encrypt_user_key(&user).unwrap().to_string();
        let bare = SymmetricCryptoKey::try_from(master.0.to_base64()).unwrap();

        let user_form = public::seal_key_for(&user, request.public_key()).unwrap();
        let master_form = public::seal_key_for(&bare, request.public_key()).unwrap();
        assert!(request.open_user_key(&user_form).unwrap().0 == user);
        let opened = request.open_master_key(&master_form).unwrap();
        assert!(opened.open_user_key(&wrapped).unwrap().0 == user);

        assert_eq!(request.open_user_key(&master_form).err(), Some(Error::Malformed));
        assert_eq!(request.open_master_key(&user_form).err(), Some(Error::Malformed));
        let stranger = RequestKey::make();
        assert_eq!(stranger.open_user_key(&user_form).err(), Some(Error::Unopened));
        for nonsense in ["", "2.a|b|c", "4.", &wrapped] {
            assert!(request.open_user_key(nonsense).is_err(), "{nonsense}");
            assert!(request.open_master_key(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn the_phrase_is_made_of_the_address_as_official_clients_write_it() {
        let request = RequestKey::make();
        let phrase = request.fingerprint("ann@msp.example").unwrap();
        assert_eq!(phrase.split('-').count(), 5);
        assert_eq!(request.fingerprint(" Ann@MSP.example ").unwrap(), phrase);
        assert_ne!(request.fingerprint("bob@msp.example").unwrap(), phrase);
        let public = request.public_key();
        assert_eq!(public::fingerprint("ann@msp.example", public).unwrap(), phrase);
    }

    #[test]
    fn access_codes_fit_the_server_and_differ() {
        let (one, other) = (access_code(), access_code());
        assert_eq!(one.expose().len(), CODE_LETTERS);
        assert!(one.expose().bytes().all(|letter| letter.is_ascii_alphanumeric()));
        assert_ne!(one.expose(), other.expose());
    }
}
