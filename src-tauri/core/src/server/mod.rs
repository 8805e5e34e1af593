//! The only HTTP. Wire shapes stop here: answers come out as our own types.
//!
//! Never retries a request that may have been carried out; refreshes the access token once, only for the
//! 401 that says so (`WWW-Authenticate: Bearer error="invalid_token"`).
//!
//! [`Link`] is the way to one server and needs nobody signed in; [`Server`] adds the person's tokens. One
//! file per part of the API.

mod answer;
mod casing;
mod collections;
mod error;
mod identity;
mod import;
mod landed;
mod lenient;
mod link;
mod members;
mod profile;
mod provider;
mod reach;
mod signed_in;

pub use collections::{CollectionAccess, SealedCollection};
pub use error::Error;
pub use identity::{
    Extras, Granted, KdfNumbers, MailProof, PasswordPolicy, Prelogin, Proof, SignInRefusal,
    TokenAnswer, Tokens, TrustedDevice, TwoStepCode, TwoStepDemand, UnlockWith,
};
pub use landed::LandedItem;
pub use link::{Link, Roots};
pub use members::{GroupRow, MemberRow};
pub use profile::{OrganizationRow, Profile, ProviderRow};
pub use provider::ProviderClientRow;
pub use signed_in::{KeepTokens, Server};
