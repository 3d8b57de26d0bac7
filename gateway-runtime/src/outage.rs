//! The journal when it does not do what it is asked: one trouble of all accounts, which is told once.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gateway_core::model::AccountId;
use gateway_core::trouble::Trouble;

/// What is asked of the journal. A database may be readable that cannot be written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    Reading,
    /// Or to say whose an account is.
    Writing,
}

/// What the accounts of a runtime share: it begins with the first that the journal fails, and is over
/// when it fails none.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    trouble: Trouble,
    /// How much fails: reading and writing of each account.
    failing: AtomicUsize,
}

/// How the journal serves one account.
#[derive(Debug)]
pub(crate) struct Service {
    outage: Arc<Outage>,
    reading_fails: AtomicBool,
    writing_fails: AtomicBool,
}

impl Service {
    pub(crate) fn new(outage: Arc<Outage>) -> Self {
        Self {
            outage,
            reading_fails: AtomicBool::new(false),
            writing_fails: AtomicBool::new(false),
        }
    }

    fn fails(&self, asked: Asked) -> &AtomicBool {
        match asked {
            Asked::Reading => &self.reading_fails,
            Asked::Writing => &self.writing_fails,
        }
    }

    /// Whether something that was asked for has failed, and was not done since.
    pub(crate) fn is_failing(&self) -> bool {
        [Asked::Reading, Asked::Writing].iter().any(|it| self.fails(*it).load(Ordering::Relaxed))
    }

    /// It did not do what was asked of it: it is asked again.
    pub(crate) fn failed(
        &self,
        asked: Asked,
        account: &AccountId,
        what: &'static str,
        error: &dyn Display,
    ) {
        if !self.fails(asked).swap(true, Ordering::AcqRel) {
            self.outage.failing.fetch_add(1, Ordering::AcqRel);
        }
        let words = "the journal is out of order: what comes waits until it is back";
        if self.outage.trouble.is_news(words) {
            tracing::error!(%account, %error, "{words}");
        }
        tracing::debug!(%account, %error, "{what}");
    }

    /// It did what was asked of it.
    pub(crate) fn answered(&self, asked: Asked) {
        let fails = self.fails(asked);
        // Mostly it does, and then this is all.
        if !fails.load(Ordering::Relaxed) || !fails.swap(false, Ordering::AcqRel) {
            return;
        }
        if self.outage.failing.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(over) = self.outage.trouble.is_over()
        {
            let lasted_ms = over.lasted.as_millis();
            tracing::info!(failures = over.failures, lasted_ms, "the journal is back");
        }
    }

    /// The account does not ask any more.
    pub(crate) fn is_left(&self) {
        self.answered(Asked::Reading);
        self.answered(Asked::Writing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_outage_of_all_accounts_lasts_until_the_journal_fails_none() {
        let outage = Arc::new(Outage::default());
        let [a, b] = [(); 2].map(|()| Service::new(outage.clone()));
        let fail = |service: &Service, asked| {
            service.failed(asked, &AccountId::new("a"), "reading", &"no answer");
        };
        let is_told = || {
            !outage
                .trouble
                .is_news("the journal is out of order: what comes waits until it is back")
        };
        a.answered(Asked::Writing);
        assert!(!a.is_failing());
        fail(&a, Asked::Reading);
        fail(&a, Asked::Writing);
        fail(&a, Asked::Writing);
        fail(&b, Asked::Writing);
        assert!(a.is_failing() && b.is_failing() && is_told());
        a.answered(Asked::Reading);
        a.answered(Asked::Writing);
        assert!(!a.is_failing() && b.is_failing() && is_told(), "another account still waits");
        b.is_left();
        assert!(!b.is_failing());
        assert_eq!(outage.failing.load(Ordering::Relaxed), 0);
        assert_eq!(outage.trouble.is_over(), None, "it is over");
    }
}
