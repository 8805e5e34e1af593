//! Leaves no key behind on the stack.
//!
//! The cipher crates wipe what they keep on the heap, but AES round keys (the first two are the key
//! itself) and numbers of the RSA key stay in dead stack frames until something overwrites them. After a
//! lock the process must not hold them (`SECURITY.md`), and at that time the other threads' stacks are
//! out of reach. So each use of a key overwrites the stack below it when it is done.

use std::hint::black_box;

/// Sealing and opening one text needs between 8 and 16 KiB (measured, debug and optimised).
const SHALLOW: usize = 32 * 1024;
/// For RSA and key derivation, which reach deeper; far from what a thread's stack holds.
const DEEP: usize = 128 * 1024;

/// For ML-DSA, whose matrices lie on the stack (measured: 128 KiB do not do, debug); a thread of the runtime
/// has 2 MiB.
const DEEPEST: usize = 512 * 1024;

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

/// Runs work with a signing key of any kind.
pub(super) fn clean_deepest<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    overwrite::<DEEPEST>();
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
