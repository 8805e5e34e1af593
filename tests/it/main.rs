//! Stories: core against the sandbox, one file each.
#![allow(clippy::unwrap_used)]

mod faults;
mod formats;
mod imports;
mod layers;
mod office;
mod offline;
mod plaintext;
mod sign_in;
mod staging;
mod store;
mod sync;
mod upload;
mod vectors;
