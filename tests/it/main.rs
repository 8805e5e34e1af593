//! The stories: one program, one file per story.
// A failed unwrap here is a failed story.
#![allow(clippy::unwrap_used)]

mod formats;
mod vectors;
