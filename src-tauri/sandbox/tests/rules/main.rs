//! Each rule of the real server that the sandbox claims to follow, asked for over HTTP.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod accounts;
mod api_key;
mod caller;
mod clients;
mod collections;
mod control;
mod device_requests;
mod faults;
mod import;
mod import_refused;
mod limits;
mod live;
mod new_device;
mod program;
mod security;
mod security_keys;
mod sign_in;
mod sso;
mod two_step;
mod world;
