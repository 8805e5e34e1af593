//! The only HTTP. Wire shapes stop here: answers come out as our own types.
//!
//! Never retries a request that may have been carried out; refreshes the access token once, only for the
//! 401 that says so (`WWW-Authenticate: Bearer error="invalid_token"`).
//!
//! [`Link`] is the way to one server and needs nobody signed in; [`Server`] adds the person's tokens. One
//! file per part of the API.

mod about;
mod answer;
mod auth_requests;
mod budget;
mod casing;
mod collections;
mod connector;
mod devices;
mod error;
mod exposed;
mod failed;
mod hub;
mod identity;
mod import;
mod landed;
mod lenient;
mod link;
mod members;
mod network;
mod policies;
mod profile;
mod provider;
mod reach;
mod sign_on;
mod signed_in;
mod tls;

pub use auth_requests::{HandedKey, NewRequest, RequestAnswer, RequestKind};
pub use budget::{Budget, Reader};
pub use collections::{CollectionAccess, SealedCollection};
pub use devices::DeviceKeys;
pub use error::Error;
pub use exposed::{EXPOSED_PASSWORDS, ExposedPasswords, HashRange, KnownHash, parse_hash};
pub use failed::ProxyTrouble;
pub use hub::{Hub, LogOutReason, Push, Pushes};
pub use identity::{
    ApiKey, Extras, Granted, KdfNumbers, MailProof, PasswordPolicy, Prelogin, Proof, Renewal,
    SignInRefusal, TokenAnswer, Tokens, TrustedDevice, TwoStepCode, TwoStepDemand, UnlockWith,
};
pub use landed::LandedItem;
pub use link::Link;
pub use members::{GroupRow, MemberRow};
pub use network::{FetchPassword, Network, ProxyWay, Route};
pub use policies::PolicyRow;
pub use profile::{OrganizationRow, Profile, ProviderRow};
pub use provider::ProviderClientRow;
pub use sign_on::{SignOn, SignOnRefusal, SignedOn};
pub use signed_in::{KeepTokens, Server};
pub use tls::{Roots, TlsTrouble};
