//! Stories: core against the sandbox, one file each.

mod formats;
mod store;
