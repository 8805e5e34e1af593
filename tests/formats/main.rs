//! Exports of other products become the items the official client makes of them, or better ones.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod better;
mod bitwarden;
mod conversion;
mod detection;
mod fuzz;
mod fuzz_all;
mod fuzz_dice;
mod fuzz_kdbx;
mod hostile;
mod inspection;
mod keepass;
mod keepass_kdbx;
mod lastpass;
mod normal;
mod same;
mod samples;
mod scratch;
mod xml_formats;
mod xml_hostile;
