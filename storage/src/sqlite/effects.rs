//! What handlers did on messengers.

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Begun, EffectKey, Outcome, Settled};
use serde_json::Value;
use sqlx::{SqliteConnection, SqlitePool};

use super::{millis, rows, time};
use crate::row::{KnownEffect, LATE, PAGE, known, receipt, settled, text};

pub(super) async fn begin(
    db: &mut SqliteConnection,
    effect: &EffectKey,
    fingerprint: &str,
    now: DateTime<Utc>,
) -> Result<Begun, sqlx::Error> {
    if intend(db, effect, fingerprint, now).await? {
        return Ok(Begun::New);
    }
    let (number, recorded, state, outcome, since): (i64, String, String, Option<String>, i64) =
        sqlx::query_as(
            "select number, fingerprint, state, outcome, intended_at from journal_effects
             where account = $1 and origin_id = $2 and place = $3 and origin = $4",
        )
        .bind(effect.account.as_str())
        .bind(effect.origin.id())
        .bind(&effect.place)
        .bind(effect.origin.kind())
        .fetch_one(&mut *db)
        .await?;
    let known = KnownEffect { fingerprint: recorded, state, outcome, since: time(since) };
    if known.is_refused() {
        // What is asked for now takes its place, as the latest.
        sqlx::query("delete from journal_effects where number = $1")
            .bind(number)
            .execute(&mut *db)
            .await?;
        intend(db, effect, fingerprint, now).await?;
    }
    Ok(known.begun(fingerprint))
}

/// Writes an effect down, unless there is one.
async fn intend(
    db: &mut SqliteConnection,
    effect: &EffectKey,
    fingerprint: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let intended = sqlx::query(
        "insert into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         values ($1, $2, $3, $4, $5, 'intended', $6)
         on conflict (account, origin_id, place, origin) do nothing",
    )
    .bind(effect.account.as_str())
    .bind(effect.origin.id())
    .bind(&effect.place)
    .bind(effect.origin.kind())
    .bind(text(fingerprint))
    .bind(millis(now))
    .execute(db)
    .await?;
    Ok(intended.rows_affected() > 0)
}

pub(super) async fn settle(
    db: &mut SqliteConnection,
    effect: &EffectKey,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (state, outcome) = settled(outcome);
    sqlx::query(
        "update journal_effects
         set state = $5, outcome = $6, settled_at = $7, late_at = iif(intended_at < $8, $7, null)
         where account = $1 and origin_id = $2 and place = $3 and origin = $4",
    )
    .bind(effect.account.as_str())
    .bind(effect.origin.id())
    .bind(&effect.place)
    .bind(effect.origin.kind())
    .bind(state)
    .bind(outcome)
    .bind(millis(now))
    .bind(millis(now - LATE))
    .execute(db)
    .await
    .map(drop)
}

pub(super) async fn find(
    pool: &SqlitePool,
    key: &EffectKey,
) -> Result<Option<Settled>, sqlx::Error> {
    let row: Option<(String, Option<String>)> = sqlx::query_as(
        "select state, outcome from journal_effects
         where account = $1 and origin_id = $2 and place = $3 and origin = $4",
    )
    .bind(key.account.as_str())
    .bind(key.origin.id())
    .bind(&key.place)
    .bind(key.origin.kind())
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(state, outcome)| known(&state, outcome)))
}

/// Those that ended late have an index of their own; the others were intended not long before, and
/// are found from the end.
pub(super) async fn receipts(
    pool: &SqlitePool,
    account: &AccountId,
    fingerprint: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Value>, sqlx::Error> {
    let first = millis(since - LATE);
    let late: Vec<Option<String>> = sqlx::query_scalar(
        "select outcome from journal_effects
         where late_at >= $3 and intended_at < $4 and state = 'done'
           and account = $1 and fingerprint = $2",
    )
    .bind(account.as_str())
    .bind(text(fingerprint))
    .bind(millis(since))
    .bind(first)
    .fetch_all(pool)
    .await?;
    let mut receipts: Vec<Value> = late.iter().map(|it| receipt(it.as_deref())).collect();
    let mut behind = i64::MAX;
    loop {
        let page: Vec<(i64, i64, bool, Option<String>)> = sqlx::query_as(
            "select number, intended_at, is_wanted, iif(is_wanted, outcome, null)
             from (select number, intended_at, outcome,
                          coalesce(account = $1 and fingerprint = $2 and state = 'done'
                                   and settled_at >= $3 and intended_at >= $4, false) as is_wanted
                   from journal_effects where number < $5 order by number desc limit $6)",
        )
        .bind(account.as_str())
        .bind(text(fingerprint))
        .bind(millis(since))
        .bind(first)
        .bind(behind)
        .bind(rows(PAGE))
        .fetch_all(pool)
        .await?;
        let wanted = page.iter().filter(|(_, _, is_wanted, _)| *is_wanted);
        receipts.extend(wanted.map(|(.., outcome)| receipt(outcome.as_deref())));
        match page.last() {
            Some((number, intended_at, ..)) if page.len() == PAGE && *intended_at >= first => {
                behind = *number;
            }
            _ => return Ok(receipts),
        }
    }
}
