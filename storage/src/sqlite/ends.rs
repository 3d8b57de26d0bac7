//! Updates that are handled to their end, and tries that failed.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use gateway_runtime::journal::{Ending, Seq, Written};
use sqlx::SqliteConnection;

use super::ledger::Ended;
use super::{json, millis};
use crate::row::text;

/// Answers those that have come to their end before: nothing of them may be kept twice.
pub(super) async fn check(
    db: &mut SqliteConnection,
    ends: &[Ended<'_>],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    if ends.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = ends.iter().map(|(_, account, end)| (account.as_str(), end.seq)).collect();
    let ended: Vec<u32> = sqlx::query_scalar(
        "select it.key from json_each($1) as it
         where not exists (select 1 from journal_updates
                           where seq = value ->> 1 and account = value ->> 0
                             and state = 'received')",
    )
    .bind(json(&rows)?)
    .fetch_all(db)
    .await?;
    for place in ended {
        let (number, ..) = ends[place as usize];
        answers[number] = Written::Nothing;
    }
    Ok(())
}

/// Settles updates that wait. Only one that is dead keeps its body.
pub(super) async fn write(
    db: &mut SqliteConnection,
    ends: &[Ended<'_>],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut done: Vec<Seq> = Vec::with_capacity(ends.len());
    let mut dead: Vec<(Seq, Cow<'_, str>)> = Vec::new();
    for (_, _, end) in ends {
        match &end.ending {
            Ending::Done => done.push(end.seq),
            Ending::Dead(error) => dead.push((end.seq, text(error))),
        }
    }
    if !done.is_empty() {
        sqlx::query(
            "update journal_updates set state = 'done', settled_at = $2, body = ''
             where seq in (select value from json_each($1))",
        )
        .bind(json(&done)?)
        .bind(millis(now))
        .execute(&mut *db)
        .await?;
    }
    for (seq, error) in dead {
        sqlx::query(
            "update journal_updates set state = 'dead', settled_at = $2, error = $3
             where seq = $1",
        )
        .bind(seq)
        .bind(millis(now))
        .bind(error)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Keeps tries that failed.
pub(super) async fn fail(
    db: &mut SqliteConnection,
    failures: &[(Seq, &str)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if failures.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = failures.iter().map(|(seq, error)| (seq, text(error))).collect();
    sqlx::query(
        "insert into journal_failures (seq, at, error)
         select value ->> 0, $2, value ->> 1 from json_each($1)",
    )
    .bind(json(&rows)?)
    .bind(millis(now))
    .execute(db)
    .await
    .map(drop)
}
