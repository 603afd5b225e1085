//! Numbers from a seed.

/// splitmix64: the same numbers on every machine.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Whether the one of so many sides fell.
    pub fn one_in(&mut self, sides: u64) -> bool {
        self.next().is_multiple_of(sides)
    }

    /// A number below this one.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("below a usize")
    }

    /// So many seconds, or fewer.
    pub fn seconds(&mut self, most: i64) -> i64 {
        i64::try_from(self.next() % most.cast_unsigned().wrapping_add(1)).expect("small")
    }
}
