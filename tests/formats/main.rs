//! Exports of other products become the items the official client makes of them, or better ones.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod better;
mod bitwarden;
mod bitwarden_zip;
mod conversion;
mod dashlane;
mod detection;
mod enpass;
mod fuzz;
mod hostile;
mod inspection;
mod lastpass;
mod new_kinds;
mod normal;
mod restricted;
mod samples;
mod samples_more;
mod scratch;
mod small_jsons;
