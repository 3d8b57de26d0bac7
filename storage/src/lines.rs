//! Connections that are used again at once.
//!
//! A connection that comes back to the pool is asked by a task of its own whether it still works: one
//! more way to the server and back for each statement, or to the thread of a `SQLite` connection. Here
//! one whose work went well is put by as it is. One whose work failed, or was given up, is closed: its
//! place is free at once, whatever the server does. On `SQLite` it is free when the connection is closed:
//! until then its thread may hold the file's lock.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::{Connection as _, Database, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::pools::PoolUse;

/// How long a connection may have been idle to be taken without asking whether it still works:
/// under load that question would be one more way there and back for each transaction.
pub(crate) const FRESH: Duration = Duration::from_secs(1);

/// How long a connection that nobody needs is put by.
const IDLE: Duration = Duration::from_mins(10);

/// How long one is used: what a server keeps for it grows.
const LIFETIME: Duration = Duration::from_mins(30);

/// What part of the time that somebody waits for a connection one that was put by has to answer.
const ANSWERS_WITHIN: u32 = 3;

/// As many connections as its pool may have. The pool makes them, and has none itself.
pub(crate) struct Lines<DB: Database>(Arc<Inner<DB>>);

struct Inner<DB: Database> {
    pool: Pool<DB>,
    turns: Arc<Semaphore>,
    kept: Mutex<Vec<Kept<DB>>>,
    patience: Duration,
}

struct Kept<DB: Database> {
    connection: DB::Connection,
    made_at: Instant,
    since: Instant,
}

impl<DB: Database> Clone for Lines<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The options of a pool hold a password.
impl<DB: Database> fmt::Debug for Lines<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl<DB: Database> Lines<DB> {
    pub(crate) fn of(pool: Pool<DB>) -> Self {
        let options = pool.options();
        let turns =
            usize::try_from(options.get_max_connections()).unwrap_or(Semaphore::MAX_PERMITS);
        let patience = options.get_acquire_timeout();
        let kept = Mutex::new(Vec::with_capacity(turns));
        Self(Arc::new(Inner { pool, turns: Arc::new(Semaphore::new(turns)), kept, patience }))
    }

    /// A connection for one piece of work, after which it is [`done`](Line::done).
    pub(crate) async fn line(&self) -> sqlx::Result<Line<DB>> {
        let inner = self.0.clone();
        let patience = inner.patience;
        timeout(patience, async {
            let turn =
                inner.turns.clone().acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
            if let Some(Kept { connection, made_at, .. }) = inner.take().await {
                return Ok(Line { inner, connection, made_at, turn });
            }
            let connection = inner.pool.acquire().await?.detach();
            Ok(Line { inner, connection, made_at: Instant::now(), turn })
        })
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// Asks one of them whether it works.
    pub(crate) async fn answers(&self) -> sqlx::Result<()> {
        let mut line = self.line().await?;
        line.ping().await?;
        line.done();
        Ok(())
    }

    /// Closes those that nobody has needed for long.
    pub(crate) fn tidy(&self) {
        self.0.kept().retain(|it| it.since.elapsed() <= IDLE && it.made_at.elapsed() <= LIFETIME);
    }

    pub(crate) fn usage(&self, name: &'static str) -> PoolUse {
        let limit = self.0.pool.options().get_max_connections();
        let free = u32::try_from(self.0.turns.available_permits()).unwrap_or(limit);
        let idle = u32::try_from(self.0.kept().len()).unwrap_or(limit);
        PoolUse { name, open: limit.saturating_sub(free) + idle, idle, limit }
    }
}

impl<DB: Database> Inner<DB> {
    fn kept(&self) -> MutexGuard<'_, Vec<Kept<DB>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that was put by, and works.
    async fn take(&self) -> Option<Kept<DB>> {
        loop {
            let mut kept = self.kept().pop()?;
            if kept.made_at.elapsed() > LIFETIME {
                continue;
            }
            if kept.since.elapsed() <= FRESH {
                return Some(kept);
            }
            let answer = timeout(self.patience / ANSWERS_WITHIN, kept.connection.ping()).await;
            if matches!(answer, Ok(Ok(()))) {
                return Some(kept);
            }
            // The others lead to where this one does, and each would be waited for.
            self.kept().retain(|it| it.since.elapsed() <= FRESH);
        }
    }
}

/// A connection, for as long as it is somebody's turn.
pub(crate) struct Line<DB: Database> {
    inner: Arc<Inner<DB>>,
    connection: DB::Connection,
    made_at: Instant,
    /// Given back last.
    turn: OwnedSemaphorePermit,
}

impl<DB: Database> Line<DB> {
    /// The work went well, and no transaction is open: the next one may have it as it is.
    pub(crate) fn done(self) {
        let Self { inner, connection, made_at, turn } = self;
        inner.kept().push(Kept { connection, made_at, since: Instant::now() });
        // It is there before somebody else has the turn.
        drop(turn);
    }

    /// The work was given up: nobody has the turn until the connection has stopped doing it.
    #[cfg(feature = "sqlite")]
    pub(crate) async fn stopped(self) {
        let Self { connection, turn, .. } = self;
        // It is gone either way.
        let _ = connection.close().await;
        drop(turn);
    }
}

impl<DB: Database> Deref for Line<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.connection
    }
}

impl<DB: Database> DerefMut for Line<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }
}

#[cfg(all(test, feature = "postgres", feature = "testing"))]
mod tests {
    #![expect(clippy::expect_used, reason = "a test fails by panicking")]

    use sqlx::Postgres;
    use sqlx::postgres::PgPoolOptions;
    use tokio::io::copy_bidirectional;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::watch;

    use super::*;
    use crate::testing::TestDatabase;

    async fn lines(most: u32, patience: Duration) -> Lines<Postgres> {
        let database = TestDatabase::postgres().await;
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(patience);
        Lines::of(pool.connect_lazy(database.url()).expect("a URL"))
    }

    fn kept(lines: &Lines<Postgres>) -> usize {
        lines.0.kept().len()
    }

    async fn process(line: &mut Line<Postgres>) -> i32 {
        let process = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut **line);
        process.await.expect("it answers")
    }

    #[tokio::test]
    async fn postgres_what_is_done_is_taken_again_and_what_is_given_up_is_not() {
        let lines = lines(4, Duration::from_secs(30)).await;
        let mut line = lines.line().await.expect("a connection");
        let first = process(&mut line).await;
        line.done();
        assert_eq!(kept(&lines), 1);
        let mut line = lines.line().await.expect("a connection");
        assert_eq!((process(&mut line).await, kept(&lines)), (first, 0));

        // Its answer is still on its way.
        let cut = tokio::time::timeout(
            Duration::from_millis(50),
            sqlx::query("select pg_sleep(5)").execute(&mut *line),
        );
        assert!(cut.await.is_err());
        drop(line);
        assert_eq!(kept(&lines), 0);
        for _ in 0..4 {
            let mut line = lines.line().await.expect("a connection");
            process(&mut line).await;
            line.done();
        }
        assert_eq!(kept(&lines), 1);
    }

    #[tokio::test]
    async fn postgres_there_are_no_more_than_there_may_be() {
        let lines = lines(1, Duration::from_secs(5)).await;
        let mut line = lines.line().await.expect("a connection");
        let first = process(&mut line).await;
        let refused = lines.line().await.map(drop).expect_err("there is one");
        assert!(matches!(refused, sqlx::Error::PoolTimedOut), "{refused}");
        line.done();
        let mut line = lines.line().await.expect("it is free");
        assert_eq!((process(&mut line).await, lines.usage("").open), (first, 1));
    }

    #[tokio::test]
    async fn postgres_what_is_given_up_makes_room_at_once() {
        let lines = lines(2, Duration::from_secs(5)).await;
        let mut given_up = lines.line().await.expect("a connection");
        let working = lines.line().await.expect("another");
        let cut = tokio::time::timeout(
            Duration::from_millis(50),
            sqlx::query("select pg_sleep(60)").execute(&mut *given_up),
        );
        assert!(cut.await.is_err());
        drop(given_up);
        let mut third = lines.line().await.expect("a place is free");
        process(&mut third).await;
        drop(working);
    }

    /// A way to the server on which nothing passes any more once this is sent; who comes later has
    /// another.
    async fn way(url: &str) -> (String, watch::Sender<()>) {
        let server = url.split('@').nth(1).and_then(|it| it.split('/').next()).expect("an address");
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let by_way = url.replace(&server, &address);
        let (cut, is_cut) = watch::channel(());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (server, mut is_cut) = (server.clone(), is_cut.clone());
                is_cut.mark_unchanged();
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(server).await.expect("it listens");
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = is_cut.changed() => std::future::pending().await,
                    }
                });
            }
        });
        (by_way, cut)
    }

    #[tokio::test]
    async fn postgres_a_server_that_is_gone_without_a_word_takes_no_place() {
        let database = TestDatabase::postgres().await;
        let (url, cut) = way(database.url()).await;
        let pool = PgPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(6));
        let lines = Lines::of(pool.connect_lazy(&url).expect("a URL"));
        let mut one = lines.line().await.expect("a connection");
        let mut other = lines.line().await.expect("another");
        let first = process(&mut one).await;
        process(&mut other).await;
        one.done();
        other.done();
        cut.send(()).expect("somebody listens");
        for kept in lines.0.kept().iter_mut() {
            kept.since -= 2 * FRESH;
        }
        let mut line = lines.line().await.expect("a new one");
        assert_ne!(process(&mut line).await, first);
        // The other one is not waited for any more.
        assert_eq!((kept(&lines), lines.usage("").open), (0, 1));
    }
}
