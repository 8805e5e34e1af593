//! What the page may ask for: one file per room, ten lines per command, no decisions.
// Tauri hands its state over by value.
#![allow(clippy::needless_pass_by_value)]

pub(crate) mod clients;
pub(crate) mod import;
pub(crate) mod session;
