//! Waiting for the limits of a platform: those that are known, and those that are met.
//!
//! What is known is a bucket (GCRA, by `governor`). What is met is a *hold*: after a refusal, every
//! call that it concerns stays here until the hold is over, not only the one that was refused. All
//! of it is on tokio's time, so that a paused clock moves it.

mod hold;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use self::hold::Holds;
pub(super) use self::hold::Seen;
use super::options::{Rate, RateLimits};
use crate::messenger::LimitScope;

/// After how many calls what is known of chats that have been silent is forgotten.
const FORGET_EVERY: u32 = 1024;

/// What `governor` can reckon with: beyond it are overflows, not limits.
const LONGEST_INTERVAL: Duration = Duration::from_hours(1);
const LARGEST_BURST: u32 = 1_000_000;

/// Time since the limiter was made.
#[derive(Clone, Copy, Debug)]
struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Bucket<K, S> = RateLimiter<K, S, SinceStart, NoOpMiddleware<Duration>>;
type OneBucket = Bucket<NotKeyed, InMemoryState>;
type BucketPerChat = Bucket<String, HashMapStateStore<String>>;

/// Makes calls wait until the platform may be asked.
pub(super) struct Limiter {
    clock: SinceStart,
    account: Option<OneBucket>,
    poll: Option<OneBucket>,
    chat: Option<BucketPerChat>,
    held: Mutex<Held>,
    longest_wait: Duration,
}

struct Held {
    holds: Holds,
    calls: u32,
}

/// What a call is, to the limits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lane<'a> {
    /// The chat that it goes to.
    pub(super) chat: Option<&'a str>,
    /// Whether it polls for updates.
    pub(super) poll: bool,
}

/// Waiting would take longer than a call may wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TooLong {
    pub(super) scope: LimitScope,
    pub(super) wait: Duration,
}

impl Limiter {
    pub(super) fn new(limits: RateLimits, longest_wait: Duration) -> Self {
        let clock = SinceStart(Instant::now());
        let one = |rate| OneBucket::direct_with_clock(quota(rate), clock);
        Self {
            clock,
            account: limits.account.map(one),
            poll: limits.poll.map(one),
            chat: limits.chat.map(|rate| BucketPerChat::hashmap_with_clock(quota(rate), clock)),
            held: Mutex::new(Held { holds: Holds::new(limits), calls: 0 }),
            longest_wait,
        }
    }

    /// Waits until the call may be sent. What it gives is for [`Self::refused`] and
    /// [`Self::succeeded`].
    pub(super) async fn admit(&self, lane: Lane<'_>) -> Result<Seen, TooLong> {
        let last = self.clock.now().saturating_add(self.longest_wait);
        // The account's bucket comes last: what it counts is what leaves in this moment.
        let mut ahead = Ahead { chat: lane.chat, poll: lane.poll, account: true };
        while let Some((scope, until)) = self.obstacle(lane, &mut ahead) {
            if until > last {
                return Err(TooLong { scope, wait: until.saturating_sub(self.clock.now()) });
            }
            tokio::time::sleep_until(self.clock.0 + until).await;
        }
        self.forget_the_silent();
        Ok(self.held().holds.seen(lane.chat))
    }

    /// The same for one that was admitted and has waited for something else; `None` where it is held back
    /// by now.
    pub(super) fn seen(&self, lane: Lane<'_>) -> Option<Seen> {
        let held = self.held();
        let is_held = held.holds.over(lane.chat, self.clock.now()).is_some();
        (!is_held).then(|| held.holds.seen(lane.chat))
    }

    /// The platform has refused a call because of a limit, and asks for a pause, or does not say.
    /// How long the scope is held back from now on, if there is anything to hold back.
    pub(super) fn refused(
        &self,
        lane: Lane<'_>,
        seen: Seen,
        scope: LimitScope,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        let now = self.clock.now();
        let until = self.held().holds.refused(lane.chat, seen, scope, asked, now)?;
        Some(until.saturating_sub(now))
    }

    /// The platform has done what it was asked.
    pub(super) fn succeeded(&self, lane: Lane<'_>, seen: Seen) {
        self.held().holds.succeeded(lane.chat, seen);
    }

    /// What the call has to wait for next, and until when.
    fn obstacle(&self, lane: Lane<'_>, ahead: &mut Ahead<'_>) -> Option<(LimitScope, Duration)> {
        let now = self.clock.now();
        if let Some(hold) = self.held().holds.over(lane.chat, now) {
            return Some(hold);
        }
        if let (Some(chat), Some(bucket)) = (ahead.chat, &self.chat) {
            let chat = chat.to_owned();
            if let Err(not) = bucket.check_key(&chat) {
                return Some((LimitScope::Chat, not.earliest_possible()));
            }
            ahead.chat = None;
        }
        let takes = |bucket: &Option<OneBucket>, ahead: &mut bool| {
            if let (true, Some(bucket)) = (*ahead, bucket) {
                bucket.check().map_err(|not| (LimitScope::Account, not.earliest_possible()))?;
                *ahead = false;
            }
            Ok(())
        };
        takes(&self.poll, &mut ahead.poll)
            .err()
            .or_else(|| takes(&self.account, &mut ahead.account).err())
    }

    /// A bot meets millions of chats, and few of them at a time.
    fn forget_the_silent(&self) {
        let mut held = self.held();
        held.calls += 1;
        if held.calls < FORGET_EVERY {
            return;
        }
        held.calls = 0;
        held.holds.forget_the_old(self.clock.now());
        drop(held);
        if let Some(bucket) = &self.chat {
            bucket.retain_recent();
            bucket.shrink_to_fit();
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The buckets that a call has not taken from yet.
struct Ahead<'a> {
    chat: Option<&'a str>,
    poll: bool,
    account: bool,
}

fn quota(rate: Rate) -> Quota {
    let interval = rate.interval().min(LONGEST_INTERVAL);
    // It has none for an interval of nothing, which is no limit at all.
    let quota = Quota::with_period(interval.max(Duration::from_nanos(1)));
    let burst = NonZeroU32::new(rate.burst().get().min(LARGEST_BURST)).unwrap_or(NonZeroU32::MIN);
    quota.unwrap_or(Quota::per_second(NonZeroU32::MAX)).allow_burst(burst)
}
