//! What handlers did on messengers.

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{EffectKey, Settled};
use serde_json::Value;
use sqlx::SqlitePool;

use super::{millis, rows};
use crate::row::{LATE, PAGE, known, receipt, text};

/// The columns of an effect's key.
pub(super) type Columns<'a> = (&'a str, &'a str, &'a str, &'static str);

pub(super) fn columns(effect: &EffectKey) -> Columns<'_> {
    let origin = &effect.origin;
    (effect.account.as_str(), origin.id(), &effect.place, origin.kind())
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
           and +account = $1 and fingerprint = $2",
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
