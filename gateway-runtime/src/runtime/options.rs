//! How a runtime behaves.

use std::time::Duration;

use crate::effect::Policy;
use crate::lanes::Bounds;

/// How a runtime behaves. Its bounds are those of each account, so that none of them can take
/// another's room; what they share is beyond that.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RuntimeOptions {
    /// Handlers of an account that run at once. Where the journal is a database, one that waits until
    /// something is written down does not count, and is not held up when it goes on: up to a
    /// quarter more may have begun, and with 64 or more 160 beyond that on all accounts together. But
    /// with 1 each begins when the one before has ended.
    pub concurrency: usize,
    /// Updates of an account that are held in memory; of those that wait beyond that, only their
    /// places are.
    pub held: usize,
    /// Updates of an account that may wait: when there are so many, polling pauses, and deliveries
    /// are answered with 503. Nothing is dropped.
    pub waiting: usize,
    /// Tries of a handler that fails by itself before its update is given up. A messenger or a
    /// database that is out of order uses up none.
    pub tries: usize,
    /// The pause after the first failure; later ones grow, up to a minute.
    pub retry_pause: Duration,
    /// How long a handler may take: one that takes longer has failed.
    pub deadline: Duration,
    /// How long handlers may go on after the stop.
    pub drain: Duration,
    /// How long updates that are done are remembered, and what their handlers did: one that is
    /// delivered again after that is handled again.
    pub retention: Duration,
    /// What becomes of a message of which nobody knows whether it was sent.
    pub policy: Policy,
}

impl Default for RuntimeOptions {
    /// 64 at once, 256 in memory, 100,000 waiting; 5 tries from one second on, each of 5 minutes at
    /// most; 30 seconds to finish; remembered for 7 days; sent at least once.
    fn default() -> Self {
        Self {
            concurrency: 64,
            held: 256,
            waiting: 100_000,
            tries: 5,
            retry_pause: Duration::from_secs(1),
            deadline: Duration::from_mins(5),
            drain: Duration::from_secs(30),
            retention: Duration::from_hours(7 * 24),
            policy: Policy::default(),
        }
    }
}

impl RuntimeOptions {
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { concurrency: self.concurrency, held: self.held, drain: self.drain }
    }
}
