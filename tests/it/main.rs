//! Stories: core against the sandbox, one file each.
#![allow(clippy::unwrap_used)]

mod formats;
mod layers;
mod office;
mod offline;
mod sign_in;
mod store;
mod sync;
mod vectors;
