//! What bots see: chats, titles, and who comes and goes.

use chrono::{DateTime, Utc};
use registry_api::model::UserProperties;
use registry_api::store::{Announcement, MovedChat, Result, SeenChat, SeenPerson};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::addresses::{chat_moved, chat_seen};
use super::{Sqlite, WRITING, millis};
use crate::not_built;

pub(super) async fn see(store: &Sqlite, seen: &SeenChat) -> Result<()> {
    let failed = super::store("keeping a chat that was seen");
    let mut transaction = store.writer.begin_with(WRITING).await.map_err(&failed)?;
    let chat = chat_seen(&mut transaction, seen).await.map_err(&failed)?;
    if let Some(title) = &seen.title {
        title_seen(&mut transaction, chat, title, seen.at).await.map_err(&failed)?;
    }
    for person in &seen.people {
        let person = person_seen(&mut transaction, seen, person).await.map_err(&failed)?;
        sqlx::query(
            "insert into registry_participations (chat_id, participant_id, joined_at)
             values ($1, $2, $3)
             on conflict (chat_id, participant_id) where is_active do nothing",
        )
        .bind(chat)
        .bind(person)
        .bind(millis(seen.at))
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
    }
    transaction.commit().await.map_err(&failed)
}

pub(super) async fn move_chat(store: &Sqlite, moved: &MovedChat) -> Result<()> {
    let failed = super::store("keeping that a chat has moved");
    let mut transaction = store.writer.begin_with(WRITING).await.map_err(&failed)?;
    chat_moved(&mut transaction, moved).await.map_err(&failed)?;
    transaction.commit().await.map_err(&failed)
}

pub(super) async fn announce(_store: &Sqlite, _announcement: &Announcement) -> Result<()> {
    Err(not_built("keeping an announcement"))
}

async fn title_seen(
    db: &mut SqliteConnection,
    chat: Uuid,
    title: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into registry_titles (chat_id, value, captured_at)
         select $1, $2, $3
         where $2 is not
             (select value from registry_titles where chat_id = $1 order by seq desc limit 1)",
    )
    .bind(chat)
    .bind(title)
    .bind(millis(at))
    .execute(&mut *db)
    .await
    .map(drop)
}

async fn person_seen(
    db: &mut SqliteConnection,
    seen: &SeenChat,
    person: &SeenPerson,
) -> sqlx::Result<Uuid> {
    let UserProperties { firstname, lastname, username } = &person.properties;
    sqlx::query(
        "insert into registry_participants as it
             (id, service, external_id, firstname, lastname, username)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (service, external_id) do update
         set firstname = excluded.firstname, lastname = excluded.lastname,
             username = excluded.username
         where (it.firstname, it.lastname, it.username)
             is not (excluded.firstname, excluded.lastname, excluded.username)",
    )
    .bind(person.new_id)
    .bind(&seen.address.service)
    .bind(&person.external_id)
    .bind(firstname)
    .bind(lastname)
    .bind(username)
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar(
        "select id from registry_participants where service = $1 and external_id = $2",
    )
    .bind(&seen.address.service)
    .bind(&person.external_id)
    .fetch_one(&mut *db)
    .await
}
