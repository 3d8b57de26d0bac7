//! Whether a sighting is old news: most are, and those take one look and no lock.

use registry_api::model::UserProperties;
use registry_api::stay::Stay;
use registry_api::store::SeenChat;
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{json, millis, time};
use crate::seen::{Known, KnownPerson, people};

/// The chat, once for each who was seen in it, and once if nobody was.
#[derive(sqlx::FromRow)]
struct Row {
    title: Option<String>,
    is_present: Option<bool>,
    since: Option<i64>,
    invitation: Option<String>,
    invitation_at: Option<i64>,
    external_id: Option<String>,
    person: Option<Uuid>,
    firstname: Option<String>,
    lastname: Option<String>,
    username: Option<String>,
    joined_at: Option<i64>,
    is_joining_told: Option<bool>,
    left_at: Option<i64>,
    is_leaving_told: Option<bool>,
    invited_by: Option<Uuid>,
}

impl Row {
    fn last(&self) -> Option<Stay> {
        Some(Stay {
            joined_at: time(self.joined_at?),
            is_joining_told: self.is_joining_told?,
            left_at: self.left_at.map(time),
            is_leaving_told: self.is_leaving_told?,
            invited_by: self.invited_by,
        })
    }
}

/// Whether a sighting changes nothing.
pub(super) async fn is_known(db: &SqlitePool, seen: &SeenChat) -> sqlx::Result<bool> {
    let people = people(seen);
    let rows: Vec<Row> = sqlx::query_as(
        "select title.value as title, presence.is_present, presence.since,
             chat.invitation, chat.invitation_at,
             person.external_id, person.id as person,
             person.firstname, person.lastname, person.username,
             stay.joined_at, stay.is_joining_told, stay.left_at, stay.is_leaving_told,
             stay.invited_by
         from registry_addresses address
         join registry_chats chat on chat.id = address.chat_id
         left join registry_titles title on title.seq =
             (select seq from registry_titles
              where chat_id = chat.id and captured_at <= $4
              order by captured_at desc, seq desc limit 1)
         left join registry_presences presence
             on presence.chat_id = chat.id and presence.account = $5
         left join registry_participants person
             on person.service = $1 and person.external_id in (select value from json_each($6))
         left join registry_participations stay on stay.seq =
             (select seq from registry_participations
              where participant_id = person.id and chat_id = chat.id and joined_at <= $4
              order by joined_at desc, seq desc limit 1)
         where address.service = $1 and address.account = $2 and address.external_id = $3",
    )
    .bind(&seen.address.service)
    .bind(&seen.address.account)
    .bind(&seen.address.external_id)
    .bind(millis(seen.at))
    .bind(&seen.account)
    .bind(json(&people.iter().map(|it| it.external_id).collect::<Vec<_>>())?)
    .fetch_all(db)
    .await?;
    let Some(first) = rows.first() else { return Ok(false) };
    let mut known = Known {
        title: first.title.clone(),
        presence: first.is_present.zip(first.since.map(time)),
        invitation: first.invitation.clone().zip(first.invitation_at.map(time)),
        ..Known::default()
    };
    for row in &rows {
        let (Some(external_id), Some(id)) = (&row.external_id, row.person) else { continue };
        let names = UserProperties {
            firstname: row.firstname.clone(),
            lastname: row.lastname.clone(),
            username: row.username.clone(),
        };
        known.people.insert(external_id, KnownPerson { id, names, last: row.last() });
    }
    Ok(known.tells_all(seen))
}
