//! Stories: the promises of the program, told through core. One file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod layers;
mod store;
mod vectors;
mod formats;
