//! `PostgreSQL`.

mod addresses;
mod arriving;
mod chats;
mod children;
mod effects;
mod ends;
mod events;
mod inbox;
mod joining;
mod ledger;
mod listing;
mod migrating;
mod operations;
mod outbox;
mod owners;
mod people;
mod prune;
mod recognizing;
mod records;
mod registering;
mod rekeying;
mod seeing;
mod sessions;
mod stays;
mod tokens;
mod upkeep;
mod usual;

use std::str::FromStr as _;
use std::time::Duration;

use gateway_runtime::journal::JournalError;
use registry_api::store::{StoreError, StoreErrorKind};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::lines::{FRESH, Lines};
use crate::pools::{Pool, Pools};
use crate::{OpenError, trouble};
#[cfg(feature = "testing")]
pub(crate) use listing::first_page;

const CONNECTIONS: u32 = 10;

/// Connections on which the ledger is written: one commit follows the other, and a session of the
/// server that was there just now has its plans and tables at hand.
const WRITERS: u32 = 2;

/// Connections of the registry, for those who change it and for those who read it: so neither takes
/// the other's, nor the journal's.
const REGISTRY_WRITERS: u32 = 4;
const REGISTRY_READERS: u32 = 8;

/// How many of those who tell what bots see change it at once: clients have the rest.
const SEEING: usize = 3;

/// And for what may take its time: adding up, forgetting, counting anew.
const UPKEEP: u32 = 2;

/// How long a request of the registry waits for a connection: whoever is told soon that there is
/// none can come again, and no queue grows.
const REGISTRY_PATIENCE: Duration = Duration::from_secs(1);

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A statement's plan is kept, and one that was made while a table was empty reads it from one end
/// to the other for as long as nobody looks at how it has grown. Everything here asks for few rows
/// that an index leads to, so plans are made of those alone.
///
/// Where rows are looked up by a list, that is written so that it cannot be turned around, or the
/// list would be searched for every row of the table: `lateral` with a lock or `offset 0`, which
/// forbid it, `= any(array[…])`, `ctid`, or an `insert … on conflict` of what is there. So the rows
/// also come in the order of the list, which is why no two transactions wait in a circle.
///
/// And a query with LIMIT $n is guessed to bring far too many rows, for which just-in-time
/// compilation would take a hundred times as long as the query.
const PLANS: [(&str, &str); 6] = [
    ("enable_seqscan", "off"),
    ("enable_material", "off"),
    ("enable_memoize", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];

/// No statement of the registry may run, and no transaction wait or idle, for longer than this, in
/// milliseconds. A list is found by indexes that plans may choose among, and some of them read a
/// good part of one; no plan reads a table, which may have been small when it was made.
const DEADLINES: [(&str, &str); 5] = [
    ("statement_timeout", "5000"),
    ("lock_timeout", "3000"),
    ("idle_in_transaction_session_timeout", "5000"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
];

/// What keeps the registry tidy may take longer, and waits for nobody either.
const UNHURRIED: [(&str, &str); 2] = [("lock_timeout", "3000"), ("jit", "off")];

/// With these the server finds out within some three seconds that a process is gone whose machine
/// could not say so: what it held, an account or a row, is free for the next one. Seconds, but for
/// the last two: milliseconds.
const KEEPALIVE: [(&str, &str); 5] = [
    ("tcp_keepalives_idle", "1"),
    ("tcp_keepalives_interval", "1"),
    ("tcp_keepalives_count", "2"),
    ("tcp_user_timeout", "3000"),
    ("client_connection_check_interval", "1000"),
];

/// Held by whoever appends, so that entries become visible in the order of their place. The number
/// means nothing; it must only be nobody else's.
const APPENDING: i64 = 0x6761_7465_0001;

/// The journal and the registry in one `PostgreSQL` database.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
    /// Where the registry is written.
    registry: PgPool,
    /// Where the registry is read: that may be a replica.
    reading: Lines<sqlx::Postgres>,
    /// Where the registry is tidied.
    upkeep: PgPool,
    /// Where the ledger is written.
    writers: Lines<sqlx::Postgres>,
    /// Whoever tells what bots see waits here, as long as it takes, and not for a connection: no update
    /// has to be tried again because many come at once.
    seeing: Semaphore,
    /// Whoever moves a chat waits here, and not on a connection, for who does so before.
    moving: Semaphore,
    /// One connection, whose session holds the locks of the accounts that this process owns.
    owner: PgPool,
}

impl Postgres {
    /// Opens it; the registry is read from the replica, if there is one.
    pub(crate) async fn open(url: &str, replica: Option<&str>) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url).map_err(OpenError::Connect)?;
        let options = options.options(KEEPALIVE);
        let owner = owners::connection(options.clone());
        let unhurried = options.clone().options(UNHURRIED);
        let quick = options.clone().options(DEADLINES);
        let replica = replica.map(PgConnectOptions::from_str).transpose();
        let replica = replica.map_err(OpenError::Replica)?;
        let replica = replica.map(|it| it.options(KEEPALIVE).options(DEADLINES));
        let options = options.options(PLANS);
        let pool = pool(CONNECTIONS).connect_with(options.clone());
        let pool = match pool.await {
            Ok(pool) => pool,
            // A server that is about to start was waited for.
            Err(sqlx::Error::PoolTimedOut) => return Err(unreachable(&options).await),
            Err(why) => return Err(OpenError::Unreachable { address: address(&options), why }),
        };
        migrating::migrate(&pool).await?;
        let writers = Lines::of(self::pool(WRITERS).connect_lazy_with(options));
        let registry = self::pool(REGISTRY_WRITERS).acquire_timeout(REGISTRY_PATIENCE);
        let registry = registry.connect_lazy_with(quick.clone());
        let reading = self::pool(REGISTRY_READERS).acquire_timeout(REGISTRY_PATIENCE);
        let reading = Lines::of(reading.connect_lazy_with(replica.unwrap_or(quick)));
        let upkeep = self::pool(UPKEEP).connect_lazy_with(unhurried);
        let (seeing, moving) = (Semaphore::new(SEEING), Semaphore::new(1));
        Ok(Self { pool, registry, reading, upkeep, writers, seeing, moving, owner })
    }

    pub(crate) fn pools(&self) -> Pools {
        let pool = |pool: &PgPool| Pool::Postgres(pool.clone());
        let lines = |lines: &Lines<_>| Pool::Lines(lines.clone());
        Pools(vec![
            ("journal", pool(&self.pool)),
            ("ledger", lines(&self.writers)),
            ("registry", pool(&self.registry)),
            ("reading", lines(&self.reading)),
            ("upkeep", pool(&self.upkeep)),
            ("owner", pool(&self.owner)),
        ])
    }
}

/// Why a server is not reached: the pool, which asked again and again, does not tell.
async fn unreachable(options: &PgConnectOptions) -> OpenError {
    let why = match timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(options)).await {
        Ok(Err(why)) => why,
        Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut,
    };
    OpenError::Unreachable { address: address(options), why }
}

/// Where a server is, for people.
pub(crate) fn address(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

fn journal(doing: &'static str) -> impl Fn(sqlx::Error) -> JournalError {
    move |source| {
        let is_refusal = is_refusal(&source);
        JournalError::new(doing, told(source)).as_refusal(is_refusal)
    }
}

/// What is told of a failure.
#[derive(Debug, thiserror::Error)]
enum Told {
    /// The pool, which asked for a connection again and again, does not say what it met.
    #[error("no connection came free in time: the database is not reached, or all are in use")]
    NoConnection,
    #[error(transparent)]
    Other(sqlx::Error),
}

fn told(error: sqlx::Error) -> Told {
    match error {
        sqlx::Error::PoolTimedOut => Told::NoConnection,
        error => Told::Other(error),
    }
}

/// Whether the database refuses what it was given: by the classes of its codes, of data, of
/// constraints and of limits.
fn is_refusal(error: &sqlx::Error) -> bool {
    ["21", "22", "23", "54"].iter().any(|class| has_code(error, class))
}

/// Whether the code of what the server says begins so.
fn has_code(error: &sqlx::Error, class: &str) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with(class))
}

/// Whether something was there already that was thought to be new.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

fn store(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let kind = trouble(&source);
        StoreError::new(doing, told(source)).of_kind(kind)
    }
}

/// The same of the end of a transaction: what fails there may have been done, unless the server says
/// that it was not.
fn unfinished(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let is_end_of_line = ["08", "57P"].iter().any(|class| has_code(&source, class));
        let is_refused = source.as_database_error().is_some() && !is_end_of_line;
        let kind = trouble::may_be_done(trouble(&source), is_refused);
        StoreError::new(doing, told(source)).of_kind(kind)
    }
}

/// Whether the server cannot be had for the moment, by the classes of its codes: of connections, of
/// rollbacks (deadlocks, above all), of resources, of locks, of operators (a statement's deadline
/// among them) and of the system; and that it only reads, or that a transaction idled.
fn trouble(error: &sqlx::Error) -> StoreErrorKind {
    const CLASSES: [&str; 8] = ["08", "40", "53", "55P03", "57", "58", "25006", "25P03"];
    trouble::of(error, || CLASSES.iter().any(|class| has_code(error, class)))
}

/// A number of rows as `limit` takes it.
fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
