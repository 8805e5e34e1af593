//! Wipes what ciphers leave behind on the stack.
//!
//! Heap memory is overwritten when it is freed (`bitwarden-crypto` sees to that for the whole program),
//! stacks are not: `cbc` opens many blocks at once in an array of its own frame, and with AVX-512 that is
//! 1 KiB of plain text, a third of a private key, which a resting thread would keep for hours.

use std::hint::black_box;

/// Deeper than the ciphers go, also without optimisation.
const DEPTH_BYTES: usize = 64 * 1024;

/// Runs `work`, then overwrites the part of the stack it used.
#[inline(never)]
pub(super) fn leaving_nothing<T>(work: impl FnOnce() -> T) -> T {
    let answer = black_box(work)();
    overwrite();
    answer
}

#[inline(never)]
#[allow(clippy::large_stack_arrays)] // its size is its purpose
fn overwrite() {
    black_box(&mut [0_u8; DEPTH_BYTES]);
}
