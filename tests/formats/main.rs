//! Exports of other products become the items the official client makes of them, or better ones.
#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

mod better;
mod bitwarden;
mod conversion;
mod detection;
mod docs_tools;
mod fuzz;
mod hostile;
mod inspection;
mod lastpass;
mod normal;
mod samples;
mod scratch;
mod sheets;
mod workbook;
