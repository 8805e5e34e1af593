//! The bench: a person looks at what is staged, and changes it before it is sent.
//!
//! Everything that changes staged content goes through [`Desk`]: it holds the staging while the change is
//! made, keeps the other side of each step for undo, and makes the findings of the changed items anew.

mod choose;
mod desk;
mod fold;
mod grid;
mod query;
mod scan;
mod steps;

pub(crate) use choose::leave_out;
pub(crate) use desk::Desk;
pub use grid::Grid;
pub use steps::{redo, undo};
