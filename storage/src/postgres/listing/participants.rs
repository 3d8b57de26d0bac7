//! Who is or was in a chat, a part at a time: of a chat with a hundred thousand members a part is found
//! without reading them all.

use registry_api::model::{Participation, UserProperties};
use registry_api::store::{Participants, Result};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::super::Postgres;
use crate::document::StayRow;
use crate::page;

pub(super) const PART: &str =
    "select everybody.total, page.participant_id, person.firstname, person.lastname,
             person.username, stay.is_active, stay.joined_at, stay.left_at, stay.invited_by
         from registry_chats as chat
         cross join lateral (
             select count(*) as total from (
                 select distinct on (participant_id) participant_id from registry_participations
                 where chat_id = chat.id order by participant_id) as each_once
         ) as everybody
         left join (
             lateral (
                 select distinct on (participant_id) participant_id from registry_participations
                 where chat_id = chat.id and participant_id > $2
                 order by participant_id limit (select $3::bigint)) as page
             cross join lateral (
                 select firstname, lastname, username from registry_participants
                 where id = page.participant_id offset 0) as person
             cross join lateral (
                 select seq, is_active, joined_at, left_at, invited_by from registry_participations
                 where chat_id = chat.id and participant_id = page.participant_id offset 0) as stay
         ) on true
         where chat.id = $1
         order by page.participant_id, stay.joined_at, stay.seq";

pub(in super::super) async fn participants(
    store: &Postgres,
    chat: Uuid,
    after: Option<Uuid>,
    size: u32,
) -> Result<Option<Participants>> {
    let failed = super::super::store("listing participants");
    let mut line = store.reading.line().await.map_err(&failed)?;
    // Nobody has the least of all ids.
    let rows = sqlx::query(PART)
        .bind(chat)
        .bind(after.unwrap_or_default())
        .bind(i64::from(size) + 1)
        .fetch_all(&mut *line)
        .await
        .map_err(&failed)?;
    line.done();
    // There is always one: of an empty part it tells the total.
    let Some(first) = rows.first() else { return Ok(None) };
    let total: i64 = first.try_get("total").map_err(&failed)?;
    let stays = rows.iter().filter_map(|row| stay(chat, row).transpose());
    let stays = stays.collect::<sqlx::Result<Vec<_>>>().map_err(&failed)?;
    Ok(Some(page::participants(total, stays, size)))
}

fn stay(chat: Uuid, row: &PgRow) -> sqlx::Result<Option<StayRow>> {
    let Some(participant) = row.try_get("participant_id")? else { return Ok(None) };
    let properties = UserProperties {
        firstname: row.try_get("firstname")?,
        lastname: row.try_get("lastname")?,
        username: row.try_get("username")?,
    };
    let participation = Participation {
        is_active: row.try_get("is_active")?,
        joined_at: row.try_get("joined_at")?,
        left_at: row.try_get("left_at")?,
        invited_by: row.try_get("invited_by")?,
    };
    Ok(Some(StayRow { chat, participant, properties, participation }))
}
