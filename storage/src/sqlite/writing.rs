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

use crate::lines::{Line, Lines};

/// A transaction that writes says so at its beginning: one that finds out later may have to give
/// up for another.
const BEGIN: &str = "begin immediate";

/// The connection that writes.
pub(crate) type Writer = Lines<Sqlite>;

impl Writer {
    /// The connection, for whoever begins and ends a transaction in the text of its statements.
    pub(super) async fn writing(&self) -> sqlx::Result<Writing<'_>> {
        Ok(Writing(self.line().await?))
    }

    /// A transaction.
    pub(super) async fn begin(&self) -> sqlx::Result<Writing<'_>> {
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
        writing.close();
        Ok(written)
    }
}

/// A connection within a transaction. When that does not come to its end, nobody may have it again:
/// it is closed, and the transaction is undone.
pub(super) struct Writing<'a>(Line<'a, Sqlite>);

impl Writing<'_> {
    /// The transaction has come to its end.
    pub(super) fn close(self) {
        self.0.done();
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
        self.close();
        Ok(())
    }
}

impl Deref for Writing<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
