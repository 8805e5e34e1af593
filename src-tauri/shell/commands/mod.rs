//! What the page may ask for: one file per room, ten lines per command, no decisions.

pub(crate) mod clients;
pub(crate) mod import;
pub(crate) mod session;
