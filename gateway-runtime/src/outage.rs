//! The journal when it does not do what it is asked: one trouble of all accounts, which is told once.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gateway_core::model::AccountId;
use gateway_core::trouble::Trouble;
use tokio::time::Instant;

/// Whoever is failed asks again within two minutes. Who has not for this long does not want it any
/// more, as of a message that was taken back.
const STALE: Duration = Duration::from_mins(5);

/// When the first account is served again, connections of others are still found to be dead: what
/// fails so soon after an outage, and no longer, is not told as one more.
const RELAPSE: Duration = Duration::from_secs(10);

/// What an account asks of the journal again and again, until it is done. One may fail where others
/// work: a database may be readable that cannot be written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Asked {
    /// Where receiving goes on, and what waits.
    Reading,
    /// What is to be sent by now.
    Due,
    /// That an effect begins.
    Effects,
    /// Whose the account is, what came, and what has ended.
    Writing,
}

impl Asked {
    const ALL: [Self; 4] = [Self::Reading, Self::Due, Self::Effects, Self::Writing];
}

/// What the accounts of a runtime share: it begins with the first that the journal fails, and is over
/// when it fails none.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<Failing>);

#[derive(Debug, Default)]
struct Failing {
    trouble: Trouble,
    /// What fails, and when it did last.
    last: HashMap<(AccountId, Asked), Instant>,
    /// When it was told that it is back.
    back: Option<Instant>,
}

impl Failing {
    fn forget_stale(&mut self) {
        self.last.retain(|_, last| last.elapsed() < STALE);
    }
}

/// How the journal serves one account.
#[derive(Debug)]
pub(crate) struct Service {
    account: AccountId,
    outage: Arc<Outage>,
    /// Whether anything fails: mostly nothing does, and then nobody waits for the others.
    fails: AtomicBool,
}

impl Service {
    pub(crate) fn new(account: AccountId, outage: Arc<Outage>) -> Self {
        Self { account, outage, fails: AtomicBool::new(false) }
    }

    fn failing(&self) -> MutexGuard<'_, Failing> {
        self.outage.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something that was asked for has failed, and was not done since.
    pub(crate) fn is_failing(&self) -> bool {
        if !self.fails.load(Ordering::Relaxed) {
            return false;
        }
        let mut failing = self.failing();
        failing.forget_stale();
        failing.last.keys().any(|(account, _)| *account == self.account)
    }

    /// It did not do what was asked of it: it is asked again.
    pub(crate) fn failed(&self, asked: Asked, what: &'static str, error: &dyn Display) {
        let (account, words) =
            (&self.account, "the journal is out of order: what comes waits until it is back");
        let is_news = {
            let mut failing = self.failing();
            failing.forget_stale();
            if failing.last.is_empty() {
                // One that nobody has seen the end of is not this one.
                let _ = failing.trouble.is_over();
            }
            failing.last.insert((account.clone(), asked), Instant::now());
            self.fails.store(true, Ordering::Relaxed);
            let is_relapse = failing.back.is_some_and(|it| it.elapsed() < RELAPSE);
            !is_relapse && failing.trouble.is_news(words)
        };
        if is_news {
            tracing::error!(%account, what, %error, "{words}");
        } else {
            tracing::debug!(%account, %error, "{what}");
        }
    }

    /// It did what was asked of it.
    pub(crate) fn answered(&self, asked: Asked) {
        self.well(&[asked], true);
    }

    /// It answered, and nothing else is asked of it: another process runs the account.
    pub(crate) fn is_handed_over(&self) {
        self.well(&Asked::ALL, true);
    }

    /// The account asks for nothing any more, and does not know how the journal is.
    pub(crate) fn is_left(&self) {
        self.well(&Asked::ALL, false);
    }

    fn well(&self, asked: &[Asked], is_told: bool) {
        if !self.fails.load(Ordering::Relaxed) {
            return;
        }
        let over = {
            let mut failing = self.failing();
            failing.forget_stale();
            for asked in asked {
                failing.last.remove(&(self.account.clone(), *asked));
            }
            let fails = failing.last.keys().any(|(account, _)| *account == self.account);
            self.fails.store(fails, Ordering::Relaxed);
            let over = if failing.last.is_empty() { failing.trouble.is_over() } else { None };
            let over = over.filter(|_| is_told);
            if over.is_some() {
                failing.back = Some(Instant::now());
            }
            over
        };
        if let Some(over) = over {
            let lasted_ms = over.lasted.as_millis();
            tracing::info!(failures = over.failures, lasted_ms, "the journal is back");
        }
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::testing::Logs;

    use super::*;

    /// How often each was told: that it is out of order, and that it is back.
    fn told(logs: &Logs) -> (usize, usize) {
        let text = logs.text();
        let count = |words| text.lines().filter(|it| it.contains(words)).count();
        (count("ERROR"), count("the journal is back"))
    }

    #[tokio::test(start_paused = true)]
    async fn one_outage_of_all_accounts_lasts_until_the_journal_fails_none() {
        let (logs, _guard) = Logs::capture();
        let outage = Arc::new(Outage::default());
        let [a, b] = ["a", "b"].map(|it| Service::new(AccountId::new(it), outage.clone()));
        let fail = |service: &Service, asked| service.failed(asked, "reading", &"no answer");
        a.answered(Asked::Writing);
        assert!(!a.is_failing());
        for (service, asked) in [
            (&a, Asked::Reading),
            (&a, Asked::Writing),
            (&a, Asked::Writing),
            (&b, Asked::Due),
            (&b, Asked::Writing),
        ] {
            fail(service, asked);
            assert!(service.is_failing());
        }
        a.answered(Asked::Due);
        a.answered(Asked::Reading);
        a.answered(Asked::Writing);
        assert!(!a.is_failing() && b.is_failing());
        b.answered(Asked::Writing);
        assert_eq!(told(&logs), (1, 0), "something is not done yet");
        b.answered(Asked::Due);
        b.answered(Asked::Due);
        assert_eq!(told(&logs), (1, 1));
        assert!(!b.is_failing());

        fail(&a, Asked::Effects);
        assert!(a.is_failing());
        a.answered(Asked::Effects);
        assert!(!a.is_failing());
        assert_eq!(told(&logs), (1, 1), "a connection that was dead still");
        fail(&a, Asked::Writing);
        tokio::time::advance(RELAPSE).await;
        fail(&a, Asked::Writing);
        assert_eq!(told(&logs), (2, 1), "it is not");
        a.answered(Asked::Writing);
        assert_eq!(told(&logs), (2, 2));
        tokio::time::advance(RELAPSE).await;

        fail(&a, Asked::Writing);
        a.is_left();
        assert!(!a.is_failing());
        assert_eq!(told(&logs), (3, 2), "whoever stops does not know whether it is back");
        fail(&a, Asked::Writing);
        assert_eq!(told(&logs), (4, 2), "another trouble is told at once");
        a.is_handed_over();
        assert_eq!(told(&logs), (4, 3), "it has said whose the account is");
        tokio::time::advance(RELAPSE).await;

        fail(&a, Asked::Effects);
        tokio::time::advance(STALE).await;
        assert!(!a.is_failing(), "nobody asks for that any more");
        fail(&b, Asked::Writing);
        assert_eq!(told(&logs), (6, 3), "that is another one");
        b.answered(Asked::Writing);
        assert_eq!(told(&logs), (6, 4));
    }
}
