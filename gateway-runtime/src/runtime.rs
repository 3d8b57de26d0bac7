//! All of it, from start to stop.

mod options;
mod pruning;
pub(crate) mod verdict;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use gateway_core::Messenger;
use gateway_core::chance::Chance;
use gateway_core::model::{Account, AccountId, User};
use gateway_core::time::Clock;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use options::RuntimeOptions;

use crate::account::{Receiving, RunningAccount};
use crate::handling::Bot;
use crate::hook::Hook;
use crate::journal::{Entry, Journal};
use crate::outage::Outage;
use crate::outbox::{Bell, Sender};
use crate::scribe::Scribe;
use crate::slots::Spare;
use crate::status::Status;
use crate::tenure::Tenure;
use crate::{HandlerResult, Router};

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
    chance: Arc<Chance>,
    accounts: Vec<RunningAccount>,
    observers: Vec<Arc<dyn Observer>>,
    router: Router,
    /// Of accounts with a bot of their own.
    own_routers: HashMap<AccountId, Router>,
    options: RuntimeOptions,
    bell: Bell,
    outage: Arc<Outage>,
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
            chance: Arc::new(Chance::from_os()),
            accounts: Vec::new(),
            observers: Vec::new(),
            router: Router::new(),
            own_routers: HashMap::new(),
            options: RuntimeOptions::default(),
            bell: Bell::default(),
            outage: Arc::default(),
        }
    }

    /// Another source of chance, for the pauses between tries: one that is seeded repeats itself.
    #[must_use]
    pub fn with_chance(mut self, chance: Arc<Chance>) -> Self {
        self.chance = chance;
        self
    }

    /// Other bounds and pauses.
    #[must_use]
    pub fn with_options(mut self, options: RuntimeOptions) -> Self {
        self.options = options;
        self
    }

    /// Adds an account that is polled. Its name must be its own.
    #[must_use]
    pub fn with_account(mut self, messenger: Arc<dyn Messenger>) -> Self {
        self.add(messenger, Receiving::Polling);
        self
    }

    /// Adds an account whose messenger calls. What it delivers is handed to the hook by whoever
    /// serves HTTP; that the messenger knows where to call is their business, too.
    pub fn add_called_account(&mut self, messenger: Arc<dyn Messenger>) -> Hook {
        let account = self.add(messenger, Receiving::Called);
        Hook { account, journal: self.journal.clone(), clock: self.clock.clone() }
    }

    fn add(&mut self, messenger: Arc<dyn Messenger>, receiving: Receiving) -> RunningAccount {
        let account =
            RunningAccount::new(messenger, receiving, self.clock.clone(), self.outage.clone());
        self.accounts.push(account.clone());
        account
    }

    /// Adds an observer; they see updates in the order in which they were added.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// The bot: the same on all accounts that have none of their own.
    #[must_use]
    pub fn with_router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// The bot of one account, instead of the one of all.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use gateway_core::testing::MemoryMessenger;
    /// # use gateway_runtime::journal::MemoryJournal;
    /// # use gateway_runtime::{Router, Runtime};
    /// let (shop, help) = (MemoryMessenger::new("shop"), MemoryMessenger::new("help"));
    /// let runtime = Runtime::new(Arc::new(MemoryJournal::default()), shop.clock())
    ///     .with_account(Arc::new(shop))
    ///     .with_account(Arc::new(help))
    ///     .with_router(Router::new().text(async || {}))
    ///     .with_router_of("help", Router::new().command("ticket", async || {}));
    /// ```
    #[must_use]
    pub fn with_router_of(mut self, account: impl Into<AccountId>, router: Router) -> Self {
        self.own_routers.insert(account.into(), router);
        self
    }

    /// Sends messages from outside of any handler, also while it runs.
    pub fn sender(&self) -> Sender {
        Sender { journal: self.journal.clone(), clock: self.clock.clone(), bell: self.bell.clone() }
    }

    /// Tells how the accounts that were added so far are doing, also while it runs.
    pub fn status(&self) -> Status {
        Status(self.accounts.iter().map(|account| account.pulse.clone()).collect())
    }

    /// Runs until `stop`: then receiving ends first, and what is being handled is finished.
    /// Nothing is lost either way.
    ///
    /// # Errors
    ///
    /// At once, when two accounts have the same name: in the journal they would be one.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), DuplicateAccount> {
        let mut accounts = HashMap::new();
        for account in &self.accounts {
            if accounts.insert(account.id().clone(), account.clone()).is_some() {
                return Err(DuplicateAccount(account.id().clone()));
            }
        }
        let accounts = Arc::new(accounts);
        let over = CancellationToken::new();
        let (scribe, gatherer) =
            Scribe::new(self.journal.clone(), self.clock.clone(), over.clone());
        let observers: Arc<[Arc<dyn Observer>]> = self.observers.into();
        let spare = Spare::default();
        let mut tenures = JoinSet::new();
        for account in self.accounts {
            account.gate.limit(self.options.waiting);
            let own = self.own_routers.remove(account.id());
            let router = own.unwrap_or_else(|| self.router.clone());
            let bot = Bot { router, observers: observers.clone(), options: self.options };
            let tenure = Tenure {
                account,
                accounts: accounts.clone(),
                journal: self.journal.clone(),
                scribe: scribe.clone(),
                clock: self.clock.clone(),
                chance: self.chance.clone(),
                bell: self.bell.clone(),
                bot: Arc::new(bot),
                spare: spare.clone(),
                stop: stop.clone(),
            };
            tenures.spawn(tenure.run());
        }
        drop(scribe);
        let pruning = pruning::Pruning {
            journal: self.journal,
            clock: self.clock,
            retention: self.options.retention,
            over: over.clone(),
        };
        let work = async {
            while tenures.join_next().await.is_some() {}
            over.cancel();
        };
        let gather = async {
            if let Some(gatherer) = gatherer {
                gatherer.run().await;
            }
        };
        tokio::join!(work, gather, pruning.run());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
