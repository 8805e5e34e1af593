//! The system's browser, for pages that are not ours: single sign-on, Duo, the web vault.

use wardroom_core::Error;

/// Opens a page there. Only the web's own schemes ever leave (`webbrowser`'s feature `hardened`).
pub(crate) fn open(address: &str) -> Result<(), Error> {
    webbrowser::open(address)
        .map_err(|_| Error::Refused("no browser could be opened on this machine".to_owned()))
}
