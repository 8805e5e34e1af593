//! The stories: one program, one file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod formats;
mod office;
mod offline;
mod sign_in;
mod store;
mod sync;
mod vectors;
