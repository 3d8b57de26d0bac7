//! `SQLite`.

mod addresses;
mod batch;
mod chats;
mod children;
mod effects;
mod events;
mod inbox;
mod joining;
mod known;
mod ledger;
mod listing;
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
mod writing;

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway_runtime::journal::JournalError;
use registry_api::store::{StoreError, StoreErrorKind};
use serde::Serialize;
use sqlx::SqlitePool;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::pools::{Pool, Pools};
use crate::{OpenError, trouble};
use owners::Owned;
use writing::Writer;

const READERS: u32 = 3;

/// How many rows a reader may have read before anybody takes them: for more than that the thread of
/// its connection stops and has to be woken, again and again.
const READ_AHEAD: usize = 256;

/// What the writer and each reader keep of the file, in KiB and negative as `SQLite` wants it: the system
/// keeps the file as well, once for all of them.
const WRITER_CACHE: &str = "-1024";
const READER_CACHE: &str = "-256";

/// After how many pages the log is copied into the file, by the commit that reaches that many: 16 MiB of
/// pages of 4 KiB. A page that was written many times meanwhile is copied once.
const LOGGED_PAGES: &str = "4000";

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The journal and the registry in one `SQLite` file.
///
/// One connection writes and several read: `SQLite` has room for one writer, and waiting in a queue
/// of our own is quicker than waiting for its lock.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
    owned: Owned,
}

impl Sqlite {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(OpenError::Connect)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was committed is there after the machine has lost its power, too.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .row_buffer_size(READ_AHEAD)
            .busy_timeout(BUSY_TIMEOUT);
        // In memory there is no file, and what is only read must be there.
        if !["mode=memory", "mode=ro", ":memory:"].iter().any(|it| url.contains(it)) {
            private(options.get_filename());
        }
        let owned = Owned::beside(options.get_filename());
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections);
        let writing = options.clone().pragma("cache_size", WRITER_CACHE);
        let writing = writing.pragma("wal_autocheckpoint", LOGGED_PAGES);
        let address = options.get_filename().display().to_string();
        let one = pool(1).connect_with(writing.clone()).await;
        let one = one.map_err(|why| OpenError::Unreachable { address, why })?;
        sqlx::migrate!("../migrations/sqlite").run(&one).await.map_err(OpenError::Migrate)?;
        let writer = Writer::of(one.clone());
        let rekeyed = rekeying::rekey(&writer).await;
        rekeyed.map_err(|why| OpenError::Migrate(MigrateError::Execute(why)))?;
        // What a statement keeps in order to be undone goes into a file made for it alone when it is more
        // than a few pages. What was migrated, or is counted by a reader, may be more than fits in memory.
        let in_memory = writer.execute(sqlx::query("pragma temp_store = memory")).await;
        in_memory.map_err(OpenError::Connect)?;
        one.set_connect_options(writing.pragma("temp_store", "memory"));
        let reading = options.pragma("cache_size", READER_CACHE);
        // Each was asked when it was put by, and a file does not go away as a server does.
        let readers = pool(READERS)
            .test_before_acquire(false)
            .connect_with(reading)
            .await
            .map_err(OpenError::Connect)?;
        Ok(Self { writer, readers, owned })
    }

    pub(crate) fn pools(&self) -> Pools {
        let (readers, writer) = (self.readers.clone(), self.writer.clone());
        Pools(vec![("readers", Pool::Sqlite(readers)), ("writer", Pool::Writer(writer))])
    }
}

/// Makes the file of a database for its owner's eyes alone: what people say stands in it. One that is
/// there stays as it is, and what goes wrong here is told when it is opened.
#[cfg(unix)]
fn private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;

    // That would be a URI.
    if !file.to_string_lossy().starts_with("file:") {
        let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    }
}

/// Elsewhere files have no modes.
#[cfg(not(unix))]
fn private(_: &Path) {}

fn journal(doing: &'static str) -> impl Fn(sqlx::Error) -> JournalError {
    move |source| {
        let is_refusal = is_refusal(&source);
        JournalError::new(doing, source).as_refusal(is_refusal)
    }
}

/// Whether the database refuses what it was given: `SQLITE_TOOBIG`, `SQLITE_CONSTRAINT` and
/// `SQLITE_MISMATCH`, whose extended codes have the same last byte.
fn is_refusal(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| matches!(code & 0xff, 18..=20))
}

/// The extended code of what the database says.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse().ok())
}

/// Whether something was there already that was thought to be new. Whoever goes on after that has said
/// `or rollback`: the transaction is over.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

fn store(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let kind = trouble(&source);
        StoreError::new(doing, source).of_kind(kind)
    }
}

/// The same of the end of a transaction: what fails there may have been done.
fn unfinished(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let is_refused = matches!(code(&source).map(|code| code & 0xff), Some(5 | 6));
        let kind = trouble::may_be_done(trouble(&source), is_refused);
        StoreError::new(doing, source).of_kind(kind)
    }
}

/// Whether the file cannot be had for the moment: `SQLITE_BUSY`, `SQLITE_LOCKED`, `SQLITE_INTERRUPT`,
/// `SQLITE_IOERR`, `SQLITE_FULL`, `SQLITE_CANTOPEN` and `SQLITE_PROTOCOL`.
fn trouble(error: &sqlx::Error) -> StoreErrorKind {
    trouble::of(error, || {
        code(error).is_some_and(|code| matches!(code & 0xff, 5 | 6 | 9 | 10 | 13 | 14 | 15))
    })
}

/// A time as it stands in a column: milliseconds since 1970.
fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// Rows for a statement that writes many: an array of arrays, which it takes apart with `json_each`.
/// Each statement is a way to the thread of the connection and back, so that one for many rows is
/// much quicker than one for each.
fn json(rows: &impl Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(rows).map_err(|why| sqlx::Error::Encode(why.into()))
}

/// A number of rows as `limit` takes it.
fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
