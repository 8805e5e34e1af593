//! Each rule of the real server that the sandbox claims to follow, asked for over HTTP.

mod caller;
mod clients;
mod collections;
mod faults;
mod import;
mod program;
mod sign_in;
mod world;
