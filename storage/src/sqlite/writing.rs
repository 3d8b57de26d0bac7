//! Transactions, one after the other, on the one connection that writes.
//!
//! Each step is a way to the thread of the connection and back, and whoever is waited for there has
//! to be given a processor: where many are busy, that takes longer than the statements. So where many
//! wait, a transaction's beginning stands in the same text as its first statement, and its end in that
//! of the last; and nobody asks the connection whether it still works.

use std::ops::{Deref, DerefMut};

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult};
use sqlx::{Sqlite, SqliteConnection};
use tokio::runtime::Handle;

use crate::lines::{Line, Lines};

/// A transaction that writes says so at its beginning: one that finds out later may have to give
/// up for another.
const BEGIN: &str = "begin immediate";

/// The connection that writes.
pub(crate) type Writer = Lines<Sqlite>;

impl Writer {
    /// The connection, for whoever begins and ends a transaction in the text of its statements.
    pub(crate) async fn writing(&self) -> sqlx::Result<Writing> {
        Ok(Writing(Some(self.line().await?)))
    }

    /// A transaction.
    pub(super) async fn begin(&self) -> sqlx::Result<Writing> {
        let mut writing = self.writing().await?;
        sqlx::query(BEGIN).execute(&mut *writing).await?;
        Ok(writing)
    }

    /// One statement, which is a transaction of its own.
    pub(super) async fn execute(
        &self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> sqlx::Result<SqliteQueryResult> {
        let mut writing = self.writing().await?;
        let written = query.execute(&mut *writing).await?;
        writing.done();
        Ok(written)
    }
}

/// A connection within a transaction. When that does not come to its end, nobody may have it again:
/// it is closed, and the transaction is undone. Until it is closed its thread may hold the file's lock,
/// for which the next one would wait five seconds at most: so nobody has the turn before.
pub(crate) struct Writing(Option<Line<Sqlite>>);

impl Writing {
    /// The transaction has come to its end: the next one may have the connection.
    pub(crate) fn done(mut self) {
        if let Some(line) = self.0.take() {
            line.done();
        }
    }

    pub(super) async fn commit(self) -> sqlx::Result<()> {
        self.end("commit").await
    }

    /// What was found out was that there is nothing to write.
    pub(super) async fn rollback(self) -> sqlx::Result<()> {
        self.end("rollback").await
    }

    async fn end(mut self, how: &'static str) -> sqlx::Result<()> {
        sqlx::query(how).execute(&mut *self).await?;
        self.done();
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Without a runtime there is nobody who waits.
        if let (Some(line), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(line.stopped());
        }
    }
}

const THERE: &str = "the connection is there until the end";

impl Deref for Writing {
    type Target = SqliteConnection;

    #[expect(clippy::expect_used, reason = "only its end takes the connection")]
    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().expect(THERE)
    }
}

impl DerefMut for Writing {
    #[expect(clippy::expect_used, reason = "only its end takes the connection")]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect(THERE)
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    #![expect(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::sqlite::Sqlite as Database;
    use crate::testing::TestDatabase;

    const MARK: &str = "create temp table mark (it)";
    const KEEP: &str = "insert into journal_cursors (account, cursor) values ('shop', '1')";

    async fn is_marked(writing: &mut Writing) -> bool {
        sqlx::query("select it from temp.mark").fetch_all(&mut **writing).await.is_ok()
    }

    async fn kept(writing: &mut Writing) -> i64 {
        let count = sqlx::query_scalar("select count(*) from journal_cursors");
        count.fetch_one(&mut **writing).await.expect("it answers")
    }

    #[tokio::test]
    async fn sqlite_the_connection_is_the_same_until_a_transaction_is_given_up() {
        let file = TestDatabase::sqlite();
        let database = Database::open(file.url()).await.expect("it opens");
        let writer = &database.writer;
        // What is temporary is there on its own connection alone.
        writer.execute(sqlx::query(MARK)).await.expect("it is written");
        let mut undone = writer.begin().await.expect("a transaction");
        assert!(is_marked(&mut undone).await);
        sqlx::query(KEEP).execute(&mut *undone).await.expect("it is written");
        undone.rollback().await.expect("it ends");

        let mut given_up = writer.begin().await.expect("a transaction");
        assert!(is_marked(&mut given_up).await);
        assert_eq!(kept(&mut given_up).await, 0);
        sqlx::query(KEEP).execute(&mut *given_up).await.expect("it is written");
        drop(given_up);
        // Nobody else has the turn before it is closed.
        assert_eq!(writer.usage("").open, 1);

        let mut next = writer.begin().await.expect("a transaction");
        assert!(!is_marked(&mut next).await);
        assert_eq!(kept(&mut next).await, 0);
        sqlx::query(KEEP).execute(&mut *next).await.expect("it is written");
        next.commit().await.expect("it ends");
        let mut last = writer.writing().await.expect("the connection");
        assert_eq!(kept(&mut last).await, 1);
    }

    #[tokio::test]
    async fn sqlite_an_error_undoes_what_its_transaction_has_written() {
        let file = TestDatabase::sqlite();
        let database = Database::open(file.url()).await.expect("it opens");
        let writer = &database.writer;
        let failing = sqlx::query(
            "begin immediate;
             insert into journal_cursors (account, cursor) values ('shop', '1');
             select nothing;
             commit",
        );
        writer.execute(failing).await.expect_err("there is no such column");
        let mut next = writer.begin().await.expect("a transaction");
        assert_eq!(kept(&mut next).await, 0);
    }

    #[tokio::test]
    async fn sqlite_a_database_in_memory_is_there_as_long_as_it_is_open() {
        let database = Database::open("sqlite::memory:").await.expect("it opens");
        let keep = database.writer.execute(sqlx::query(KEEP)).await;
        keep.expect("it is written");
        let read = sqlx::query_scalar("select count(*) from journal_cursors");
        let read: i64 = read.fetch_one(&database.readers).await.expect("it answers");
        assert_eq!(read, 1);
    }
}
