//! The work: everything Wardroom does, without a window.
//!
//! Rooms (see `docs/architecture.md`): `model` holds the nouns; `server`, `store` and `keys` are the
//! only places that know HTTP, SQL and ciphers; `session` joins them into [`session::Unlocked`], the
//! pass every other room asks for; `sync` and `import` do the work.
#![warn(missing_docs)]

pub mod error;
pub mod health;
pub mod import;
pub mod keys;
pub mod model;
pub mod server;
pub mod session;
pub mod store;
pub mod sync;

pub use error::{Code, Error, Failure};

/// The Bitwarden calendar version this program claims towards the server.
///
/// The server compares it with its own releases: a number of our own scheme would count as ancient
/// (`src/Identity/IdentityServer/RequestValidators/ClientVersionValidator.cs`).
pub const CLIENT_VERSION: &str = "2026.8.0";
