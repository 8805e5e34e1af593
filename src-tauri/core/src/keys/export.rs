//! Bitwarden's password-protected export.

use super::{Error, Kdf, Secret};

/// Opens the `data` of a password-protected export: the plain JSON text.
pub fn open_protected_export(
    password: &Secret,
    salt: &str,
    kdf: &Kdf,
    validation: &str,
    data: &str,
) -> Result<Secret, Error> {
    let _ = (password, salt, kdf, validation, data);
    Err(Error::Unopened)
}
