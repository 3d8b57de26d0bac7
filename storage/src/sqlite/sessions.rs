//! What bots keep from one update to the next.

use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{End, SessionKey, SessionWrite, Stored};
use sqlx::{SqliteConnection, SqlitePool};

use crate::row::scope;

/// The first of these sessions that somebody has changed since it was read.
pub(super) async fn stale<'a>(
    db: &mut SqliteConnection,
    writes: &'a [SessionWrite],
) -> Result<Option<&'a SessionKey>, sqlx::Error> {
    for write in writes {
        let (kind, chat, person) = scope(&write.key.scope);
        let version: Option<i64> = sqlx::query_scalar(
            "select version from journal_sessions
             where account = $1 and chat = $2 and person = $3 and name = $4 and scope = $5",
        )
        .bind(write.key.account.as_str())
        .bind(chat)
        .bind(person)
        .bind(&write.key.name)
        .bind(kind)
        .fetch_optional(&mut *db)
        .await?;
        if version.unwrap_or(0) != write.read {
            return Ok(Some(&write.key));
        }
    }
    Ok(None)
}

/// Writes the sessions of an update that ends.
pub(super) async fn write(
    db: &mut SqliteConnection,
    account: &AccountId,
    end: &End,
) -> Result<(), sqlx::Error> {
    for SessionWrite { key, read, value } in &end.sessions {
        let (kind, chat, person) = scope(&key.scope);
        sqlx::query(
            "insert into journal_sessions (account, chat, person, name, scope, value, version)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (account, chat, person, name, scope) do update
             set value = excluded.value, version = excluded.version",
        )
        .bind(key.account.as_str())
        .bind(chat)
        .bind(person)
        .bind(&key.name)
        .bind(kind)
        .bind(value.as_ref().map(ToString::to_string))
        .bind(read + 1)
        .execute(&mut *db)
        .await?;
    }
    if let Some((from, to)) = &end.moved {
        rename(db, account, from, to).await?;
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
