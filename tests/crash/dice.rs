//! Random moments that are the same in every run.

use crate::wire::Moment;

/// `SplitMix64` (Steele, Lea, Flood 2014): enough for picking moments, and the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    /// Somewhere in the bytes of the run, or right before or right after one of its answers.
    pub(crate) fn moment(&mut self) -> Moment {
        let deliver = self.roll(2) == 0;
        match self.roll(4) {
            // An upload of 5,000 items is some 7 MB of requests, and every look at it twice as much.
            0 | 1 => Moment::Bytes { count: self.roll(9_000_000), deliver },
            2 => Moment::BeforeAnswer { number: 1 + self.roll(9), deliver },
            _ => Moment::AfterAnswer { number: 1 + self.roll(9), deliver },
        }
    }
}
