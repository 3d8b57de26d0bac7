//! Updates that are handled to their end, and tries that failed.

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{End, Ending, Seq};
use sqlx::SqliteConnection;

use super::millis;
use crate::row::text;

/// Whether an update has not come to its end.
pub(super) async fn is_waiting(
    db: &mut SqliteConnection,
    account: &AccountId,
    seq: Seq,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (select 1 from journal_updates
                        where seq = $2 and account = $1 and state = 'received')",
    )
    .bind(account.as_str())
    .bind(seq)
    .fetch_one(db)
    .await
}

/// Settles an update that waits. Only one that is dead keeps its body.
pub(super) async fn write(
    db: &mut SqliteConnection,
    account: &AccountId,
    end: &End,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let settled = match &end.ending {
        Ending::Done => sqlx::query(
            "update journal_updates set state = 'done', settled_at = $3, body = ''
             where seq = $2 and account = $1 and state = 'received'",
        ),
        Ending::Dead(_) => sqlx::query(
            "update journal_updates set state = 'dead', settled_at = $3, error = $4
             where seq = $2 and account = $1 and state = 'received'",
        ),
    };
    let settled = settled.bind(account.as_str()).bind(end.seq).bind(millis(now));
    let settled = match &end.ending {
        Ending::Done => settled,
        Ending::Dead(error) => settled.bind(text(error)),
    };
    settled.execute(db).await.map(drop)
}

/// Keeps a try that failed.
pub(super) async fn fail(
    db: &mut SqliteConnection,
    seq: Seq,
    error: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("insert into journal_failures (seq, at, error) values ($1, $2, $3)")
        .bind(seq)
        .bind(millis(now))
        .bind(text(error))
        .execute(db)
        .await
        .map(drop)
}
