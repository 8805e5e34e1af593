//! The stories: what Wardroom promises, told through core against a fake server that keeps state.
//! One program, one file per story.

mod layers;
mod vectors;
