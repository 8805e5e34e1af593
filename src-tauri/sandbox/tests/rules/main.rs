//! Each rule of the real server that the sandbox claims to follow, asked for over HTTP.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod caller;
mod clients;
mod collections;
mod device_requests;
mod faults;
mod import;
mod import_refused;
mod live;
mod program;
mod sign_in;
mod sso;
mod world;
