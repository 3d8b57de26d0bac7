//! Which process runs an account: who holds the account's lock, which `PostgreSQL` takes back when
//! the session that holds it ends.

use std::time::Duration;

use async_trait::async_trait;
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Claim, Fence, JournalError, Owners, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::Postgres;

/// How long to wait for an answer: who gets none must assume that somebody else owns the account.
const DEADLINE: Duration = Duration::from_secs(2);

/// The connection that holds the locks, once it is open.
type Line = Option<PoolConnection<sqlx::Postgres>>;

/// The one connection that holds locks. It is opened when it is first asked for, stays open, and is
/// opened again when it is lost; its locks are lost with it.
pub(super) fn connection(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(DEADLINE)
        .connect_lazy_with(options)
}

#[async_trait]
impl Owners for Postgres {
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>> {
        let mut line: Line = None;
        let answer = timeout(DEADLINE, async {
            take(line.insert(self.owner.acquire().await?), account).await
        });
        let fence = heard("taking an account", answer.await, line)?;
        Ok(fence.map(|fence| Claim { account: account.clone(), fence: Fence(fence) }))
    }

    async fn holds(&self, claim: &Claim) -> Result<bool> {
        let mut line: Line = None;
        let answer = timeout(DEADLINE, async {
            held(line.insert(self.owner.acquire().await?), claim).await
        });
        let fence = heard("asking who owns an account", answer.await, line)?;
        Ok(fence == Some(claim.fence.0))
    }

    async fn release(&self, claim: Claim) {
        let mut line: Line = None;
        let answer = timeout(DEADLINE, async {
            give(line.insert(self.owner.acquire().await?), &claim).await
        });
        // Who cannot say it is cut off, which says it too.
        heard("giving up an account", answer.await, line).unwrap_or_default();
    }
}

/// What the connection that holds the locks said. When it gave no answer it is closed: the server
/// takes back what it held, and everybody here who owns something finds out.
fn heard<T>(
    doing: &'static str,
    answer: Result<Result<T, sqlx::Error>, Elapsed>,
    line: Line,
) -> Result<T> {
    let why = match answer {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(why)) => JournalError::new(doing, super::told(why)),
        Err(_) => JournalError::new(doing, format!("no answer within {DEADLINE:?}")),
    };
    drop(line.map(PoolConnection::detach));
    Err(why)
}

/// The number of the lock of the account `$1`.
macro_rules! lock {
    () => {
        "hashtextextended('gateway account ' || $1, 0)"
    };
}

/// Whether this session holds it.
macro_rules! is_held {
    () => {
        concat!(
            "exists (select from pg_locks
                     where locktype = 'advisory' and pid = pg_backend_pid() and granted
                       and database = (select oid from pg_database
                                       where datname = current_database())
                       and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) = ",
            lock!(),
            ")"
        )
    };
}

/// Takes the lock, unless it is held already, and then the next number. Writes of the owner before
/// that are under way are waited for.
async fn take(db: &mut PgConnection, account: &AccountId) -> Result<Option<i64>, sqlx::Error> {
    let is_taken: bool = sqlx::query_scalar(concat!(
        "select case when ",
        is_held!(),
        " then true else pg_try_advisory_lock(",
        lock!(),
        ") end"
    ))
    .bind(account.as_str())
    .fetch_one(&mut *db)
    .await?;
    if !is_taken {
        return Ok(None);
    }
    sqlx::query_scalar(
        "insert into journal_owners (account, fence) values ($1, 1)
         on conflict (account) do update set fence = journal_owners.fence + 1
         returning fence",
    )
    .bind(account.as_str())
    .fetch_one(db)
    .await
    .map(Some)
}

/// The number of the account's owner, if this session holds the lock.
async fn held(db: &mut PgConnection, claim: &Claim) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(concat!(
        "select fence from journal_owners where account = $1 and ",
        is_held!()
    ))
    .bind(claim.account.as_str())
    .fetch_optional(db)
    .await
}

/// Gives the lock back, unless it was taken again since.
async fn give(db: &mut PgConnection, claim: &Claim) -> Result<(), sqlx::Error> {
    if held(db, claim).await? != Some(claim.fence.0) {
        return Ok(());
    }
    sqlx::query(concat!("select pg_advisory_unlock(", lock!(), ")"))
        .bind(claim.account.as_str())
        .execute(db)
        .await
        .map(drop)
}
