//! What handlers did on messengers.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Begun, Change, EffectKey, Outcome, Settled, Written};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::ledger::Numbered;
use crate::row::{KnownEffect, LATE, known, receipt, settled, text};

/// The columns of an effect's key, in the order of its index.
pub(super) type Key<'a> = (Cow<'a, str>, Cow<'a, str>, Cow<'a, str>, &'static str);

/// An effect as it stands in its row: the key, and what is known of it.
type Row = (String, String, String, String, String, String, Option<String>, DateTime<Utc>);

pub(super) fn columns(effect: &EffectKey) -> Key<'_> {
    let origin = &effect.origin;
    (text(effect.account.as_str()), text(origin.id()), text(&effect.place), origin.kind())
}

/// Keys, column by column.
#[derive(Default)]
pub(super) struct Keys<'a> {
    pub(super) accounts: Vec<Cow<'a, str>>,
    pub(super) ids: Vec<Cow<'a, str>>,
    pub(super) places: Vec<Cow<'a, str>>,
    pub(super) kinds: Vec<&'static str>,
}

impl<'a> Extend<Key<'a>> for Keys<'a> {
    fn extend<T: IntoIterator<Item = Key<'a>>>(&mut self, keys: T) {
        for (account, id, place, kind) in keys {
            self.accounts.push(account);
            self.ids.push(id);
            self.places.push(place);
            self.kinds.push(kind);
        }
    }
}

/// Writes down what begins, and then what has ended.
pub(super) async fn write(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    answers: &mut [Written],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut begins: Vec<(Key<'_>, &str, usize)> = Vec::new();
    let mut settles: Vec<(Key<'_>, &Outcome)> = Vec::new();
    for (number, write) in writes {
        match &write.change {
            Change::Begin { effect, fingerprint } => {
                begins.push((columns(effect), fingerprint, *number));
            }
            Change::Settle { effect, outcome } => settles.push((columns(effect), outcome)),
            _ => {}
        }
    }
    begins.sort_unstable();
    settles.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    if !begins.is_empty() {
        let known = begin(db, &begins, answers, now).await?;
        if !known.is_empty() {
            again(db, &known, &settles, answers, now).await?;
        }
    }
    if !settles.is_empty() {
        settle(db, &settles, now).await?;
    }
    Ok(())
}

/// Has effects intended that nobody knew, and hands back those that somebody did.
async fn begin<'a>(
    db: &mut PgConnection,
    begins: &[(Key<'a>, &'a str, usize)],
    answers: &mut [Written],
    now: DateTime<Utc>,
) -> Result<HashMap<Key<'a>, (&'a str, usize)>, sqlx::Error> {
    let mut asked: HashMap<Key<'a>, (&str, usize)> = begins
        .iter()
        .map(|(key, fingerprint, number)| (key.clone(), (*fingerprint, *number)))
        .collect();
    let mut keys = Keys::default();
    keys.extend(begins.iter().map(|(key, ..)| key.clone()));
    let fingerprints: Vec<_> = begins.iter().map(|(_, fingerprint, _)| text(fingerprint)).collect();
    let new: Vec<(String, String, String, String)> = sqlx::query_as(
        "insert into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         select it.*, 'intended', $6
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as it
         on conflict (account, origin_id, place, origin) do nothing
         returning account, origin_id, place, origin",
    )
    .bind(keys.accounts)
    .bind(keys.ids)
    .bind(keys.places)
    .bind(keys.kinds)
    .bind(fingerprints)
    .bind(now)
    .fetch_all(db)
    .await?;
    for (account, id, place, kind) in new {
        let key = (account.into(), id.into(), place.into(), word(&kind));
        if let Some((_, number)) = asked.remove(&key) {
            answers[number] = Written::Begun(Begun::New);
        }
    }
    Ok(asked)
}

/// Says what is known of effects, and has those that were refused intended again. What ends in the
/// same batch is locked along with them.
async fn again(
    db: &mut PgConnection,
    begins: &HashMap<Key<'_>, (&str, usize)>,
    settles: &[(Key<'_>, &Outcome)],
    answers: &mut [Written],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut locked: Vec<_> = begins.keys().chain(settles.iter().map(|(key, _)| key)).collect();
    locked.sort_unstable();
    let mut keys = Keys::default();
    keys.extend(locked.into_iter().cloned());
    let rows: Vec<Row> = sqlx::query_as(
        "select it.account, it.origin_id, it.place, it.origin, it.fingerprint, it.state,
                    it.outcome, it.intended_at
             from unnest($1::text[], $2::text[], $3::text[], $4::text[])
                      as asked (account, origin_id, place, origin)
                  cross join lateral
                      (select * from journal_effects as it
                       where it.account = asked.account and it.origin_id = asked.origin_id
                         and it.place = asked.place and it.origin = asked.origin
                       for update) as it",
    )
    .bind(keys.accounts)
    .bind(keys.ids)
    .bind(keys.places)
    .bind(keys.kinds)
    .fetch_all(&mut *db)
    .await?;
    let mut refused = Vec::new();
    for (account, id, place, kind, fingerprint, state, outcome, since) in rows {
        let key = (account.into(), id.into(), place.into(), word(&kind));
        let Some((asked, number)) = begins.get(&key) else { continue };
        let effect = KnownEffect { fingerprint, state, outcome, since };
        if effect.is_refused() {
            refused.push((key, *asked));
        }
        answers[*number] = Written::Begun(effect.begun(asked));
    }
    if refused.is_empty() {
        return Ok(());
    }
    let mut keys = Keys::default();
    keys.extend(refused.iter().map(|(key, _)| key.clone()));
    sqlx::query(
        "insert into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         select it.*, 'intended', $6
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as it
         on conflict (account, origin_id, place, origin) do update
         set fingerprint = excluded.fingerprint, state = 'intended', outcome = null,
             intended_at = excluded.intended_at, settled_at = null, late_at = null",
    )
    .bind(keys.accounts)
    .bind(keys.ids)
    .bind(keys.places)
    .bind(keys.kinds)
    .bind(refused.iter().map(|(_, fingerprint)| text(fingerprint)).collect::<Vec<_>>())
    .bind(now)
    .execute(db)
    .await
    .map(drop)
}

/// Every one of them is there, and so none is new: this finds it by its key, in the order of the
/// keys.
async fn settle(
    db: &mut PgConnection,
    settles: &[(Key<'_>, &Outcome)],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut keys = Keys::default();
    keys.extend(settles.iter().map(|(key, _)| key.clone()));
    let (states, outcomes): (Vec<&str>, Vec<String>) =
        settles.iter().map(|(_, outcome)| settled(outcome)).unzip();
    sqlx::query(
        "insert into journal_effects as it
             (account, origin_id, place, origin, fingerprint, state, outcome, intended_at,
              settled_at)
         select ended.account, ended.origin_id, ended.place, ended.origin, known.fingerprint,
                ended.state, ended.outcome, known.intended_at, $7
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
                  as ended (account, origin_id, place, origin, state, outcome)
              cross join lateral
                  (select it.fingerprint, it.intended_at from journal_effects as it
                   where it.account = ended.account and it.origin_id = ended.origin_id
                     and it.place = ended.place and it.origin = ended.origin
                   offset 0) as known
         on conflict (account, origin_id, place, origin) do update
         set state = excluded.state, outcome = excluded.outcome, settled_at = excluded.settled_at,
             late_at = case when it.intended_at < $8 then excluded.settled_at end",
    )
    .bind(keys.accounts)
    .bind(keys.ids)
    .bind(keys.places)
    .bind(keys.kinds)
    .bind(states)
    .bind(outcomes)
    .bind(now)
    .bind(now - LATE)
    .execute(db)
    .await
    .map(drop)
}

/// The word for an origin, as it is compared here.
fn word(kind: &str) -> &'static str {
    if kind == "key" { "key" } else { "update" }
}

pub(super) async fn find(pool: &PgPool, key: &EffectKey) -> Result<Option<Settled>, sqlx::Error> {
    let (account, id, place, kind) = columns(key);
    let row: Option<(String, Option<String>)> = sqlx::query_as(
        "select state, outcome from journal_effects
         where account = $1 and origin_id = $2 and place = $3 and origin = $4",
    )
    .bind(account)
    .bind(id)
    .bind(place)
    .bind(kind)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(state, outcome)| known(&state, outcome)))
}

/// Those that ended late have an index of their own; the others were intended not long before. The
/// account is not to be looked up: it may have millions.
pub(super) async fn receipts(
    pool: &PgPool,
    account: &AccountId,
    fingerprint: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Value>, sqlx::Error> {
    let outcomes: Vec<Option<String>> = sqlx::query_scalar(
        "select outcome from journal_effects
         where intended_at >= $4 and settled_at >= $3 and state = 'done'
           and account || '' = $1 and fingerprint = $2
         union all
         select outcome from journal_effects
         where late_at >= $3 and intended_at < $4 and state = 'done'
           and account || '' = $1 and fingerprint = $2",
    )
    .bind(account.as_str())
    .bind(text(fingerprint))
    .bind(since)
    .bind(since - LATE)
    .fetch_all(pool)
    .await?;
    Ok(outcomes.iter().map(|outcome| receipt(outcome.as_deref())).collect())
}
