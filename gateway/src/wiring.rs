//! A bot, its accounts, its journal and the registry, put together.

use std::sync::Arc;

use gateway_core::Messenger;
use gateway_core::model::AccountId;
use gateway_core::time::{Clock, SystemClock};
use gateway_runtime::journal::MemoryJournal;
use gateway_runtime::{Hook, Router, Runtime, RuntimeOptions, Sender, Status};
use tokio_util::sync::CancellationToken;
#[cfg(feature = "database")]
use {
    crate::config::DatabaseConfig,
    crate::describer::Describer,
    crate::observer::RegistryObserver,
    crate::operator::Operator,
    gateway_core::chance::Chance,
    gateway_core::http::ExposeSecret,
    gateway_runtime::DuplicateAccount,
    gateway_runtime::journal::Journal,
    registry_api::Registry,
    storage::{Database, OpenError},
};

use crate::error::StartError;
#[cfg(feature = "server")]
use crate::watching::Watching;
use crate::{accounts, logging, signal};

/// A bot on its accounts, with a journal and a registry in one database; or with a journal in memory
/// alone.
#[derive(Debug)]
pub struct Gateway {
    #[cfg(feature = "database")]
    kept: Option<Kept>,
    runtime: Runtime,
    /// Of all accounts: what the registry asks messengers for goes past the runtime.
    messengers: Vec<Arc<dyn Messenger>>,
}

/// What survives the process, and what the registry in it needs.
#[cfg(feature = "database")]
#[derive(Clone, Debug)]
struct Kept {
    database: Database,
    clock: Arc<dyn Clock>,
    chance: Arc<Chance>,
}

#[cfg(feature = "database")]
impl Kept {
    fn registry(&self) -> Registry {
        Registry::new(self.database.registry(), self.clock.clone(), self.chance.clone())
    }
}

impl Gateway {
    /// A gateway without a database, and without accounts: **nothing survives its process.**
    ///
    /// What waits to be handled, what is to be sent later, sessions and what was done already are
    /// forgotten at the end, however it comes; so an update that a messenger delivers again after it is
    /// handled again. Nothing is forgotten before, so memory grows with what sessions keep; and there is
    /// no registry. It is for bots that may forget, and for their tests.
    ///
    /// # Example
    ///
    /// A bot on whatever accounts the environment names, as [`with_accounts_from_env`] has it:
    ///
    /// ```no_run
    /// use gateway::prelude::*;
    ///
    /// async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ///     ctx.reply(said).await?;
    ///     Ok(())
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), gateway::StartError> {
    ///     let gateway = Gateway::in_memory().with_accounts_from_env()?;
    ///     gateway.with_bot(Router::new().text(echo)).run().await
    /// }
    /// ```
    ///
    /// [`with_accounts_from_env`]: Self::with_accounts_from_env
    pub fn in_memory() -> Self {
        Self::in_memory_with_clock(Arc::new(SystemClock))
    }

    /// The same by another clock: a test moves it on instead of waiting.
    pub fn in_memory_with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            #[cfg(feature = "database")]
            kept: None,
            runtime: Runtime::new(Arc::new(MemoryJournal::default()), clock),
            messengers: Vec::new(),
        }
    }

    /// Adds the accounts that the environment names, as [`accounts_from_env`](crate::accounts_from_env)
    /// finds them, and begins to log to stderr what `RUST_LOG` says.
    ///
    /// # Errors
    ///
    /// When no token is there, a URL is none, or a file cannot be read.
    pub fn with_accounts_from_env(self) -> Result<Self, StartError> {
        logging::start(logging::USUAL);
        Ok(accounts::accounts_from_env()?.into_iter().fold(self, Self::with))
    }
}

/// Gateways over a database (feature `sqlite` or `postgres`).
#[cfg(feature = "database")]
impl Gateway {
    /// A gateway over the database at a URL, `sqlite://…` or `postgres://…`, without accounts.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened, or its schema not be brought up to date.
    pub async fn open(database_url: &str) -> Result<Self, OpenError> {
        Self::open_with_clock(database_url, Arc::new(SystemClock)).await
    }

    /// The same, with a replica of a `PostgreSQL` database from which the registry is read: what was
    /// just written may not be there yet.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and when the replica's URL is none or the database is `SQLite`.
    pub async fn open_with_replica(
        database_url: &str,
        replica_url: Option<&str>,
    ) -> Result<Self, OpenError> {
        Ok(Self::on(Database::open_with_replica(database_url, replica_url).await?))
    }

    /// The same by another clock: a test moves it on instead of waiting.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_with_clock(
        database_url: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let database = Database::open(database_url).await?;
        let journal = database.journal();
        Ok(Self::over(database, journal, clock))
    }

    /// The same, and it crashes at a chosen point of an update's way: for tests of bots.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    ///
    /// # Example
    ///
    /// The bot dies when its answer was sent and nobody has written that down. In memory the chat can
    /// be read, so the next start finds the answer there, and Anna gets it once:
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use gateway::CancellationToken;
    /// use gateway::prelude::*;
    /// use gateway::testing::{Crash, MemoryMessenger, Person, Point, TestDatabase};
    ///
    /// async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ///     ctx.reply(said).await?;
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let messenger = MemoryMessenger::new("test");
    /// let database = TestDatabase::sqlite();
    /// let bot = || Router::new().text(echo);
    /// let anna = Person::new("Anna", Arc::new(messenger.clone()));
    /// anna.says("hello").await;
    ///
    /// let crash = Crash::at(Point::Unrecorded);
    /// let gateway = Gateway::open_to_crash(database.url(), messenger.clock(), &crash)
    ///     .await?
    ///     .with_account(messenger.clone())
    ///     .with_bot(bot());
    /// crash.happens(gateway.run_until(CancellationToken::new())).await;
    ///
    /// // The next start.
    /// let gateway = Gateway::open_with_clock(database.url(), messenger.clock())
    ///     .await?
    ///     .with_account(messenger.clone())
    ///     .with_bot(bot());
    /// let stop = CancellationToken::new();
    /// let talk = async {
    ///     anna.says("bye").await;
    ///     anna.sees("bye").await;
    ///     stop.cancel();
    /// };
    /// tokio::join!(gateway.run_until(stop.clone()), talk).0?;
    /// assert_eq!(messenger.everything_done().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "testing")]
    pub async fn open_to_crash(
        database_url: &str,
        clock: Arc<dyn Clock>,
        crash: &gateway_runtime::testing::Crash,
    ) -> Result<Self, OpenError> {
        let database = Database::open(database_url).await?;
        let journal = crash.journal(database.journal());
        Ok(Self::over(database, journal, clock))
    }

    pub(crate) fn on(database: Database) -> Self {
        let journal = database.journal();
        Self::over(database, journal, Arc::new(SystemClock))
    }

    fn over(database: Database, journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        let runtime = Runtime::new(journal, clock.clone());
        let kept = Kept { database, clock, chance: Arc::new(Chance::from_os()) };
        Self { kept: Some(kept), runtime, messengers: Vec::new() }
    }

    /// A gateway over what the environment says.
    ///
    /// | variable | what it holds |
    /// |---|---|
    /// | `TAMTAM_TOKEN`, `MAX_TOKEN`, `POTATO_TOKEN` | the token of an account; one at least |
    /// | `TAMTAM_URL`, `MAX_URL`, `POTATO_URL` | where its API is, instead of the platform's host |
    /// | `TAMTAM_CA_FILE`, `MAX_CA_FILE` | a file of roots, as PEM, that are trusted beside the system's own |
    /// | `DATABASE_URL` | the database; `sqlite://gateway.db` when it is not said |
    /// | `DATABASE_REPLICA_URL` | a replica of it (PostgreSQL), from which the registry is read |
    /// | `RUST_LOG` | what is logged to stderr; `info` when it is not said |
    /// | `GATEWAY_LOG_FORMAT` | how: `human`, or `json`; for people when it is not said |
    ///
    /// # Errors
    ///
    /// When no token is there, a URL is none, a file cannot be read, or the database cannot be
    /// opened.
    pub async fn from_env() -> Result<Self, StartError> {
        logging::start(logging::USUAL);
        let config = accounts::config_from_env()?;
        let accounts = config.messengers()?;
        let gateway = Self::on(Self::open_database(&config.database).await?);
        Ok(accounts.into_iter().fold(gateway, Self::with))
    }

    /// The database that a configuration names.
    pub(crate) async fn open_database(config: &DatabaseConfig) -> Result<Database, OpenError> {
        let replica = config.replica_url.as_ref().map(ExposeSecret::expose_secret);
        Database::open_with_replica(config.url.expose_secret(), replica).await
    }

    /// The registry of the chats that the bot meets; there is none in memory.
    pub fn registry(&self) -> Option<Registry> {
        self.kept.as_ref().map(Kept::registry)
    }

    /// Ends it without a run: the file of an `SQLite` database holds all of it then, for whoever copies it.
    pub async fn close(self) {
        if let Some(kept) = &self.kept {
            fold(&kept.database).await;
        }
    }

    /// What an operator watches of the accounts that were added so far, and of the database; there is
    /// nothing to watch in memory.
    #[cfg(feature = "server")]
    pub fn watching(&self) -> Option<Watching> {
        let Kept { database, clock, .. } = self.kept.clone()?;
        Some(Watching::new(self.status(), database, clock))
    }
}

impl Gateway {
    /// Adds an account; its name must be its own.
    ///
    /// # Example
    ///
    /// A bot on MAX that trusts one more root, and that takes MAX's webhooks away when it begins to
    /// poll:
    ///
    /// ```no_run
    /// use gateway::adapters::tamtam::{Dialect, Options, TamTam, WebhookConflict};
    /// use gateway::prelude::*;
    ///
    /// # async fn example(token: String, root: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
    /// let options = Options {
    ///     on_webhook_conflict: WebhookConflict::RemoveWebhook,
    ///     ..Options::new(Dialect::Max, token).with_root_certificate(root)
    /// };
    /// let gateway = Gateway::open("sqlite://gateway.db").await?;
    /// gateway.with_account(TamTam::new("support-max", &options)?).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_account(self, messenger: impl Messenger) -> Self {
        self.with(Arc::new(messenger))
    }

    pub(crate) fn with(mut self, messenger: Arc<dyn Messenger>) -> Self {
        self.runtime = self.runtime.with_account(messenger.clone());
        self.messengers.push(messenger);
        self
    }

    /// Adds an account whose messenger calls. What it delivers is handed to the hook by whoever serves
    /// HTTP; that the messenger knows where to call is their business, too.
    /// [`run_configured`](crate::run_configured) does both.
    pub fn add_called_account(&mut self, messenger: Arc<dyn Messenger>) -> Hook {
        self.messengers.push(messenger.clone());
        self.runtime.add_called_account(messenger)
    }

    /// The bot: the same on all accounts that have none of their own.
    #[must_use]
    pub fn with_bot(mut self, bot: Router) -> Self {
        self.runtime = self.runtime.with_router(bot);
        self
    }

    /// The bot of one account, by its name, instead of the one of all.
    #[must_use]
    pub fn with_bot_of(mut self, account: impl Into<AccountId>, bot: Router) -> Self {
        self.runtime = self.runtime.with_router_of(account, bot);
        self
    }

    /// Other bounds and pauses, and what becomes of a message of which nobody knows whether it was
    /// sent.
    ///
    /// ```no_run
    /// use gateway::prelude::*;
    ///
    /// # async fn example() -> Result<(), gateway::StartError> {
    /// let options = RuntimeOptions { policy: Policy::AtMostOnce, ..RuntimeOptions::default() };
    /// Gateway::from_env().await?.with_options(options).run().await
    /// # }
    /// ```
    #[must_use]
    pub fn with_options(mut self, options: RuntimeOptions) -> Self {
        self.runtime = self.runtime.with_options(options);
        self
    }

    /// Tells how the accounts that were added so far are doing, also while it runs.
    pub fn status(&self) -> Status {
        self.runtime.status()
    }

    /// Sends messages from outside of any handler, also while it runs: whatever else the process
    /// does can tell people of it.
    ///
    /// ```no_run
    /// use gateway::prelude::*;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let gateway = Gateway::from_env().await?;
    /// let sender = gateway.sender();
    /// let tell = async move {
    ///     // … an order was shipped …
    ///     sender.send(&ChatRef::new("max", "12345"), "It is on its way", "shipped-7").await
    /// };
    /// let (ran, told) = tokio::join!(gateway.run(), tell);
    /// # told?; Ok(ran?)
    /// # }
    /// ```
    pub fn sender(&self) -> Sender {
        self.runtime.sender()
    }

    /// Runs until Ctrl-C or SIGTERM, then finishes what it has begun.
    ///
    /// # Errors
    ///
    /// At once, when two accounts have the same name.
    pub async fn run(self) -> Result<(), StartError> {
        self.run_until(signal::stop()).await
    }

    /// Runs until `stop`, then finishes what it has begun.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_until(self, stop: CancellationToken) -> Result<(), StartError> {
        #[cfg(feature = "database")]
        if let Some(kept) = self.kept {
            return Ok(run_kept(&kept, self.runtime, &self.messengers, stop).await?);
        }
        Ok(self.runtime.run(stop).await?)
    }
}

/// At a stop: whoever copies the file of the database shall have all of it.
#[cfg(feature = "database")]
pub(crate) async fn fold(database: &Database) {
    match database.fold().await {
        Ok(true) => {}
        Ok(false) => tracing::debug!("others use the database: its log stays beside it"),
        Err(error) => tracing::debug!(%error, "the log stays beside the database"),
    }
}

/// Runs what is in the database besides the bot: the registry sees what the bot sees, and has done what
/// it is asked for.
#[cfg(feature = "database")]
async fn run_kept(
    kept: &Kept,
    runtime: Runtime,
    messengers: &[Arc<dyn Messenger>],
    stop: CancellationToken,
) -> Result<(), DuplicateAccount> {
    let registry = kept.registry();
    let (describer, wishes) = Describer::new(registry.clone(), messengers, kept.clock.clone());
    let observer = Arc::new(RegistryObserver::new(registry.clone(), describer.clone()));
    let operator = Operator::new(registry, messengers, kept.clock.clone(), kept.chance.clone());
    // It ends with the bot, also when that cannot begin.
    let over = stop.child_token();
    let running = async {
        let ran = runtime.with_observer(observer).run(stop).await;
        over.cancel();
        ran
    };
    // On the heap: all of this stands in one future of the program.
    let describing = Box::pin(describer.run(wishes, over.clone()));
    let (ran, (), ()) = tokio::join!(running, operator.run(over.clone()), describing);
    fold(&kept.database).await;
    ran
}
