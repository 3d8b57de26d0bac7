//! Chats with their titles and stays, read from their rows.

use registry_api::model::{Chat, Participation, Title, UserProperties};
use registry_api::query::Document;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Sqlite, time};
use crate::document::{KEEPING, StayRow, TitleRow, assemble, render};

/// The columns of a chat.
type ChatRow = (i64, Uuid, bool, String, i64, Option<String>, Option<String>);

/// The columns of a stay, and of the person whose stay it is.
pub(super) type StayColumns = (
    Uuid,
    Uuid,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
    i64,
    Option<i64>,
    Option<Uuid>,
);

/// The documents of these chats, made anew. What is read must be of one moment.
pub(super) async fn documents(
    db: &mut SqliteConnection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<Document>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    render(whole_chats(db, ids).await?)
}

/// Keeps documents for whoever asks next, unless there are later ones. Whether that works is nobody's
/// business: whoever finds none makes it.
pub(super) async fn keep(store: &Sqlite, documents: &[Document]) {
    if !documents.is_empty() {
        let _ = tokio::time::timeout(KEEPING, write(store, documents)).await;
    }
}

async fn write(store: &Sqlite, documents: &[Document]) -> sqlx::Result<()> {
    let new: Vec<_> = documents
        .iter()
        .map(|it| (it.id.simple().to_string(), it.version, it.json.as_str()))
        .collect();
    let query = sqlx::query(
        "insert into registry_documents as kept (chat_id, version, body)
         select chat.id, new.value ->> 1, new.value ->> 2
         from json_each($1) as new cross join registry_chats as chat on chat.id = unhex(new.value ->> 0)
         where true
         on conflict (chat_id) do update set version = excluded.version, body = excluded.body
             where excluded.version > kept.version",
    )
    .bind(super::json(&new)?);
    store.writer.execute(query).await.map(drop)
}

/// The chats of these ids with their versions, in no order. What is read must be of one moment.
pub(super) async fn whole_chats(
    db: &mut SqliteConnection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<(i64, Chat)>> {
    let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    let ids = super::json(&ids)?;
    let rows: Vec<ChatRow> = sqlx::query_as(
        "select version, id, is_active, service, registered_at, created_by, description
         from registry_chats where id in (select unhex(value) from json_each($1))",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let titles: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "select chat_id, value, captured_at from registry_titles
         where chat_id in (select unhex(value) from json_each($1)) order by chat_id, captured_at, seq",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let stays: Vec<StayColumns> = sqlx::query_as(
        "select stay.chat_id, person.id, person.firstname, person.lastname, person.username,
                stay.is_active, stay.joined_at, stay.left_at, stay.invited_by
         from registry_participations stay
         join registry_participants person on person.id = stay.participant_id
         where stay.chat_id in (select unhex(value) from json_each($1)) order by stay.chat_id, stay.joined_at, stay.seq",
    )
    .bind(&ids)
    .fetch_all(&mut *db)
    .await?;
    let (versions, chats): (Vec<i64>, Vec<Chat>) =
        rows.into_iter().map(|row| (row.0, chat(row))).unzip();
    let titles = titles
        .into_iter()
        .map(|(chat, value, at)| TitleRow { chat, title: Title::plain(value, time(at)) })
        .collect();
    let stays = stays.into_iter().map(stay).collect();
    Ok(versions.into_iter().zip(assemble(chats, titles, stays)).collect())
}

fn chat(row: ChatRow) -> Chat {
    let (_, id, is_active, service, at, created_by, description) = row;
    let registered_at = time(at);
    let (title, participants) = (Vec::new(), Vec::new());
    Chat { id, is_active, service, registered_at, created_by, description, title, participants }
}

pub(super) fn stay(row: StayColumns) -> StayRow {
    let (chat, participant, firstname, lastname, username, is_active, joined_at, left_at, by) = row;
    StayRow {
        chat,
        participant,
        properties: UserProperties { firstname, lastname, username },
        participation: Participation {
            is_active,
            joined_at: time(joined_at),
            left_at: left_at.map(time),
            invited_by: by,
        },
    }
}
