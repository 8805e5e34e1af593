//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod certificate;
mod ended_session;
mod faults;
mod formats;
mod imports;
mod layers;
#[cfg(target_os = "linux")]
mod memory;
mod office;
mod offline;
mod pin;
mod plaintext;
mod presence;
mod several_accounts;
mod sign_in;
mod staging;
mod store;
mod sync;
mod timeout;
mod upload;
mod vectors;
