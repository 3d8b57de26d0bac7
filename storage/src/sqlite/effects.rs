//! What handlers did on messengers.

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Begun, EffectKey, Outcome, Settled, Written};
use serde_json::Value;
use sqlx::{SqliteConnection, SqlitePool};

use super::{json, millis, rows, time};
use crate::row::{KnownEffect, LATE, PAGE, known, receipt, settled, text};

/// The columns of an effect's key.
fn columns(effect: &EffectKey) -> (&str, &str, &str, &str) {
    let origin = &effect.origin;
    (effect.account.as_str(), origin.id(), &effect.place, origin.kind())
}

/// Has effects intended, and says what is known of those that were before.
pub(super) async fn begin(
    db: &mut SqliteConnection,
    begins: &[(usize, &EffectKey, &str)],
    answers: &mut [Written],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if begins.is_empty() {
        return Ok(());
    }
    let keys: Vec<_> = begins.iter().map(|(_, effect, _)| columns(effect)).collect();
    let known: Vec<(u32, i64, String, String, Option<String>, i64)> = sqlx::query_as(
        "select it.key, number, fingerprint, state, outcome, intended_at
         from json_each($1) as it cross join journal_effects
         where account = value ->> 0 and origin_id = value ->> 1 and place = value ->> 2
           and origin = value ->> 3",
    )
    .bind(json(&keys)?)
    .fetch_all(&mut *db)
    .await?;
    let mut new: Vec<_> = begins.iter().map(Some).collect();
    let mut refused = Vec::new();
    for (place, number, recorded, state, outcome, since) in known {
        let place = place as usize;
        let (answer, _, asked) = begins[place];
        let known = KnownEffect { fingerprint: recorded, state, outcome, since: time(since) };
        if known.is_refused() {
            // What is asked for now takes its place, as the latest.
            refused.push(number);
        } else {
            new[place] = None;
        }
        answers[answer] = Written::Begun(known.begun(asked));
    }
    if !refused.is_empty() {
        sqlx::query(
            "delete from journal_effects where number in (select value from json_each($1))",
        )
        .bind(json(&refused)?)
        .execute(&mut *db)
        .await?;
    }
    let mut rows = Vec::with_capacity(begins.len());
    for (answer, effect, fingerprint) in new.into_iter().flatten() {
        answers[*answer] = Written::Begun(Begun::New);
        rows.push((columns(effect), text(fingerprint)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]',
                value ->> 1, 'intended', $2
         from json_each($1)",
    )
    .bind(json(&rows)?)
    .bind(millis(now))
    .execute(db)
    .await
    .map(drop)
}

pub(super) async fn settle(
    db: &mut SqliteConnection,
    settles: &[(&EffectKey, &Outcome)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if settles.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = settles.iter().map(|(effect, it)| (columns(effect), settled(it))).collect();
    sqlx::query(
        "update journal_effects
         set state = value ->> '$[1][0]', outcome = value ->> '$[1][1]', settled_at = $2,
             late_at = iif(intended_at < $3, $2, null)
         from json_each($1)
         where account = value ->> '$[0][0]' and origin_id = value ->> '$[0][1]'
           and place = value ->> '$[0][2]' and origin = value ->> '$[0][3]'",
    )
    .bind(json(&rows)?)
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
