//! The stories: one program, one file per story.

mod vectors;
