//! The time of day, as a parameter: nothing in the gateway asks the machine on its own.

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};

/// Tells what time it is. Tests pass a clock that stands still until it is moved.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Now, in UTC, in whole milliseconds: the precision of every wire and of both databases.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}
