//! The connections of a database, by what they are for.

use std::fmt;

use gateway_runtime::journal::JournalError;
use sqlx::Connection as _;
#[cfg(feature = "postgres")]
use sqlx::PgPool;
#[cfg(feature = "sqlite")]
use sqlx::SqlitePool;

use crate::lines::Lines;

/// How many connections to a database there are for something, at the moment.
///
/// How many wait for one is not known: the pool does not tell. They do when none is idle and there
/// are as many as may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolUse {
    /// What they are for: `journal`, `ledger`, `registry`, `reading`, `upkeep`, `owner`; on `SQLite`
    /// `writer` and `readers`.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// The most that may be open.
    pub limit: u32,
}

/// Pools, the first of them the one by which it is found out whether the database answers.
#[derive(Clone)]
pub(crate) struct Pools(pub(crate) Vec<(&'static str, Pool)>);

#[derive(Clone)]
pub(crate) enum Pool {
    #[cfg(feature = "postgres")]
    Postgres(PgPool),
    #[cfg(feature = "postgres")]
    Lines(Lines<sqlx::Postgres>),
    #[cfg(feature = "sqlite")]
    Sqlite(SqlitePool),
    #[cfg(feature = "sqlite")]
    Writer(Lines<sqlx::Sqlite>),
}

/// The options of a pool hold a password; nothing of it is shown.
impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Pools {
    pub(crate) fn usage(&self) -> Vec<PoolUse> {
        let usage = |&(name, ref pool): &(&'static str, Pool)| {
            let (open, idle, limit) = match pool {
                #[cfg(feature = "postgres")]
                Pool::Postgres(it) => {
                    (it.size(), it.num_idle(), it.options().get_max_connections())
                }
                #[cfg(feature = "postgres")]
                Pool::Lines(it) => return it.usage(name),
                #[cfg(feature = "sqlite")]
                Pool::Writer(it) => return it.usage(name),
                #[cfg(feature = "sqlite")]
                Pool::Sqlite(it) => (it.size(), it.num_idle(), it.options().get_max_connections()),
            };
            let idle = u32::try_from(idle).unwrap_or(u32::MAX);
            PoolUse { name, open, idle, limit }
        };
        self.0.iter().map(usage).collect()
    }

    /// Has the file of a database hold all of it; whether it does.
    pub(crate) async fn fold(&self) -> Result<bool, sqlx::Error> {
        #[cfg(feature = "sqlite")]
        for (_, pool) in &self.0 {
            if let Pool::Writer(writer) = pool {
                let mut writing = writer.writing().await?;
                let (is_busy, ..): (bool, i64, i64) =
                    sqlx::query_as("pragma wal_checkpoint(truncate)")
                        .fetch_one(&mut *writing)
                        .await?;
                writing.done();
                return Ok(!is_busy);
            }
        }
        Ok(true)
    }

    pub(crate) async fn answers(&self) -> Result<(), JournalError> {
        let asked = async {
            match self.0.first() {
                #[cfg(feature = "postgres")]
                Some((_, Pool::Postgres(pool))) => pool.acquire().await?.ping().await,
                #[cfg(feature = "postgres")]
                Some((_, Pool::Lines(lines))) => lines.answers().await,
                #[cfg(feature = "sqlite")]
                Some((_, Pool::Writer(lines))) => lines.answers().await,
                #[cfg(feature = "sqlite")]
                Some((_, Pool::Sqlite(pool))) => pool.acquire().await?.ping().await,
                None => Ok(()),
            }
        };
        asked.await.map_err(|why| JournalError::new("asking the database whether it is there", why))
    }
}
