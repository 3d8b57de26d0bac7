//! Chats with their titles and stays, read from their rows.

use registry_api::model::{Chat, Participation, Title, UserProperties};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::time;
use crate::document::{StayRow, TitleRow, assemble};

/// The columns of a chat.
type ChatRow = (i64, Uuid, bool, String, i64, Option<String>, Option<String>);

/// The columns of a stay, and of the person whose stay it is.
type StayColumns = (
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

fn stay(row: StayColumns) -> StayRow {
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
