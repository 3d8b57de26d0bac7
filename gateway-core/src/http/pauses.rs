//! Whether to try again, and after which pause.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use super::{HttpOptions, Operation, Repeat};
use crate::messenger::Error;

/// The pause after the first try, but for chance.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The pauses between the tries of one call.
pub(super) struct Pauses {
    repeat: Repeat,
    longest: Duration,
    own: ExponentialBackoff,
}

impl Pauses {
    pub(super) fn new(options: &HttpOptions, operation: &Operation) -> Self {
        let longest = options.longest_pause;
        // Chance adds up to as much again.
        let doubling = longest / 2;
        let own = ExponentialBuilder::new()
            .with_min_delay(FIRST_PAUSE.min(doubling))
            .with_max_delay(doubling)
            .with_max_times(options.tries.saturating_sub(1) as usize)
            .with_jitter()
            .with_jitter_seed(u64::from_le_bytes(options.chance.bytes()));
        Self { repeat: operation.repeat, longest, own: own.build() }
    }

    /// How long to pause after this error, for which the server asked for a pause or did not;
    /// `None` when it is not to be tried again.
    pub(super) fn after(&mut self, error: &Error, asked: Option<Duration>) -> Option<Duration> {
        let may = match self.repeat {
            Repeat::Safe => true,
            Repeat::Unsafe => !error.may_have_happened(),
            Repeat::Never => false,
        };
        if !may || !error.is_retryable() {
            return None;
        }
        let own = self.own.next()?;
        let pause = asked.map_or(own, |asked| asked.max(own));
        (pause <= self.longest).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chance::Chance;
    use crate::messenger::ErrorKind;
    use crate::model::Platform;

    fn pauses(seed: u64, repeat: Repeat) -> Pauses {
        let url = "http://localhost".parse().expect("a URL");
        let mut options = HttpOptions::new(url, Platform::MAX);
        options.chance = Arc::new(Chance::seeded(seed));
        Pauses::new(&options, &Operation::new("x", "x", repeat))
    }

    fn all(mut pauses: Pauses, kind: ErrorKind, asked: Option<u64>) -> Vec<Duration> {
        let error = Error::new(kind, "x");
        std::iter::from_fn(|| pauses.after(&error, asked.map(Duration::from_secs))).collect()
    }

    const AWAY: ErrorKind = ErrorKind::Unavailable { may_have_happened: false };
    const LOST: ErrorKind = ErrorKind::Unavailable { may_have_happened: true };

    #[test]
    fn pauses_grow_unevenly_and_a_seed_repeats_them() {
        let once = all(pauses(1, Repeat::Safe), AWAY, None);
        assert_eq!(once.len(), 3, "four tries");
        for (pause, least) in once.iter().zip([250, 500, 1000]) {
            let least = Duration::from_millis(least);
            assert!((least..=least * 2).contains(pause), "{pause:?}");
        }
        assert_eq!(once, all(pauses(1, Repeat::Safe), AWAY, None));
        assert_ne!(once, all(pauses(2, Repeat::Safe), AWAY, None));
    }

    #[test]
    fn what_the_server_asks_for_is_kept_up_to_the_longest_pause() {
        let asked = all(pauses(1, Repeat::Unsafe), AWAY, Some(5));
        assert_eq!(asked, [Duration::from_secs(5); 3]);
        assert!(all(pauses(1, Repeat::Unsafe), AWAY, Some(6)).is_empty());
        let own = all(pauses(1, Repeat::Unsafe), AWAY, Some(0));
        assert!(own[0] >= FIRST_PAUSE, "nothing is not asked for at once");
    }

    #[test]
    fn no_pause_is_longer_than_the_longest() {
        let mut short = pauses(1, Repeat::Safe);
        short.longest = Duration::from_millis(1);
        assert!(all(short, AWAY, None).is_empty());
        let url = "http://localhost".parse().expect("a URL");
        let mut options = HttpOptions::new(url, Platform::MAX);
        (options.longest_pause, options.tries) = (Duration::from_millis(300), 100);
        let pauses = Pauses::new(&options, &Operation::new("x", "x", Repeat::Safe));
        let all = all(pauses, AWAY, None);
        assert_eq!(all.len(), 99);
        assert!(all.iter().all(|pause| *pause <= options.longest_pause));
    }

    #[test]
    fn what_may_have_happened_is_repeated_only_where_it_is_safe() {
        assert_eq!(all(pauses(1, Repeat::Safe), LOST, None).len(), 3);
        assert!(all(pauses(1, Repeat::Unsafe), LOST, None).is_empty());
        assert!(all(pauses(1, Repeat::Never), AWAY, None).is_empty());
        assert!(all(pauses(1, Repeat::Safe), ErrorKind::Forbidden, None).is_empty());
    }
}
