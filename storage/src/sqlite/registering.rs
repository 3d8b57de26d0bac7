//! Chats that clients register.

use registry_api::query::title_key;
use registry_api::store::{Answered, Once, RegisteredChat, Result};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Sqlite, json, millis};
use crate::document::UNBOUND_SERVICE;

pub(super) async fn register(store: &Sqlite, chats: &[RegisteredChat]) -> Result<()> {
    let failed = super::store("registering chats");
    let mut transaction = store.writer.begin().await.map_err(&failed)?;
    insert(&mut transaction, chats).await.map_err(&failed)?;
    transaction.commit().await.map_err(super::unfinished("registering chats"))
}

pub(super) async fn register_once(
    store: &Sqlite,
    chat: &RegisteredChat,
    once: &Once,
) -> Result<Answered> {
    let failed = super::store("registering a chat");
    let mut transaction = store.writer.begin().await.map_err(&failed)?;
    let answered = answer_once(&mut transaction, once, chat.id).await.map_err(&failed)?;
    if let Answered::Now(_) = answered {
        let chats = std::slice::from_ref(chat);
        insert(&mut transaction, chats).await.map_err(&failed)?;
        transaction.commit().await.map_err(super::unfinished("registering a chat"))?;
    } else {
        transaction.rollback().await.map_err(&failed)?;
    }
    Ok(answered)
}

/// Keeps that a request was answered with an id, or says with which it was before.
pub(super) async fn answer_once(
    db: &mut SqliteConnection,
    once: &Once,
    answer: Uuid,
) -> sqlx::Result<Answered> {
    let kept = sqlx::query(
        "insert into registry_requests (token, key, asked, answer, at)
         values ($1, $2, $3, $4, $5) on conflict (token, key) do nothing",
    )
    .bind(&once.token.0[..])
    .bind(&once.key)
    .bind(&once.asked[..])
    .bind(answer)
    .bind(millis(once.at))
    .execute(&mut *db)
    .await?;
    if kept.rows_affected() > 0 {
        return Ok(Answered::Now(answer));
    }
    let (asked, before): (Vec<u8>, Uuid) =
        sqlx::query_as("select asked, answer from registry_requests where token = $1 and key = $2")
            .bind(&once.token.0[..])
            .bind(&once.key)
            .fetch_one(&mut *db)
            .await?;
    Ok(if asked == once.asked { Answered::Before(before) } else { Answered::Otherwise })
}

async fn insert(db: &mut SqliteConnection, chats: &[RegisteredChat]) -> sqlx::Result<()> {
    let new: Vec<_> = chats
        .iter()
        .map(|it| {
            let (id, key) = (it.id.simple().to_string(), title_key(&it.title));
            (id, millis(it.at), &it.title, key, &it.created_by, &it.description)
        })
        .collect();
    let new = json(&new)?;
    sqlx::query(
        "insert into registry_chats
             (id, service, registered_at, created_by, description, title_key)
         select unhex(value ->> 0), $2, value ->> 1, value ->> 4, value ->> 5, value ->> 3
         from json_each($1)",
    )
    .bind(&new)
    .bind(UNBOUND_SERVICE)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into registry_titles (chat_id, value, captured_at)
         select unhex(value ->> 0), value ->> 2, value ->> 1 from json_each($1)",
    )
    .bind(&new)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into registry_events (kind, chat_id, at)
         select 'registered', unhex(value ->> 0), value ->> 1 from json_each($1)",
    )
    .bind(&new)
    .execute(&mut *db)
    .await
    .map(drop)
}
