//! A transaction of few steps.
//!
//! Each step is a way to the thread of the connection and back, and whoever is waited for there has
//! to be given a processor: where many are busy, that takes longer than the statements. So its
//! beginning stands in the same text as the first statement, and its end in that of the last.

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};

/// A connection within a transaction. When that has not come to its end, nobody may have it again:
/// it is closed, and the transaction is undone.
pub(super) struct Writing {
    connection: PoolConnection<Sqlite>,
    is_over: bool,
}

impl Writing {
    pub(super) async fn new(writer: &SqlitePool) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: writer.acquire().await?, is_over: false })
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// The transaction has come to its end.
    pub(super) fn close(mut self) {
        self.is_over = true;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}
