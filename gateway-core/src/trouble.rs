//! What fails for a while is told when it begins, once a minute, and when it is over.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often the same is told again.
const TOLD_AGAIN: Duration = Duration::from_mins(1);

/// Something that works, or has been failing for a while. Each failure has a word that says which it
/// is.
///
/// ```
/// use gateway_core::trouble::Trouble;
///
/// let database = Trouble::default();
/// assert!(database.is_news("no answer"));
/// assert!(!database.is_news("no answer"), "it was told");
/// assert_eq!(database.is_over().map(|over| over.failures), Some(2));
/// assert_eq!(database.is_over(), None);
/// ```
#[derive(Debug, Default)]
pub struct Trouble(Mutex<Option<Failing>>);

#[derive(Debug)]
struct Failing {
    since: Instant,
    failures: u64,
    told: Vec<(&'static str, Instant)>,
}

/// What a trouble was, once it is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Over {
    /// How often it failed.
    pub failures: u64,
    /// From the first failure to the first success.
    pub lasted: Duration,
}

impl Trouble {
    /// It has failed; whether that is worth a line in the log.
    pub fn is_news(&self, what: &'static str) -> bool {
        let now = Instant::now();
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failing =
            failing.get_or_insert_with(|| Failing { since: now, failures: 0, told: Vec::new() });
        failing.failures += 1;
        match failing.told.iter_mut().find(|(told, _)| *told == what) {
            Some((_, at)) if now - *at < TOLD_AGAIN => false,
            Some((_, at)) => {
                *at = now;
                true
            }
            None => {
                failing.told.push((what, now));
                true
            }
        }
    }

    /// It works; what the trouble was if there was one.
    pub fn is_over(&self) -> Option<Over> {
        let failing = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(Over { failures: failing.failures, lasted: failing.since.elapsed() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_fails_is_told_once_a_minute_and_when_it_is_over() {
        let trouble = Trouble::default();
        assert_eq!(trouble.is_over(), None);
        let mut told = Vec::new();
        for second in 0..=120 {
            let what = if second == 7 { "other" } else { "same" };
            if trouble.is_news(what) {
                told.push((second, what));
            }
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(told, [(0, "same"), (7, "other"), (60, "same"), (120, "same")]);
        let lasted = Duration::from_secs(121);
        assert_eq!(trouble.is_over(), Some(Over { failures: 121, lasted }));
        assert!(trouble.is_news("same"), "a new trouble is told at once");
    }
}
