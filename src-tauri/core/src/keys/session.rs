//! The session value: lets another process of the same person open the user key.

use std::fmt::Write as _;
use std::str::FromStr as _;

use bitwarden_crypto::{SymmetricCryptoKey, SymmetricKeyAlgorithm};
use bitwarden_encoding::B64Url;
use rand::RngExt as _;
use zeroize::Zeroizing;

use super::{Error, Secret, UserKey, sealed, wrap};

/// Names the envelope; random, so that the file name says nothing.
const ID_BYTES: usize = 16;
const KEY_BYTES: usize = 64;

/// The user key sealed under a session value (`WARDROOM_SESSION`); safe to keep on disk.
#[derive(Debug)]
pub struct SessionEnvelope {
    /// Public part, stored in the account's folder.
    pub envelope: String,
    /// Names the envelope: lower-case hex, safe as a file name.
    pub id: String,
    /// Secret part, handed to the person: contains the id and the key.
    pub value: Secret,
}

impl SessionEnvelope {
    pub(super) fn seal(user: &SymmetricCryptoKey) -> Result<Self, Error> {
        let key = SymmetricCryptoKey::make(SymmetricKeyAlgorithm::Aes256CbcHmac);
        let mut id = [0; ID_BYTES];
        rand::rng().fill(&mut id);
        let mut value = Zeroizing::new(Vec::with_capacity(ID_BYTES + KEY_BYTES));
        value.extend_from_slice(&id);
        value.extend_from_slice(key.to_encoded().as_ref());
        Ok(Self {
            envelope: wrap::seal_key(user, &key)?.to_string(),
            id: hex(&id),
            value: Secret::new(B64Url::from(value.as_slice()).to_string()),
        })
    }
}

/// The name of the envelope a session value belongs to: 32 lower-case hex digits.
///
/// # Errors
/// [`Error::WrongPassword`] when it is no session value at all.
pub fn session_id(value: &Secret) -> Result<String, Error> {
    let value = decode(value)?;
    Ok(hex(value.get(..ID_BYTES).ok_or(Error::WrongPassword)?))
}

/// Opens the user key with a session value.
///
/// # Errors
/// [`Error::WrongPassword`] when the value is not the envelope's, [`Error::Malformed`] when the
/// envelope is damaged beyond recognition.
pub fn open_session(value: &Secret, envelope: &str) -> Result<UserKey, Error> {
    let envelope = sealed::parse(envelope)?;
    let value = decode(value)?;
    let key = value.get(ID_BYTES..).ok_or(Error::WrongPassword)?;
    let key = wrap::key_from_bytes(key)?;
    let user = sealed::open_bytes(&envelope, &key).map_err(|_| Error::WrongPassword)?;
    UserKey::from_bytes(&user)
}

fn decode(value: &Secret) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = B64Url::from_str(value.expose()).map_err(|_| Error::WrongPassword)?;
    let bytes = Zeroizing::new(bytes.into_bytes());
    if bytes.len() == ID_BYTES + KEY_BYTES { Ok(bytes) } else { Err(Error::WrongPassword) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}
