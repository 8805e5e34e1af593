//! Exports of other products become the items the official client makes of them, or better ones.

mod conversion;
mod normal;
mod samples;
