//! The stories: one program, one file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod faults;
mod formats;
mod imports;
mod office;
mod offline;
mod plaintext;
mod sign_in;
mod staging;
mod store;
mod sync;
mod upload;
mod vectors;
