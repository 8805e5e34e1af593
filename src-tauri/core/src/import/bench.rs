//! The bench: a person looks at what is staged, and changes it before it is sent.
//!
//! Everything that changes staged content goes through `Desk`: it holds the staging while the change is
//! made, keeps the other side of each step for undo, and makes the findings of the changed items anew.

mod choose;
mod desk;
mod detail;
mod fix;
mod fold;
mod grid;
mod query;
mod scan;
mod steps;
mod values;

pub(crate) use choose::leave_out;
pub use choose::{fix, move_to, revision, set_skipped};
pub(crate) use desk::{Change, Desk};
pub use detail::{detail, edit, reveal};
pub use grid::Grid;
pub use steps::{redo, undo};
