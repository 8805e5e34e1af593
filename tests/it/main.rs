//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod addresses;
mod certificate;
mod faults;
mod formats;
mod front;
mod imports;
mod keeper;
mod layers;
#[cfg(target_os = "linux")]
mod memory;
mod office;
mod offline;
mod plaintext;
mod proxy;
mod sign_in;
mod staging;
mod store;
mod sync;
mod upload;
mod vectors;
