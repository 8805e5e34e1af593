//! Bitwarden's password-protected export.

use bitwarden_crypto::{EncString, KeyDecryptable as _, PinKey};

use super::{Error, Kdf, Secret, sealed, stack};

/// Opens the `data` of a password-protected export: the plain JSON text.
///
/// `salt` is taken as the text in the file, although it looks like base64: that text is what the
/// official clients hash (`libs/tools/export/vault-export/vault-export-core/src/services/base-vault-export.service.ts`).
/// Derives a key: call it off the async threads.
///
/// # Errors
/// [`Error::WrongPassword`] when `validation` (`encKeyValidation_DO_NOT_EDIT`) does not open,
/// [`Error::Unopened`] when it does but the data is damaged, [`Error::Malformed`] and
/// [`Error::KdfRefused`] before any work.
pub fn open_protected_export(
    password: &Secret,
    salt: &str,
    kdf: &Kdf,
    validation: &str,
    data: &str,
) -> Result<Secret, Error> {
    let (validation, data) = (authenticated(validation)?, authenticated(data)?);
    let kdf = kdf.checked()?;
    if password.is_empty() {
        return Err(Error::WrongPassword);
    }
    stack::clean_deep(|| {
        let key = PinKey::derive(password.expose().as_bytes(), salt.as_bytes(), &kdf)
            .map_err(|_| Error::KdfRefused)?;
        open(&validation, &key).map_err(|_| Error::WrongPassword)?;
        open(&data, &key)
    })
}

fn open(sealed: &EncString, key: &PinKey) -> Result<Secret, Error> {
    let text: String = sealed.decrypt_with_key(key).map_err(|_| Error::Unopened)?;
    Ok(Secret::new(text))
}

fn authenticated(text: &str) -> Result<EncString, Error> {
    match sealed::parse(text)? {
        sealed @ EncString::Aes256Cbc_HmacSha256_B64 { .. } => Ok(sealed),
        _ => Err(Error::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use bitwarden_crypto::KeyEncryptable as _;

    use super::*;

    const SALT: &str = "TFnhF4JPQpeSC+ayjh01Mg==";
    const FAST: Kdf = Kdf::Pbkdf2 { iterations: 5_000 };

    fn seal(password: &str, plain: &str) -> String {
        let key = PinKey::derive(password.as_bytes(), SALT.as_bytes(), &FAST.checked().unwrap());
        plain.to_owned().encrypt_with_key(&key.unwrap()).unwrap().to_string()
    }

    fn try_open(password: &str, validation: &str, data: &str) -> Result<Secret, Error> {
        open_protected_export(&Secret::new(password), SALT, &FAST, validation, data)
    }

    #[test]
    fn a_wrong_password_and_a_damaged_file_are_told_apart() {
        let validation = seal("right", "51dc47f2-43aa-427b-ac34-ffe9ec433abb");
        let data = seal("right", "{}");
        assert_eq!(try_open("right", &validation, &data).unwrap().expose(), "{}");
        assert_eq!(try_open("right ", &validation, &data).err(), Some(Error::WrongPassword));
        assert_eq!(try_open("", &validation, &data).err(), Some(Error::WrongPassword));
        let foreign = seal("other", "{}");
        assert_eq!(try_open("right", &validation, &foreign).err(), Some(Error::Unopened));
        assert_eq!(try_open("right", &validation, "{}").err(), Some(Error::Malformed));
        let without_mac = "0.AtcnOBw7cmT8bBwvzpRCDg==|aim0B4vSLpcvRXhRq/fclw==";
        assert_eq!(try_open("right", &validation, without_mac).err(), Some(Error::Malformed));
    }

    #[test]
    fn a_file_that_asks_for_endless_work_is_refused() {
        let endless = Kdf::Argon2id { iterations: 2, memory_mib: 1 << 20, parallelism: 1 };
        let sealed = seal("right", "{}");
        let password = Secret::new("right");
        let opened = open_protected_export(&password, SALT, &endless, &sealed, &sealed);
        assert_eq!(opened.err(), Some(Error::KdfRefused));
    }
}
