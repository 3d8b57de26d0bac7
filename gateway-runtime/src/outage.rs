//! The journal when it does not do what it is asked: one trouble of all accounts, which is told once.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gateway_core::model::AccountId;
use gateway_core::trouble::{Over, Trouble};

/// What an account asks of the journal again and again, until it is done. One may fail where others
/// work: a database may be readable that cannot be written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    /// Where receiving goes on, and what waits.
    Reading,
    /// What is to be sent by now.
    Due,
    /// Whose the account is, what came, and what has ended.
    Writing,
}

impl Asked {
    const ALL: [Self; 3] = [Self::Reading, Self::Due, Self::Writing];
}

/// What the accounts of a runtime share: it begins with the first that the journal fails, and is over
/// when it fails none.
#[derive(Debug, Default)]
pub(crate) struct Outage(Mutex<Failing>);

#[derive(Debug, Default)]
struct Failing {
    trouble: Trouble,
    /// How much fails: each that is asked, of each account.
    count: usize,
}

impl Outage {
    /// Changes whether something fails; what the trouble was, if it is over by that.
    fn change(&self, fails: &AtomicBool, now: bool) -> Option<Over> {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (fails.swap(now, Ordering::Relaxed), now) {
            (false, true) => failing.count += 1,
            (true, false) => failing.count -= 1,
            _ => return None,
        }
        if failing.count == 0 { failing.trouble.is_over() } else { None }
    }

    fn is_news(&self, words: &'static str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).trouble.is_news(words)
    }
}

/// How the journal serves one account.
#[derive(Debug)]
pub(crate) struct Service {
    outage: Arc<Outage>,
    fails: [AtomicBool; Asked::ALL.len()],
}

impl Service {
    pub(crate) fn new(outage: Arc<Outage>) -> Self {
        Self { outage, fails: Asked::ALL.map(|_| AtomicBool::new(false)) }
    }

    fn fails(&self, asked: Asked) -> &AtomicBool {
        let [reading, due, writing] = &self.fails;
        match asked {
            Asked::Reading => reading,
            Asked::Due => due,
            Asked::Writing => writing,
        }
    }

    /// Whether something that was asked for has failed, and was not done since.
    pub(crate) fn is_failing(&self) -> bool {
        self.fails.iter().any(|it| it.load(Ordering::Relaxed))
    }

    /// It did not do what was asked of it: it is asked again.
    pub(crate) fn failed(
        &self,
        asked: Asked,
        account: &AccountId,
        what: &'static str,
        error: &dyn Display,
    ) {
        self.outage.change(self.fails(asked), true);
        let words = "the journal is out of order: what comes waits until it is back";
        if self.outage.is_news(words) {
            tracing::error!(%account, what, %error, "{words}");
        } else {
            tracing::debug!(%account, %error, "{what}");
        }
    }

    /// It did what was asked of it.
    pub(crate) fn answered(&self, asked: Asked) {
        let fails = self.fails(asked);
        // Mostly it does, and then this is all.
        if !fails.load(Ordering::Relaxed) {
            return;
        }
        if let Some(over) = self.outage.change(fails, false) {
            let lasted_ms = over.lasted.as_millis();
            tracing::info!(failures = over.failures, lasted_ms, "the journal is back");
        }
    }

    /// The account asks for nothing any more, and does not know how the journal is.
    pub(crate) fn is_left(&self) {
        for fails in &self.fails {
            let _ = self.outage.change(fails, false);
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
        let [a, b] = [(); 2].map(|()| Service::new(outage.clone()));
        let fail = |service: &Service, asked| {
            service.failed(asked, &AccountId::new("a"), "reading", &"no answer");
        };
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

        fail(&a, Asked::Writing);
        a.is_left();
        assert!(!a.is_failing());
        assert_eq!(told(&logs), (2, 1), "whoever stops does not know whether it is back");
        fail(&a, Asked::Writing);
        assert_eq!(told(&logs), (3, 1), "another trouble is told at once");
    }
}
