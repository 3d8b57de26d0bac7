//! All of it, from start to stop.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use gateway_core::Messenger;
use gateway_core::messenger::ErrorKind;
use gateway_core::model::{Account, AccountId, User};
use gateway_core::time::Clock;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::account::{Receiving, RunningAccount};
use crate::effect::{EffectError, Effects};
use crate::handler::{HandlerError, HandlerResult};
use crate::hook::Hook;
use crate::intake::Intake;
use crate::journal::{Entry, Journal};
use crate::lanes::{Bounds, Lanes, Next, Work};
use crate::{Context, Router, pause};

/// The longest pause between two tries of a handler.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How a runtime behaves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RuntimeOptions {
    /// Updates handled at once.
    pub concurrency: usize,
    /// Updates held in memory; the rest waits in the journal.
    pub held: usize,
    /// Tries of a handler that fails by itself before its update is given up. A messenger or a
    /// database that is out of order uses up none.
    pub tries: usize,
    /// The pause after the first failure; later ones grow, up to a minute.
    pub retry_pause: Duration,
    /// How long handlers may go on after the stop.
    pub drain: Duration,
}

impl Default for RuntimeOptions {
    /// 64 at once, 4,096 in memory, 5 tries from one second on, 30 seconds to finish.
    fn default() -> Self {
        Self {
            concurrency: 64,
            held: 4096,
            tries: 5,
            retry_pause: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// An update, as observers see it before its handler does.
#[derive(Clone, Copy, Debug)]
pub struct Observed<'a> {
    /// The account that was told.
    pub account: &'a Account,
    /// The bot itself.
    pub me: &'a User,
    /// The update, and when it was received.
    pub entry: &'a Entry,
}

/// Sees every update before its handler, and more than once when a handler runs again: what it
/// does must not depend on how often.
#[async_trait]
pub trait Observer: Send + Sync + 'static {
    /// Sees an update. An error holds the handler back, and all is tried again later.
    async fn observe(&self, observed: Observed<'_>) -> HandlerResult;
}

/// Two accounts have the same name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there are two accounts with the name {0}")]
pub struct DuplicateAccount(pub AccountId);

/// A bot on any number of accounts.
pub struct Runtime {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    accounts: Vec<RunningAccount>,
    observers: Vec<Arc<dyn Observer>>,
    router: Router,
    options: RuntimeOptions,
    /// Something was written to the inbox.
    arrived: Arc<Notify>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("accounts", &self.accounts)
            .field("router", &self.router)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Runtime {
    /// A runtime without accounts.
    pub fn new(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        Self {
            journal,
            clock,
            accounts: Vec::new(),
            observers: Vec::new(),
            router: Router::new(),
            options: RuntimeOptions::default(),
            arrived: Arc::default(),
        }
    }

    /// Adds an account that is polled. Its name must be its own.
    #[must_use]
    pub fn with_account(mut self, messenger: Arc<dyn Messenger>) -> Self {
        self.accounts.push(RunningAccount::new(messenger, Receiving::Polling));
        self
    }

    /// Adds an account whose messenger calls. What it delivers is handed to the hook by whoever
    /// serves HTTP; that the messenger knows where to call is their business, too.
    pub fn add_called_account(&mut self, messenger: Arc<dyn Messenger>) -> Hook {
        self.accounts.push(RunningAccount::new(messenger.clone(), Receiving::Called));
        let (journal, clock) = (self.journal.clone(), self.clock.clone());
        Hook { messenger, journal, clock, arrived: self.arrived.clone() }
    }

    /// Adds an observer; they see updates in the order in which they were added.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// The bot: the same on all accounts.
    #[must_use]
    pub fn with_router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// Other bounds and pauses.
    #[must_use]
    pub fn with_options(mut self, options: RuntimeOptions) -> Self {
        self.options = options;
        self
    }

    /// Runs until `stop`: then receiving ends first, and what is being handled is finished.
    /// Nothing is lost either way.
    ///
    /// # Errors
    ///
    /// At once, when two accounts have the same name: in the journal they would be one.
    pub async fn run(self, stop: CancellationToken) -> Result<(), DuplicateAccount> {
        let names: Vec<AccountId> =
            self.accounts.iter().map(|it| it.messenger.account().id.clone()).collect();
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(*name)) {
            return Err(DuplicateAccount(name.clone()));
        }
        let arrived = self.arrived;
        let mut intakes = JoinSet::new();
        for account in &self.accounts {
            let intake = Intake {
                account: account.clone(),
                journal: self.journal.clone(),
                clock: self.clock.clone(),
                arrived: arrived.clone(),
                stop: stop.clone(),
            };
            intakes.spawn(intake.run());
        }
        let bounds = Bounds {
            concurrency: self.options.concurrency,
            held: self.options.held,
            drain: self.options.drain,
        };
        let by_name = |it: RunningAccount| (it.messenger.account().id.clone(), it);
        let handling = Handling {
            accounts: self.accounts.into_iter().map(by_name).collect(),
            journal: self.journal.clone(),
            clock: self.clock,
            observers: self.observers,
            router: self.router,
            options: self.options,
            stop: stop.clone(),
        };
        Lanes::new(Arc::new(handling), self.journal, names, bounds).run(&arrived, &stop).await;
        while intakes.join_next().await.is_some() {}
        Ok(())
    }
}

/// What is done with one update.
struct Handling {
    accounts: HashMap<AccountId, RunningAccount>,
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    observers: Vec<Arc<dyn Observer>>,
    router: Router,
    options: RuntimeOptions,
    stop: CancellationToken,
}

/// Why a try failed, and what to do about it.
struct Failure {
    error: HandlerError,
    verdict: Verdict,
}

/// What to do about a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    /// Another try cannot help: the messenger said no.
    Final,
    /// It may be the handler's own mistake: there are only so many tries.
    Counted,
    /// The messenger or the database is out of order, and nothing has happened: tried until it is
    /// back, after the pause that the messenger asked for.
    Outside(Option<Duration>),
}

#[async_trait]
impl Work for Handling {
    async fn attempt(&self, entry: &Entry, tries: usize) -> Next {
        let (account, update) = (&entry.update.account, &entry.update.id);
        let Failure { error, verdict } = match self.handle(entry).await {
            Ok(()) => {
                self.record(entry, None).await;
                return Next::Ended;
            }
            Err(failure) => failure,
        };
        let tries = tries + 1;
        if verdict == Verdict::Final || verdict == Verdict::Counted && tries >= self.options.tries {
            tracing::error!(%account, %update, %error, tries, "the update is dead");
            self.record(entry, Some(&error.to_string())).await;
            return Next::Ended;
        }
        let own = pause::growing(self.options.retry_pause, LONGEST_PAUSE).nth(tries.min(16) - 1);
        let own = own.unwrap_or(LONGEST_PAUSE);
        let pause = match verdict {
            Verdict::Outside(Some(asked)) => pause::as_asked(own, asked),
            _ => own,
        };
        let retry_in_ms = pause.as_millis();
        tracing::warn!(%account, %update, %error, retry_in_ms, "the handler failed");
        Next::Again { pause, tries }
    }
}

impl Handling {
    async fn handle(&self, entry: &Entry) -> Result<(), Failure> {
        let outside = |error| Failure { error, verdict: Verdict::Outside(None) };
        let account = self.accounts.get(&entry.update.account);
        let account = account.ok_or_else(|| outside("its account is not here".into()))?;
        let me = account.me().await.map_err(|error| outside(error.into()))?;
        let observed = Observed { account: account.messenger.account(), me, entry };
        for observer in &self.observers {
            observer.observe(observed).await.map_err(outside)?;
        }
        let effects = Effects {
            messenger: account.messenger.clone(),
            journal: self.journal.clone(),
            clock: self.clock.clone(),
        };
        let context = Context::new(entry.update.clone(), me.clone(), effects);
        // Filters and calls may panic too, not only the handler's future.
        let run = async {
            match self.router.handle(context) {
                Some(handled) => handled.await,
                None => Ok(()),
            }
        };
        let run = AssertUnwindSafe(run).catch_unwind();
        let handled = run.await.unwrap_or_else(|panic| Err(words(&*panic).into()));
        handled.map_err(|error| Failure { verdict: verdict(&*error), error })
    }

    /// Writes down how an update ended, however long that takes.
    async fn record(&self, entry: &Entry, error: Option<&str>) {
        for wait in pause::growing(self.options.retry_pause, LONGEST_PAUSE) {
            let now = self.clock.now();
            let written = match error {
                None => self.journal.done(entry.seq, now).await,
                Some(error) => self.journal.dead(entry.seq, error, now).await,
            };
            match written {
                Ok(()) => return,
                Err(error) => tracing::error!(update = %entry.update.id, %error, "journal"),
            }
            if pause::or_stop(wait, &self.stop).await {
                return;
            }
        }
    }
}

/// What to do about an error of a handler: the first that says it, on the way to its cause.
fn verdict(error: &(dyn std::error::Error + 'static)) -> Verdict {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let by_effect = error.downcast_ref::<EffectError>();
        if let Some(EffectError::Journal(_)) = by_effect {
            return Verdict::Outside(None);
        }
        if by_effect.is_some_and(EffectError::is_final) {
            return Verdict::Final;
        }
        let said = match by_effect {
            Some(EffectError::Messenger(error)) => Some(error),
            _ => error.downcast_ref::<gateway_core::Error>(),
        };
        if let Some(error) = said {
            return match (error.is_retryable(), error.may_have_happened()) {
                (false, _) => Verdict::Final,
                // What may have happened must not happen without end.
                (true, true) => Verdict::Counted,
                // The messenger is well: it is this file that may never be ready.
                (true, false) if *error.kind() == ErrorKind::NotReady => Verdict::Counted,
                (true, false) => Verdict::Outside(error.retry_after()),
            };
        }
        cause = error.source();
    }
    Verdict::Counted
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the handler panicked: {}", words.unwrap_or("without words"))
}

#[cfg(test)]
mod tests;
