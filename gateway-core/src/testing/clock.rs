//! A clock that stands still until it is moved.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::time::Clock;

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves it on by `milliseconds`.
    pub fn advance(&self, milliseconds: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) +=
            TimeDelta::milliseconds(milliseconds);
    }
}

impl Default for ManualClock {
    /// A clock that shows the first second of the year 2026.
    fn default() -> Self {
        Self::at(DateTime::from_timestamp_millis(1_767_225_600_000).unwrap_or_default())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
