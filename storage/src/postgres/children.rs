//! Chats with their titles and stays, read from their rows.

use chrono::{DateTime, Utc};
use registry_api::model::{Chat, Participation, Title, UserProperties};
use registry_api::query::Document;
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use super::Postgres;
use crate::document::{KEEPING, StayRow, TitleRow, assemble, render};

/// Several queries that see the same moment.
const ONE_MOMENT: &str = "begin isolation level repeatable read read only";

/// The columns of a chat.
type ChatRow = (i64, Uuid, bool, String, DateTime<Utc>, Option<String>, Option<String>);

/// The columns of a stay, and of the person whose stay it is.
type StayColumns = (
    Uuid,
    Uuid,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<Uuid>,
);

/// The documents of these chats, made anew of one moment, and kept for whoever asks next.
pub(super) async fn documents(store: &Postgres, ids: &[Uuid]) -> sqlx::Result<Vec<Document>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut line = store.reading.line().await?;
    let mut transaction = line.begin_with(ONE_MOMENT).await?;
    let chats = whole_chats(&mut transaction, ids).await?;
    transaction.rollback().await?;
    line.done();
    let documents = render(chats)?;
    // Whether that works is nobody's business: whoever asks next may find none, and makes it.
    let _ = tokio::time::timeout(KEEPING, keep(&store.registry, &documents)).await;
    Ok(documents)
}

/// Keeps documents, unless there are later ones. A chat that somebody is changing is passed by: it will
/// show something else.
async fn keep(pool: &PgPool, documents: &[Document]) -> sqlx::Result<()> {
    sqlx::query(
        "insert into registry_documents as kept (chat_id, version, body)
         select new.id, new.version, new.body
         from unnest($1::uuid[], $2::bigint[], $3::text[]) as new (id, version, body)
         cross join lateral (
             select from registry_chats where id = new.id for key share skip locked) as chat
         order by new.id
         on conflict (chat_id) do update set version = excluded.version, body = excluded.body
             where excluded.version > kept.version",
    )
    .bind(documents.iter().map(|it| it.id).collect::<Vec<_>>())
    .bind(documents.iter().map(|it| it.version).collect::<Vec<_>>())
    .bind(documents.iter().map(|it| it.json.as_str()).collect::<Vec<_>>())
    .execute(pool)
    .await
    .map(drop)
}

/// The chats of these ids with their versions, in no order. What is read must be of one moment.
pub(super) async fn whole_chats(
    db: &mut PgConnection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<(i64, Chat)>> {
    let rows: Vec<ChatRow> = sqlx::query_as(
        "select version, id, is_active, service, registered_at, created_by, description
         from registry_chats where id = any($1)",
    )
    .bind(ids)
    .fetch_all(&mut *db)
    .await?;
    let titles: Vec<(Uuid, String, DateTime<Utc>)> = sqlx::query_as(
        "select chat_id, value, captured_at from registry_titles
         where chat_id = any($1) order by chat_id, captured_at, seq",
    )
    .bind(ids)
    .fetch_all(&mut *db)
    .await?;
    let stays: Vec<StayColumns> = sqlx::query_as(
        "select stay.chat_id, person.id, person.firstname, person.lastname, person.username,
                stay.is_active, stay.joined_at, stay.left_at, stay.invited_by
         from registry_participations stay
         cross join lateral (
             select * from registry_participants where id = stay.participant_id offset 0) person
         where stay.chat_id = any($1) order by stay.chat_id, stay.joined_at, stay.seq",
    )
    .bind(ids)
    .fetch_all(&mut *db)
    .await?;
    let (versions, chats): (Vec<i64>, Vec<Chat>) =
        rows.into_iter().map(|row| (row.0, chat(row))).unzip();
    let titles = titles
        .into_iter()
        .map(|(chat, value, at)| TitleRow { chat, title: Title::plain(value, at) })
        .collect();
    let stays = stays.into_iter().map(stay).collect();
    Ok(versions.into_iter().zip(assemble(chats, titles, stays)).collect())
}

fn chat(row: ChatRow) -> Chat {
    let (_, id, is_active, service, registered_at, created_by, description) = row;
    let (title, participants) = (Vec::new(), Vec::new());
    Chat { id, is_active, service, registered_at, created_by, description, title, participants }
}

fn stay(row: StayColumns) -> StayRow {
    let (chat, participant, firstname, lastname, username, is_active, joined_at, left_at, by) = row;
    StayRow {
        chat,
        participant,
        properties: UserProperties { firstname, lastname, username },
        participation: Participation { is_active, joined_at, left_at, invited_by: by },
    }
}
