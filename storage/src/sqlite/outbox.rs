//! Messages for later.

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Change, Scheduled, Written};
use sqlx::{SqliteConnection, SqlitePool};

use super::writing::Writer;
use super::{millis, rows, time};
use crate::row::{scheduled, text, unreadable};

/// Changes what is to be sent.
pub(super) async fn write(
    db: &mut SqliteConnection,
    account: &AccountId,
    change: &Change,
) -> Result<Written, sqlx::Error> {
    let has_changed = match change {
        Change::Schedule(scheduled) => schedule(db, account, scheduled).await?,
        Change::Unschedule { key } => unschedule(db, account, key, None).await?,
        Change::GiveUp { key, error } => {
            // Who gives one up is not told whether it was still there.
            unschedule(db, account, key, Some(error)).await?;
            true
        }
        _ => true,
    };
    Ok(if has_changed { Written::Done } else { Written::Nothing })
}

/// Writes down what is to be sent; `false` when its key is known.
async fn schedule(
    db: &mut SqliteConnection,
    account: &AccountId,
    it: &Scheduled,
) -> Result<bool, sqlx::Error> {
    let body = serde_json::to_string(it).map_err(|why| sqlx::Error::Encode(why.into()))?;
    let made = sqlx::query(
        "insert into journal_outbox (account, key, due, body) values ($1, $2, $3, $4)
         on conflict (account, key) do nothing",
    )
    .bind(account.as_str())
    .bind(&it.key)
    .bind(millis(it.due))
    .bind(body)
    .execute(db)
    .await?;
    Ok(made.rows_affected() > 0)
}

/// Has a message sent no longer: it was, or it cannot be, with an error. `false` when none under
/// this key is to be sent.
async fn unschedule(
    db: &mut SqliteConnection,
    account: &AccountId,
    key: &str,
    error: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query(
        "update journal_outbox
         set state = iif($3 is null, 'sent', 'dead'), error = $3, body = iif($3 is null, '', body)
         where account = $1 and key = $2 and state = 'waiting'",
    )
    .bind(account.as_str())
    .bind(key)
    .bind(error.map(text))
    .execute(db)
    .await?;
    Ok(gone.rows_affected() > 0)
}

pub(super) async fn due(
    pool: &SqlitePool,
    writer: &Writer,
    account: &AccountId,
    until: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Scheduled>, sqlx::Error> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "select key, body from journal_outbox
         where state = 'waiting' and account = $1 and due <= $2 order by due, key limit $3",
    )
    .bind(account.as_str())
    .bind(millis(until))
    .bind(rows(limit))
    .fetch_all(pool)
    .await?;
    let mut due = Vec::with_capacity(found.len());
    for (key, body) in found {
        match scheduled(&body) {
            Ok(scheduled) => due.push(scheduled),
            Err(why) => give_up(writer, account, &key, &why).await?,
        }
    }
    Ok(due)
}

/// Gives up a message that this version cannot read: it holds up no other.
async fn give_up(
    writer: &Writer,
    account: &AccountId,
    key: &str,
    why: &serde_json::Error,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "update journal_outbox set state = 'dead', error = $3
         where account = $1 and key = $2 and state = 'waiting'",
    )
    .bind(account.as_str())
    .bind(key)
    .bind(unreadable(why));
    writer.execute(query).await.map(drop)
}

pub(super) async fn next_due(
    pool: &SqlitePool,
    account: &AccountId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "select due from journal_outbox
         where state = 'waiting' and account = $1 order by due limit 1",
    )
    .bind(account.as_str())
    .fetch_optional(pool)
    .await?;
    Ok(due.map(time))
}
