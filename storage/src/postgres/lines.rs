//! Connections that are used again at once.
//!
//! A connection that comes back to the pool is asked by a task of its own whether it still works: one
//! more way to the server and back for each statement. Here one whose work went well is put by as it
//! is. Only one whose work failed, or was given up, goes back to the pool.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, PgConnection, PgPool};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use super::FRESH;

/// How long a connection that nobody needs is put by.
const IDLE: Duration = Duration::from_mins(10);

/// How long one is used: after that the pool makes another. As the pool itself has it.
const LIFETIME: Duration = Duration::from_mins(30);

/// A pool that nobody else takes connections from, and those that were put by.
#[derive(Clone, Debug)]
pub(crate) struct Lines(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    /// As many as there may be connections: whoever has a turn finds one that was put by, or room for
    /// another.
    turns: Semaphore,
    kept: Mutex<Vec<Kept>>,
    patience: Duration,
}

#[derive(Debug)]
struct Kept {
    connection: PoolConnection<sqlx::Postgres>,
    taken_at: Instant,
    since: Instant,
}

impl Lines {
    pub(super) fn of(pool: PgPool) -> Self {
        let options = pool.options();
        let turns =
            usize::try_from(options.get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        let patience = options.get_acquire_timeout();
        Self(Arc::new(Inner {
            turns: Semaphore::new(turns),
            kept: Mutex::new(Vec::with_capacity(turns)),
            patience,
            pool,
        }))
    }

    /// A connection for one piece of work, after which it is [`done`](Line::done).
    pub(crate) async fn line(&self) -> sqlx::Result<Line<'_>> {
        let inner = &*self.0;
        timeout(inner.patience, async {
            let turn = inner.turns.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
            while let Some(mut kept) = inner.take() {
                // One that does not work any more is looked at by the pool, too.
                if kept.since.elapsed() <= FRESH || kept.connection.ping().await.is_ok() {
                    let Kept { connection, taken_at, .. } = kept;
                    return Ok(Line { inner, connection, taken_at, _turn: turn });
                }
            }
            let connection = inner.pool.acquire().await?;
            Ok(Line { inner, connection, taken_at: Instant::now(), _turn: turn })
        })
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// How many are put by.
    pub(crate) fn kept(&self) -> usize {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Inner {
    fn take(&self) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// To come back to the pool, a connection needs a runtime, and there may be none any more.
impl Drop for Inner {
    fn drop(&mut self) {
        let kept = self.kept.get_mut().unwrap_or_else(PoisonError::into_inner);
        for Kept { connection, .. } in kept.drain(..) {
            drop(connection.leak());
        }
    }
}

/// A connection, for as long as it is somebody's turn.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    inner: &'a Inner,
    connection: PoolConnection<sqlx::Postgres>,
    taken_at: Instant,
    _turn: SemaphorePermit<'a>,
}

impl Line<'_> {
    /// The work went well, and no transaction is open: the next one may have it as it is.
    pub(crate) fn done(self) {
        let Self { inner, connection, taken_at, _turn } = self;
        if taken_at.elapsed() > LIFETIME {
            return;
        }
        let now = Instant::now();
        let mut kept = inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one that is put by is the next to be taken, so those at the beginning may be superfluous.
        kept.retain(|it| now.duration_since(it.since) <= IDLE);
        kept.push(Kept { connection, taken_at, since: now });
        // It can be taken before somebody else has its turn.
        drop(kept);
    }
}

impl Deref for Line<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Line<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    #![expect(clippy::expect_used, reason = "a test fails by panicking")]

    use sqlx::postgres::PgPoolOptions;

    use super::*;
    use crate::testing::TestDatabase;

    async fn lines(most: u32, patience: Duration) -> Lines {
        let database = TestDatabase::postgres().await;
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(patience);
        Lines::of(pool.connect_lazy(database.url()).expect("a URL"))
    }

    async fn process(line: &mut Line<'_>) -> i32 {
        let process = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut **line);
        process.await.expect("it answers")
    }

    #[tokio::test]
    async fn postgres_what_is_done_is_taken_again_and_what_is_given_up_is_not() {
        let lines = lines(4, Duration::from_secs(30)).await;
        let mut line = lines.line().await.expect("a connection");
        let first = process(&mut line).await;
        line.done();
        assert_eq!(lines.kept(), 1);
        let mut line = lines.line().await.expect("a connection");
        assert_eq!((process(&mut line).await, lines.kept()), (first, 0));

        // Its answer is still on its way.
        let cut = tokio::time::timeout(
            Duration::from_millis(50),
            sqlx::query("select pg_sleep(5)").execute(&mut *line),
        );
        assert!(cut.await.is_err());
        drop(line);
        assert_eq!(lines.kept(), 0);
        for _ in 0..4 {
            let mut line = lines.line().await.expect("a connection");
            process(&mut line).await;
            line.done();
        }
        assert_eq!(lines.kept(), 1);
    }

    #[tokio::test]
    async fn postgres_there_are_no_more_than_there_may_be() {
        let lines = lines(1, Duration::from_secs(5)).await;
        let mut line = lines.line().await.expect("a connection");
        let first = process(&mut line).await;
        let refused = lines.line().await.expect_err("there is one");
        assert!(matches!(refused, sqlx::Error::PoolTimedOut), "{refused}");
        line.done();
        let mut line = lines.line().await.expect("it is free");
        assert_eq!((process(&mut line).await, lines.pool().size()), (first, 1));
    }
}
