//! What bots keep from one update to the next.

use std::borrow::Cow;

use gateway_runtime::journal::{SessionKey, Stored};
use sqlx::SqlitePool;

use crate::row::scope;

/// The columns of a session's key.
pub(super) type Columns<'a> = (&'a str, Cow<'a, str>, Cow<'a, str>, &'a str, &'static str);

pub(super) fn columns(key: &SessionKey) -> Columns<'_> {
    let (kind, chat, person) = scope(&key.scope);
    (key.account.as_str(), chat, person, &key.name, kind)
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
