//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod formats;
mod layers;
mod office;
mod offline;
mod sign_in;
mod store;
mod sync;
mod vectors;
