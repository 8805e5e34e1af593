//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod certificate;
mod faults;
mod formats;
mod imports;
mod layers;
#[cfg(target_os = "linux")]
mod memory;
mod new_device;
mod office;
mod offline;
mod plaintext;
mod sign_in;
mod staging;
mod store;
mod sync;
mod two_step;
mod two_step_duo;
mod two_step_remembered;
mod upload;
mod vectors;
