//! PostgreSQL and SQLite behind the journal and the registry.
//!
//! [`Database::open`] takes a URL, brings the schema up to date, and hands out the two faces that
//! the rest of the gateway knows: a [`Journal`] and a registry [`Store`]. Each database has a room
//! of its own, since what is quick on one is not on the other; what they promise is the same, and
//! one suite of tests holds both to it.
//!
//! | room | what is in it |
//! |---|---|
//! | `postgres`, `sqlite` | inbox, ledger, owners, chats, addresses and tokens in that database's SQL |
//! | `document`, `operation`, `page`, `row` | what stands in a row, the same in both |
//! | `seen` | what a sighting comes to, the same in both |
//! | `pools`, `lines` | the connections, by what they are for, and those that are used again at once |
//! | `schema` | how far the schema of a database is |
//! | `trouble` | what a failure means to whoever asked the registry |
//! | `testing` | databases that tests make and throw away (feature `testing`) |
//!
//! A database is there by its feature, `postgres` or `sqlite`; both are, when nothing is said. The URL
//! of one that is not there is refused by [`OpenError::NotCompiled`].
//!
//! # Example
//!
//! ```no_run
//! # async fn example() -> Result<(), storage::OpenError> {
//! let database = storage::Database::open("sqlite://gateway.db").await?;
//! let journal = database.journal();
//! # Ok(())
//! # }
//! ```

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
compile_error!("there is no database: choose the feature \"sqlite\" or \"postgres\", or both");

mod document;
mod lines;
mod operation;
mod page;
mod pools;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod schema;
mod seen;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod trouble;
mod usual;

use std::sync::Arc;

use gateway_runtime::journal::{Journal, JournalError};
use registry_api::store::Store;

pub use pools::PoolUse;
use pools::Pools;
#[cfg(feature = "postgres")]
use postgres::Postgres;
pub use schema::Schema;
#[cfg(feature = "sqlite")]
use sqlite::Sqlite;

/// A database that is open, with its schema up to date.
#[derive(Clone, Debug)]
pub struct Database {
    journal: Arc<dyn Journal>,
    store: Arc<dyn Store>,
    name: &'static str,
    pools: Pools,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no database that is known here. It is not shown: it may hold a password.
    #[error("DATABASE_URL must begin with postgres:// or sqlite://")]
    UnknownKind,
    /// The URL names a database that was left out when the program was compiled.
    #[error(
        "opening the database: this program was compiled without {0}: the feature {0:?} of the crate \
         \"gateway\" puts it in"
    )]
    NotCompiled(&'static str),
    /// The URL names no file: each connection would have an empty database of its own.
    #[error("DATABASE_URL names no file: sqlite://gateway.db does")]
    NoFile,
    /// The file is not there, and nobody is to make it: only its state is asked for.
    #[error("opening the database: there is no {0} yet: the first start of the gateway makes it")]
    Missing(String),
    /// The URL of the replica is not one, or names no `PostgreSQL`.
    #[error("opening the replica: {0}")]
    Replica(sqlx::Error),
    /// A replica of a `SQLite` file.
    #[error("DATABASE_REPLICA_URL is for PostgreSQL: a SQLite file has no replica")]
    NoReplica,
    /// The URL is not one, or the database cannot be reached.
    #[error("opening the database: {0}")]
    Connect(sqlx::Error),
    /// The server of the database did not answer for a while, or refuses; the file cannot be opened.
    #[error("opening the database: {address}: {}", said(why))]
    Unreachable {
        /// Its host and port, or its socket, or the file.
        address: String,
        /// What the last attempt met.
        why: sqlx::Error,
    },
    /// The schema could not be brought up to date.
    #[error("migrating the database: {0}")]
    Migrate(sqlx::migrate::MigrateError),
}

/// What a database says, without the place in its own source.
fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

/// Which database a URL names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Postgres,
    Sqlite,
}

fn kind(url: &str) -> Result<Kind, OpenError> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Kind::Postgres);
    }
    let path = url.strip_prefix("sqlite:").ok_or(OpenError::UnknownKind)?;
    let path = path.trim_start_matches("//").split('?').next().unwrap_or_default();
    if path.is_empty() { Err(OpenError::NoFile) } else { Ok(Kind::Sqlite) }
}

impl Database {
    /// Opens the database at a URL, `postgres://…` or `sqlite://…`, and brings its schema up to
    /// date. A `SQLite` file that is not there is made.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_with_replica(url, None).await
    }

    /// The same, with a replica of it from which the registry is read: what was just written may not
    /// be there yet.
    pub async fn open_with_replica(url: &str, replica: Option<&str>) -> Result<Self, OpenError> {
        match kind(url)? {
            Kind::Sqlite if replica.is_some() => Err(OpenError::NoReplica),
            #[cfg(feature = "postgres")]
            Kind::Postgres => {
                let postgres = Arc::new(Postgres::open(url, replica).await?);
                let pools = postgres.pools();
                Ok(Self { journal: postgres.clone(), store: postgres, name: "PostgreSQL", pools })
            }
            #[cfg(feature = "sqlite")]
            Kind::Sqlite => {
                let sqlite = Arc::new(Sqlite::open(url).await?);
                let pools = sqlite.pools();
                Ok(Self { journal: sqlite.clone(), store: sqlite, name: "SQLite", pools })
            }
            #[cfg(not(feature = "postgres"))]
            Kind::Postgres => Err(OpenError::NotCompiled("postgres")),
            #[cfg(not(feature = "sqlite"))]
            Kind::Sqlite => Err(OpenError::NotCompiled("sqlite")),
        }
    }

    /// The journal in it.
    pub fn journal(&self) -> Arc<dyn Journal> {
        self.journal.clone()
    }

    /// The registry's store in it.
    pub fn registry(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// How many connections there are, by what they are for.
    pub fn pools(&self) -> Vec<PoolUse> {
        self.pools.usage()
    }

    /// Asks it whether it is there. Whoever asks has a deadline of their own.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub async fn answers(&self) -> Result<(), JournalError> {
        self.pools.answers().await
    }

    /// Has the file of a `SQLite` database hold all that is in the log beside it, for whoever copies
    /// the file of a gateway that has stopped; `false` when others use it for longer than five seconds.
    /// Elsewhere there is nothing to do.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn fold(&self) -> Result<bool, JournalError> {
        let folded = self.pools.fold().await;
        folded.map_err(|why| JournalError::new("having the database's file hold all of it", why))
    }

    /// What it is called: for people.
    pub fn name(&self) -> &'static str {
        self.name
    }
}
