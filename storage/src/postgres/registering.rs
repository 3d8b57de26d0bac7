//! Chats that clients register.

use registry_api::query::title_key;
use registry_api::store::{Answered, Once, RegisteredChat, Result};
use sqlx::PgExecutor;
use sqlx::postgres::PgQueryResult;
use uuid::Uuid;

use super::Postgres;
use crate::document::UNBOUND_SERVICE;

/// All of it is one statement, and so one way to the server and one commit.
pub(super) async fn register(store: &Postgres, chats: &[RegisteredChat]) -> Result<()> {
    let doing = "registering chats";
    let mut db = store.registry.acquire().await.map_err(super::store(doing))?;
    insert(&mut *db, chats).await.map(drop).map_err(super::unfinished(doing))
}

pub(super) async fn register_once(
    store: &Postgres,
    chat: &RegisteredChat,
    once: &Once,
) -> Result<Answered> {
    let failed = super::store("registering a chat");
    let mut transaction = store.registry.begin().await.map_err(&failed)?;
    let answered = answer_once(&mut transaction, once, chat.id).await.map_err(&failed)?;
    if let Answered::Now(_) = answered {
        let chats = std::slice::from_ref(chat);
        insert(&mut *transaction, chats).await.map_err(&failed)?;
        transaction.commit().await.map_err(super::unfinished("registering a chat"))?;
    }
    Ok(answered)
}

/// Keeps that a request was answered with an id, or says with which it was before. Whoever asks with
/// the same key meanwhile waits until the transaction has ended.
pub(super) async fn answer_once(
    db: &mut sqlx::PgConnection,
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
    .bind(once.at)
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

async fn insert(db: impl PgExecutor<'_>, chats: &[RegisteredChat]) -> sqlx::Result<PgQueryResult> {
    sqlx::query(
        "with new (id, at, title, title_key, created_by, description) as (
             select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[],
                 $6::text[])
         ), chats as (
             insert into registry_chats
                 (id, service, registered_at, created_by, description, title_key)
             select id, $7, at, created_by, description, title_key from new
         ), titles as (
             insert into registry_titles (chat_id, value, captured_at) select id, title, at from new
         )
         insert into registry_events (kind, chat_id, at) select 'registered', id, at from new",
    )
    .bind(chats.iter().map(|it| it.id).collect::<Vec<_>>())
    .bind(chats.iter().map(|it| it.at).collect::<Vec<_>>())
    .bind(chats.iter().map(|it| it.title.as_str()).collect::<Vec<_>>())
    .bind(chats.iter().map(|it| title_key(&it.title)).collect::<Vec<_>>())
    .bind(chats.iter().map(|it| it.created_by.as_deref()).collect::<Vec<_>>())
    .bind(chats.iter().map(|it| it.description.as_deref()).collect::<Vec<_>>())
    .bind(UNBOUND_SERVICE)
    .execute(db)
    .await
}
