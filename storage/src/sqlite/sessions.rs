//! What bots keep from one update to the next.

use std::borrow::Cow;

use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{SessionKey, Stored, Written};
use sqlx::{SqliteConnection, SqlitePool};

use super::json;
use super::ledger::Ended;
use crate::row::scope;

/// The columns of a session's key.
type Columns<'a> = (&'a str, Cow<'a, str>, Cow<'a, str>, &'a str, &'static str);

fn columns(key: &SessionKey) -> Columns<'_> {
    let (kind, chat, person) = scope(&key.scope);
    (key.account.as_str(), chat, person, &key.name, kind)
}

/// Answers the ends of which somebody has changed a session since it was read: nothing of them is
/// written.
pub(super) async fn check(
    db: &mut SqliteConnection,
    ends: &[Ended<'_>],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    let (mut rows, mut keys) = (Vec::new(), Vec::new());
    for (number, _, end) in ends {
        rows.extend(end.sessions.iter().map(|it| (columns(&it.key), it.read)));
        keys.extend(end.sessions.iter().map(|it| (*number, &it.key)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let stale: Vec<u32> = sqlx::query_scalar(
        "select it.key
         from json_each($1) as it
              left join journal_sessions
                  on account = it.value ->> '$[0][0]' and chat = it.value ->> '$[0][1]'
                     and person = it.value ->> '$[0][2]' and name = it.value ->> '$[0][3]'
                     and scope = it.value ->> '$[0][4]'
         where coalesce(version, 0) <> it.value ->> 1
         order by it.key desc",
    )
    .bind(json(&rows)?)
    .fetch_all(db)
    .await?;
    // The first of each is told.
    for place in stale {
        let (number, key) = keys[place as usize];
        answers[number] = Written::Conflict(key.clone());
    }
    Ok(())
}

/// Writes the sessions of updates that end.
pub(super) async fn write(
    db: &mut SqliteConnection,
    ends: &[Ended<'_>],
) -> Result<(), sqlx::Error> {
    let writes = ends.iter().flat_map(|(.., end)| &end.sessions);
    let rows: Vec<_> = writes
        .map(|it| (columns(&it.key), it.value.as_ref().map(ToString::to_string), it.read + 1))
        .collect();
    if !rows.is_empty() {
        sqlx::query(
            "insert into journal_sessions (account, chat, person, name, scope, value, version)
             select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]',
                    value ->> '$[0][3]', value ->> '$[0][4]', value ->> 1, value ->> 2
             from json_each($1) where true
             on conflict (account, chat, person, name, scope) do update
             set value = excluded.value, version = excluded.version",
        )
        .bind(json(&rows)?)
        .execute(&mut *db)
        .await?;
    }
    for (_, account, end) in ends {
        if let Some((from, to)) = &end.moved {
            rename(db, account, from, to).await?;
        }
    }
    Ok(())
}

/// Makes the sessions of a chat those of another, where that has none of its own.
async fn rename(
    db: &mut SqliteConnection,
    account: &AccountId,
    from: &ChatId,
    to: &ChatId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update or ignore journal_sessions set chat = $3
         where account = $1 and chat = $2 and scope in ('chat', 'member')",
    )
    .bind(account.as_str())
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(db)
    .await
    .map(drop)
}

pub(super) async fn find(
    pool: &SqlitePool,
    key: &SessionKey,
) -> Result<Option<Stored>, sqlx::Error> {
    let (kind, chat, person) = scope(&key.scope);
    let row: Option<(Option<String>, i64)> = sqlx::query_as(
        "select value, version from journal_sessions
         where account = $1 and chat = $2 and person = $3 and name = $4 and scope = $5",
    )
    .bind(key.account.as_str())
    .bind(chat)
    .bind(person)
    .bind(&key.name)
    .bind(kind)
    .fetch_optional(pool)
    .await?;
    let Some((value, version)) = row else { return Ok(None) };
    let value = value.map(|it| serde_json::from_str(&it)).transpose();
    Ok(Some(Stored { value: value.map_err(|why| sqlx::Error::Decode(why.into()))?, version }))
}
