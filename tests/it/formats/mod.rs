//! Exports of other products become the items the official client makes of them, or better ones.

mod better;
mod conversion;
mod detection;
mod fuzz;
mod hostile;
mod inspection;
mod normal;
mod samples;
mod scratch;
