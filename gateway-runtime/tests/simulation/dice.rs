//! What decides: all of it from one seed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::chance::Chance;
use gateway_core::time::Clock;
use tokio::time::Instant;

/// A seeded die.
#[derive(Debug)]
pub(crate) struct Dice(Chance);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(Chance::seeded(seed))
    }

    /// From 0 up to and without `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        u64::from_le_bytes(self.0.bytes()) % end
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn millis(&self, end: u64) -> Duration {
        Duration::from_millis(self.below(end))
    }
}

/// The simulation's time: tokio's, which moves when nothing else is left to do.
#[derive(Debug)]
pub(crate) struct SimulatedClock(Instant);

impl SimulatedClock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = i64::try_from(self.0.elapsed().as_millis()).expect("not for ever");
        DateTime::from_timestamp_millis(1_767_225_600_000).expect("a time")
            + TimeDelta::milliseconds(elapsed)
    }
}
