//! The stories: what Wardroom promises, told through core against a fake server that keeps state.
//! One program, one file per story.
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
