//! Leaves no key behind on the stack.
//!
//! The cipher crates wipe what they keep on the heap, but AES round keys (the first two are the key
//! itself) and numbers of the RSA key stay in dead stack frames until something overwrites them. After a
//! lock the process must not hold them (`SECURITY.md`), and at that time the other threads' stacks are
//! out of reach. So each use of a key overwrites the stack below it when it is done.

use std::hint::black_box;

/// Enough for sealing and opening one text; a debug build's frames are larger.
const SHALLOW: usize = if cfg!(debug_assertions) { 32 * 1024 } else { 8 * 1024 };
/// Enough for RSA and key derivation.
const DEEP: usize = 64 * 1024;

/// Runs short work with a symmetric key.
pub(super) fn clean<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    overwrite::<SHALLOW>();
    result
}

/// Runs work with RSA, a key derivation, or key handling in general.
pub(super) fn clean_deep<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    overwrite::<DEEP>();
    result
}

/// In a frame of its own, so that its locals lie below those of the caller.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite<const BYTES: usize>() {
    black_box(&mut [0_u8; BYTES]);
}
