//! The contract of `wardroomctl`, held from outside: the real program against the sandbox.
//!
//! Snapshots hold verbs, exit codes and the shape of every `--json` answer; a change in one is a change of
//! the contract and wants a decision page.
// A failed unwrap here is a failed test.
#![allow(clippy::unwrap_used)]

mod clients;
mod import;
mod past;
mod recipes;
mod session;
mod sign_in;
mod terminal;
mod usage;
