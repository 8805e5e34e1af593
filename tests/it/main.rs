//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod another_device;
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
mod push;
mod sign_in;
mod sso;
mod staging;
mod store;
mod sync;
mod upload;
mod vectors;
