//! Chance from a seed: `SplitMix64`, the same on every machine.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of one thing (a case, a crew, an hour), so that things do not disturb each other.
    pub(super) fn of(seed: u64, stream: u64, number: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0xA24B_AED4_963E_E407));
        let mixed = random.next();
        let mut random = Self(mixed ^ number.wrapping_mul(0x9FB2_1C65_1E98_DF25));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// At least `low`, below `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// 0 to `count` - 1; 0 for a count of 0.
    #[expect(clippy::cast_possible_truncation, reason = "less than a usize")]
    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.next() % (count.max(1) as u64)) as usize
    }

    /// A wait with this mean, as between events that know nothing of each other.
    pub(super) fn wait(&mut self, mean: f64) -> f64 {
        -(1.0 - self.between(0.0, 1.0)).ln() * mean
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// Number of one of them by weight; `None` where all weigh nothing.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
        let sum: f64 = weights.iter().sum();
        let mut left = self.between(0.0, sum);
        let found = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))
    }
}
