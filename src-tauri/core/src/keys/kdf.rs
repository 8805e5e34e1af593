//! Key derivation settings, checked before any work is done with them.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::Error;

/// Key derivation settings within the bounds this app accepts; made by [`Kdf::new`] and checked again
/// before use, because settings are also read back from disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Kdf {
    /// `kdfType` 0.
    Pbkdf2 {
        /// Rounds.
        iterations: u32,
    },
    /// `kdfType` 1.
    Argon2id {
        /// Passes.
        iterations: u32,
        /// Memory in MiB.
        memory_mib: u32,
        /// Lanes.
        parallelism: u32,
    },
}

// Lower ends: what the official clients still accept from old accounts (bitwarden-crypto
// `src/keys/kdf.rs`); below, a hostile server could ask for a hash that is cheap to guess.
// Upper ends: the official server allows 2,000,000 rounds, 10 passes, 1,024 MiB and 16 lanes
// (`src/Core/Utilities/KdfSettingsValidator.cs`). Other servers may allow more, so rounds and
// passes have room to spare, but a sign-in must neither take minutes nor exhaust the memory.
const PBKDF2_ROUNDS: RangeInclusive<u32> = 5_000..=10_000_000;
const ARGON2_PASSES: RangeInclusive<u32> = 2..=20;
const ARGON2_MEMORY_MIB: RangeInclusive<u32> = 16..=1_024;
const ARGON2_LANES: RangeInclusive<u32> = 1..=16;

impl Kdf {
    /// Checks what a server or file announces, before any work is done with it.
    ///
    /// # Errors
    /// [`Error::KdfRefused`] when out of bounds, unknown or incomplete.
    pub fn new(
        kind: i64,
        iterations: i64,
        memory_mib: Option<i64>,
        parallelism: Option<i64>,
    ) -> Result<Self, Error> {
        let number = |value: i64| u32::try_from(value).map_err(|_| Error::KdfRefused);
        let needed = |value: Option<i64>| value.ok_or(Error::KdfRefused).and_then(number);
        let kdf = match kind {
            0 => Self::Pbkdf2 { iterations: number(iterations)? },
            1 => Self::Argon2id {
                iterations: number(iterations)?,
                memory_mib: needed(memory_mib)?,
                parallelism: needed(parallelism)?,
            },
            _ => return Err(Error::KdfRefused),
        };
        kdf.checked().map(|_| kdf)
    }

    /// The same settings as the cipher crate takes them, or [`Error::KdfRefused`].
    pub(super) fn checked(self) -> Result<bitwarden_crypto::Kdf, Error> {
        Ok(match self {
            Self::Pbkdf2 { iterations } => {
                bitwarden_crypto::Kdf::PBKDF2 { iterations: within(&PBKDF2_ROUNDS, iterations)? }
            }
            Self::Argon2id { iterations, memory_mib, parallelism } => {
                bitwarden_crypto::Kdf::Argon2id {
                    iterations: within(&ARGON2_PASSES, iterations)?,
                    memory: within(&ARGON2_MEMORY_MIB, memory_mib)?,
                    parallelism: within(&ARGON2_LANES, parallelism)?,
                }
            }
        })
    }
}

fn within(bounds: &RangeInclusive<u32>, value: u32) -> Result<NonZeroU32, Error> {
    NonZeroU32::new(value).filter(|_| bounds.contains(&value)).ok_or(Error::KdfRefused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_a_hostile_server_could_send_are_refused() {
        let cases = [
            ("too few rounds", Kdf::new(0, 4_999, None, None)),
            ("no rounds", Kdf::new(0, 0, None, None)),
            ("negative rounds", Kdf::new(0, -600_000, None, None)),
            ("rounds that take minutes", Kdf::new(0, 10_000_001, None, None)),
            ("rounds beyond 32 bits", Kdf::new(0, 600_000 + (1 << 32), None, None)),
            ("one pass", Kdf::new(1, 1, Some(64), Some(4))),
            ("endless passes", Kdf::new(1, 21, Some(64), Some(4))),
            ("little memory", Kdf::new(1, 3, Some(15), Some(4))),
            ("more memory than machines have", Kdf::new(1, 3, Some(1_025), Some(4))),
            ("no lanes", Kdf::new(1, 3, Some(64), Some(0))),
            ("too many lanes", Kdf::new(1, 3, Some(64), Some(17))),
            ("memory missing", Kdf::new(1, 3, None, Some(4))),
            ("lanes missing", Kdf::new(1, 3, Some(64), None)),
            ("unknown kind", Kdf::new(2, 600_000, None, None)),
            ("negative kind", Kdf::new(-1, 600_000, None, None)),
        ];
        for (what, kdf) in cases {
            assert_eq!(kdf, Err(Error::KdfRefused), "{what}");
        }
    }

    #[test]
    fn settings_real_accounts_have_are_accepted() {
        for (iterations, memory, lanes) in [(2, 16, 1), (3, 64, 4), (6, 32, 4), (10, 1_024, 16)] {
            assert_eq!(
                Kdf::new(1, iterations, Some(memory), Some(lanes)).map(|_| ()),
                Ok(()),
                "Argon2id {iterations}/{memory}/{lanes} is within what the server allows"
            );
        }
        for rounds in [5_000, 100_000, 600_000, 2_000_000] {
            let announced = Kdf::new(0, rounds, Some(64), Some(4));
            assert!(announced.is_ok(), "{rounds} rounds; stray Argon2 fields do not matter");
        }
    }

    #[test]
    fn settings_read_back_from_disk_are_checked_again() {
        let kdf: Kdf = serde_json::from_str(r#"{"kind":"pbkdf2","iterations":1}"#).unwrap();
        assert_eq!(
            kdf.checked(),
            Err(Error::KdfRefused),
            "a changed file must not weaken the hash"
        );
    }
}
