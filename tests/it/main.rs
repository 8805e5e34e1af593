//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod api_key;
mod certificate;
mod faults;
mod formats;
mod imports;
mod layers;
#[cfg(target_os = "linux")]
mod memory;
mod office;
mod offline;
mod plaintext;
mod sign_in;
mod staging;
mod store;
mod sync;
mod upload;
mod v2_account;
mod vaultwarden;
mod vectors;
mod web_vault_first;
