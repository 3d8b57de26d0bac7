//! How many requests a token may make.
//!
//! Only of tokens that were given out is anything counted, so that what is kept is bounded by their
//! number; of those that make fewer requests than they may, nothing is kept for long.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gateway_core::http::Rate;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::token::TokenHash;

/// After how many requests what is known of silent tokens is forgotten.
const FORGET_EVERY: u32 = 4096;

/// What `governor` can reckon with.
const LONGEST_INTERVAL: Duration = Duration::from_hours(1);
const LARGEST_BURST: u32 = 1_000_000;

/// Time since the limiter was made, on tokio's clock.
#[derive(Clone, Copy, Debug)]
struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Buckets =
    RateLimiter<TokenHash, HashMapStateStore<TokenHash>, SinceStart, NoOpMiddleware<Duration>>;

/// A bucket a token.
#[derive(Debug)]
pub(super) struct Rates {
    clock: SinceStart,
    buckets: Buckets,
    requests: AtomicU32,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        let clock = SinceStart(Instant::now());
        let interval = rate.interval().clamp(Duration::from_nanos(1), LONGEST_INTERVAL);
        let burst = rate.burst().min(NonZeroU32::new(LARGEST_BURST).unwrap_or(NonZeroU32::MIN));
        let quota = Quota::with_period(interval).unwrap_or(Quota::per_second(NonZeroU32::MAX));
        let buckets = Buckets::hashmap_with_clock(quota.allow_burst(burst), clock);
        Self { clock, buckets, requests: AtomicU32::new(0) }
    }

    /// Counts a request; if it is one too many, how long until the token may make another.
    pub(super) fn admit(&self, token: TokenHash) -> Result<(), Duration> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        self.buckets.check_key(&token).map_err(|not_yet| not_yet.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_token_has_a_bucket_that_fills_again() {
        let rates = Rates::new(Rate::per_second(2).with_burst(3));
        let (one, other) = (TokenHash([1; 32]), TokenHash([2; 32]));
        for _ in 0..3 {
            assert_eq!(rates.admit(one), Ok(()));
        }
        assert_eq!(rates.admit(one), Err(Duration::from_millis(500)));
        assert_eq!(rates.admit(other), Ok(()));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(rates.admit(one), Ok(()));
        assert!(rates.admit(one).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn silent_tokens_are_forgotten() {
        let rates = Rates::new(Rate::per_second(10));
        for number in 0..100 {
            assert_eq!(rates.admit(TokenHash([number; 32])), Ok(()));
        }
        assert_eq!(rates.buckets.len(), 100);
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 100..FORGET_EVERY {
            let _ = rates.admit(TokenHash([200; 32]));
        }
        assert_eq!(rates.buckets.len(), 1);
    }
}
