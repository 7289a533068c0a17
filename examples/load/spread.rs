//! Times, and how they are spread.

use std::time::Duration;

/// Every time measured; few enough to keep them all.
#[derive(Debug, Default)]
pub struct Spread {
    micros: Vec<u64>,
    is_sorted: bool,
}

impl Spread {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        self.micros.push(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        self.is_sorted = false;
    }

    /// Those of another, too.
    pub fn join(&mut self, other: Self) {
        self.micros.extend(other.micros);
        self.is_sorted = false;
    }

    /// How many.
    pub const fn count(&self) -> usize {
        self.micros.len()
    }

    /// The time that `percent` of all did not exceed, in milliseconds (nearest rank).
    pub fn ms(&mut self, percent: usize) -> f64 {
        if !self.is_sorted {
            self.micros.sort_unstable();
            self.is_sorted = true;
        }
        let rank = (self.micros.len() * percent).div_ceil(100).saturating_sub(1);
        self.micros.get(rank).map_or(0.0, |micros| *micros as f64 / 1000.0)
    }
}
