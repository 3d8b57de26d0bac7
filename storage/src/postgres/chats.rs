//! Chats, titles and participants.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::model::{Chat, Participation, Title, UserProperties};
use registry_api::store::{
    ChatStore, MovedChat, Page, PageRequest, RegisteredChat, Result, SeenChat, SeenPerson,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::addresses::{chat_moved, chat_seen};
use super::{Postgres, store};
use crate::document::{StayRow, TitleRow, UNBOUND_SERVICE, assemble};

/// The columns of a chat.
type ChatRow = (Uuid, bool, String, DateTime<Utc>, Option<String>, Option<String>);

/// The columns of a stay, and of the person whose stay it is.
type StayColumns =
    (Uuid, Uuid, Option<String>, Option<String>, Option<String>, bool, DateTime<Utc>);

/// A page and its total are those of one moment.
const SNAPSHOT: &str = "begin isolation level repeatable read read only";

#[async_trait]
impl ChatStore for Postgres {
    async fn register(&self, chat: &RegisteredChat) -> Result<()> {
        let failed = store("registering a chat");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        sqlx::query(
            "insert into registry_chats (id, service, registered_at, created_by, description)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(chat.id)
        .bind(UNBOUND_SERVICE)
        .bind(chat.at)
        .bind(&chat.created_by)
        .bind(&chat.description)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        sqlx::query(
            "insert into registry_titles (chat_id, value, captured_at) values ($1, $2, $3)",
        )
        .bind(chat.id)
        .bind(&chat.title)
        .bind(chat.at)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }

    async fn see(&self, seen: &SeenChat) -> Result<()> {
        let failed = store("keeping a chat that was seen");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
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
            .bind(seen.at)
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }

    async fn move_chat(&self, moved: &MovedChat) -> Result<()> {
        let failed = store("keeping that a chat has moved");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        chat_moved(&mut transaction, moved).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }

    async fn chat(&self, id: Uuid) -> Result<Option<Chat>> {
        let failed = store("looking up a chat");
        let mut snapshot = self.pool.begin_with(SNAPSHOT).await.map_err(&failed)?;
        let rows: Vec<ChatRow> = sqlx::query_as(
            "select id, is_active, service, registered_at, created_by, description
             from registry_chats where id = $1",
        )
        .bind(id)
        .fetch_all(&mut *snapshot)
        .await
        .map_err(&failed)?;
        Ok(with_children(&mut snapshot, rows).await.map_err(&failed)?.pop())
    }

    async fn chats(&self, page: PageRequest) -> Result<Page<Chat>> {
        let failed = store("listing chats");
        let mut snapshot = self.pool.begin_with(SNAPSHOT).await.map_err(&failed)?;
        let total: i64 = sqlx::query_scalar("select count(*) from registry_chats")
            .fetch_one(&mut *snapshot)
            .await
            .map_err(&failed)?;
        let rows: Vec<ChatRow> = sqlx::query_as(
            "select id, is_active, service, registered_at, created_by, description
             from registry_chats order by registered_at desc, id limit $1 offset $2",
        )
        .bind(i64::from(page.size))
        .bind(i64::from(page.page) * i64::from(page.size))
        .fetch_all(&mut *snapshot)
        .await
        .map_err(&failed)?;
        let records = with_children(&mut snapshot, rows).await.map_err(&failed)?;
        Ok(Page { records, total: total.unsigned_abs() })
    }
}

async fn title_seen(
    db: &mut PgConnection,
    chat: Uuid,
    title: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into registry_titles (chat_id, value, captured_at)
         select $1, $2, $3
         where $2 is distinct from
             (select value from registry_titles where chat_id = $1 order by seq desc limit 1)",
    )
    .bind(chat)
    .bind(title)
    .bind(at)
    .execute(&mut *db)
    .await
    .map(drop)
}

async fn person_seen(
    db: &mut PgConnection,
    seen: &SeenChat,
    person: &SeenPerson,
) -> sqlx::Result<Uuid> {
    let UserProperties { firstname, lastname, username } = &person.properties;
    // Everybody sees the bot in every chat: to look first is not to lock its row each time.
    let known: Option<Uuid> = sqlx::query_scalar(
        "select id from registry_participants
         where service = $1 and external_id = $2
           and (firstname, lastname, username) is not distinct from ($3, $4, $5)",
    )
    .bind(&seen.address.service)
    .bind(&person.external_id)
    .bind(firstname)
    .bind(lastname)
    .bind(username)
    .fetch_optional(&mut *db)
    .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    sqlx::query(
        "insert into registry_participants as it
             (id, service, external_id, firstname, lastname, username)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (service, external_id) do update
         set firstname = excluded.firstname, lastname = excluded.lastname,
             username = excluded.username
         where (it.firstname, it.lastname, it.username)
             is distinct from (excluded.firstname, excluded.lastname, excluded.username)",
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

async fn with_children(db: &mut PgConnection, rows: Vec<ChatRow>) -> sqlx::Result<Vec<Chat>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let titles: Vec<(Uuid, String, DateTime<Utc>)> = sqlx::query_as(
        "select chat_id, value, captured_at from registry_titles
         where chat_id = any($1) order by chat_id, seq",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let stays: Vec<StayColumns> = sqlx::query_as(
        "select stay.chat_id, person.id, person.firstname, person.lastname, person.username,
                stay.is_active, stay.joined_at
         from registry_participations stay
         join registry_participants person on person.id = stay.participant_id
         where stay.chat_id = any($1) order by stay.chat_id, stay.seq",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let chats = rows.into_iter().map(chat).collect();
    let titles = titles
        .into_iter()
        .map(|(chat, value, at)| TitleRow { chat, title: Title::plain(value, at) })
        .collect();
    let stays = stays
        .into_iter()
        .map(|(chat, participant, firstname, lastname, username, is_active, joined_at)| StayRow {
            chat,
            participant,
            properties: UserProperties { firstname, lastname, username },
            participation: Participation { is_active, joined_at },
        })
        .collect();
    Ok(assemble(chats, titles, stays))
}

fn chat((id, is_active, service, registered_at, created_by, description): ChatRow) -> Chat {
    let (title, participants) = (Vec::new(), Vec::new());
    Chat { id, is_active, service, registered_at, created_by, description, title, participants }
}
