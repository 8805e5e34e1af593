//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod addresses;
mod another_device;
mod api_key;
mod certificate;
mod ended_session;
mod faults;
mod front;
mod history;
mod imports;
mod keeper;
mod layers;
mod memory;
mod new_device;
mod office;
mod offline;
mod pin;
mod plaintext;
mod presence;
mod proxy;
mod push;
mod recipes;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod security_keys;
mod several_accounts;
mod sign_in;
mod sso;
mod staging;
mod store;
mod sync;
mod timeout;
mod two_step;
mod two_step_duo;
mod two_step_remembered;
mod upload;
mod v2_account;
mod vaultwarden;
mod vectors;
mod web_vault_first;
