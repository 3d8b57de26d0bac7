//! Who is or was in a chat, a part at a time: of a chat with a hundred thousand members a part is found
//! without reading them all.

use registry_api::store::{Participants, Result};
use uuid::Uuid;

use super::super::Sqlite;
use super::super::children::{StayColumns, stay};
use crate::page;

pub(in super::super) async fn participants(
    store: &Sqlite,
    chat: Uuid,
    after: Option<Uuid>,
    size: u32,
) -> Result<Option<Participants>> {
    let failed = super::super::store("listing participants");
    // What is read is of one moment.
    let mut transaction = store.readers.begin().await.map_err(&failed)?;
    let total: Option<i64> = sqlx::query_scalar(
        "select (
             select count(distinct participant_id)
             from registry_participations indexed by registry_participations_in_chat
             where chat_id = chat.id)
         from registry_chats as chat where id = $1",
    )
    .bind(chat)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(&failed)?;
    let Some(total) = total else { return Ok(None) };
    // Nobody has the least of all ids.
    let stays: Vec<StayColumns> = sqlx::query_as(
        "select stay.chat_id, person.id, person.firstname, person.lastname, person.username,
                stay.is_active, stay.joined_at, stay.left_at, stay.invited_by
         from (
             select distinct participant_id as id
             from registry_participations indexed by registry_participations_in_chat
             where chat_id = $1 and participant_id > $2 order by participant_id limit $3) as page
         cross join registry_participants as person on person.id = page.id
         cross join registry_participations as stay indexed by registry_participations_in_chat
             on stay.chat_id = $1 and stay.participant_id = page.id
         order by page.id, stay.joined_at, stay.seq",
    )
    .bind(chat)
    .bind(after.unwrap_or_default())
    .bind(i64::from(size) + 1)
    .fetch_all(&mut *transaction)
    .await
    .map_err(&failed)?;
    transaction.rollback().await.map_err(&failed)?;
    Ok(Some(page::participants(total, stays.into_iter().map(stay), size)))
}
