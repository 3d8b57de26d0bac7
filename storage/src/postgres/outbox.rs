//! Messages for later.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Change, Scheduled, Written};
use sqlx::{PgConnection, PgPool};

use super::ledger::Numbered;
use super::rows;
use crate::row::{scheduled, text, unreadable};

/// An account and a key of its outbox.
type Key<'a> = (&'a str, Cow<'a, str>);

/// Writes down what is to be sent, and then what is no longer.
pub(super) async fn write(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    let mut new: Vec<(Key<'_>, &Scheduled, usize)> = Vec::new();
    let mut gone: Vec<(Key<'_>, Option<Cow<'_, str>>, usize)> = Vec::new();
    for (number, write) in writes {
        let account = write.account.as_str();
        match &write.change {
            Change::Schedule(it) => new.push(((account, text(&it.key)), it, *number)),
            Change::Unschedule { key } => gone.push(((account, text(key)), None, *number)),
            Change::GiveUp { key, error } => {
                gone.push(((account, text(key)), Some(text(error)), *number));
            }
            _ => {}
        }
    }
    new.sort_unstable_by(|(one, ..), (other, ..)| one.cmp(other));
    gone.sort_unstable();
    if !new.is_empty() {
        schedule(db, &new, answers).await?;
    }
    if !gone.is_empty() {
        unschedule(db, &gone, answers).await?;
    }
    Ok(())
}

async fn schedule(
    db: &mut PgConnection,
    new: &[(Key<'_>, &Scheduled, usize)],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    let bodies = new.iter().map(|(_, it, _)| serde_json::to_string(it));
    let bodies: Vec<String> =
        bodies.collect::<Result<_, _>>().map_err(|why| sqlx::Error::Encode(why.into()))?;
    let made: Vec<(String, String)> = sqlx::query_as(
        "insert into journal_outbox (account, key, due, body)
         select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[])
         on conflict (account, key) do nothing
         returning account, key",
    )
    .bind(new.iter().map(|((account, _), ..)| *account).collect::<Vec<_>>())
    .bind(new.iter().map(|((_, key), ..)| key.as_ref()).collect::<Vec<_>>())
    .bind(new.iter().map(|(_, it, _)| it.due).collect::<Vec<_>>())
    .bind(bodies)
    .fetch_all(db)
    .await?;
    // Of one key twice in a batch only one can be new.
    let mut made: HashSet<(&str, &str)> =
        made.iter().map(|(account, key)| (account.as_str(), key.as_str())).collect();
    for ((account, key), _, number) in new {
        if !made.remove(&(*account, key.as_ref())) {
            answers[*number] = Written::Nothing;
        }
    }
    Ok(())
}

async fn unschedule(
    db: &mut PgConnection,
    gone: &[(Key<'_>, Option<Cow<'_, str>>, usize)],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    let gone_now: Vec<(String, String)> = sqlx::query_as(
        "insert into journal_outbox as it (account, key, state, due, body, error)
         select gone.account, gone.key, case when gone.error is null then 'sent' else 'dead' end,
                known.due, case when gone.error is null then '' else known.body end, gone.error
         from unnest($1::text[], $2::text[], $3::text[]) as gone (account, key, error)
              cross join lateral
                  (select it.due, it.body from journal_outbox as it
                   where it.account = gone.account and it.key = gone.key
                     and it.state not in ('sent', 'dead')
                   for update) as known
         on conflict (account, key) do update
         set state = excluded.state, body = excluded.body, error = excluded.error
         returning it.account, it.key",
    )
    .bind(gone.iter().map(|((account, _), ..)| *account).collect::<Vec<_>>())
    .bind(gone.iter().map(|((_, key), ..)| key.as_ref()).collect::<Vec<_>>())
    .bind(gone.iter().map(|(_, error, _)| error.as_deref()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let gone_now: HashSet<(&str, &str)> =
        gone_now.iter().map(|(account, key)| (account.as_str(), key.as_str())).collect();
    for ((account, key), error, number) in gone {
        // Who gives one up is not told whether it was still there.
        if error.is_none() && !gone_now.contains(&(*account, key.as_ref())) {
            answers[*number] = Written::Nothing;
        }
    }
    Ok(())
}

pub(super) async fn due(
    pool: &PgPool,
    account: &AccountId,
    until: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Scheduled>, sqlx::Error> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "select key, body from journal_outbox
         where state = 'waiting' and account = $1 and due <= $2 order by due, key limit $3",
    )
    .bind(account.as_str())
    .bind(until)
    .bind(rows(limit))
    .fetch_all(pool)
    .await?;
    let mut due = Vec::with_capacity(found.len());
    for (key, body) in found {
        match scheduled(&body) {
            Ok(scheduled) => due.push(scheduled),
            Err(why) => give_up(pool, account, &key, &why).await?,
        }
    }
    Ok(due)
}

/// Gives up a message that this version cannot read: it holds up no other.
async fn give_up(
    pool: &PgPool,
    account: &AccountId,
    key: &str,
    why: &serde_json::Error,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update journal_outbox set state = 'dead', error = $3
         where account = $1 and key = $2 and state = 'waiting'",
    )
    .bind(account.as_str())
    .bind(key)
    .bind(unreadable(why))
    .execute(pool)
    .await
    .map(drop)
}

pub(super) async fn next_due(
    pool: &PgPool,
    account: &AccountId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar(
        "select due from journal_outbox
         where state = 'waiting' and account = $1 order by due limit 1",
    )
    .bind(account.as_str())
    .fetch_optional(pool)
    .await
}
