//! Stays: when people were in a chat.

use std::collections::HashMap;

use registry_api::stay::Stay;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{json, millis, time};
use crate::seen::StayChanges;

type Row = (i64, Uuid, i64, bool, Option<i64>, bool, Option<Uuid>);

/// The stays of people in a chat, each with its row, oldest first.
pub(super) async fn stays(
    db: &mut SqliteConnection,
    chat: Uuid,
    people: &[Uuid],
) -> sqlx::Result<HashMap<Uuid, Vec<(i64, Stay)>>> {
    let people: Vec<String> = people.iter().map(hex).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "select seq, participant_id, joined_at, is_joining_told, left_at, is_leaving_told, invited_by
         from registry_participations
         where participant_id in (select unhex(value) from json_each($2)) and chat_id = $1
         order by joined_at, seq",
    )
    .bind(chat)
    .bind(json(&people)?)
    .fetch_all(&mut *db)
    .await?;
    let mut stays: HashMap<Uuid, Vec<(i64, Stay)>> = HashMap::new();
    for (seq, person, joined_at, is_joining_told, left_at, is_leaving_told, invited_by) in rows {
        let (joined_at, left_at) = (time(joined_at), left_at.map(time));
        let stay = Stay { joined_at, is_joining_told, left_at, is_leaving_told, invited_by };
        stays.entry(person).or_default().push((seq, stay));
    }
    Ok(stays)
}

/// Writes what has changed, of each person; says whether anything has.
pub(super) async fn write(
    db: &mut SqliteConnection,
    chat: Uuid,
    changes: &[(Uuid, StayChanges)],
) -> sqlx::Result<bool> {
    let gone: Vec<i64> = changes.iter().flat_map(|(_, it)| &it.gone).copied().collect();
    if !gone.is_empty() {
        sqlx::query(
            "delete from registry_participations where seq in (select value from json_each($1))",
        )
        .bind(json(&gone)?)
        .execute(&mut *db)
        .await?;
    }
    let changed = changes.iter().flat_map(|(_, it)| &it.changed);
    let changed: Vec<_> = changed.map(|(seq, stay)| (seq, columns(stay))).collect();
    if !changed.is_empty() {
        sqlx::query(
            "update registry_participations
             set is_active = new.value -> '$[1][2]' = 'null', joined_at = new.value ->> '$[1][0]',
                 is_joining_told = new.value ->> '$[1][1]', left_at = new.value ->> '$[1][2]',
                 is_leaving_told = new.value ->> '$[1][3]',
                 invited_by = unhex(new.value ->> '$[1][4]')
             from json_each($1) as new where seq = new.value ->> 0",
        )
        .bind(json(&changed)?)
        .execute(&mut *db)
        .await?;
    }
    let new = changes.iter().flat_map(|(person, it)| it.new.iter().map(move |it| (person, it)));
    let new: Vec<_> = new.map(|(person, stay)| (hex(person), columns(stay))).collect();
    if !new.is_empty() {
        sqlx::query(
            "insert into registry_participations
                 (chat_id, participant_id, is_active, joined_at, is_joining_told, left_at,
                  is_leaving_told, invited_by)
             select $1, unhex(value ->> 0), value -> '$[1][2]' = 'null', value ->> '$[1][0]',
                 value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]',
                 unhex(value ->> '$[1][4]')
             from json_each($2)",
        )
        .bind(chat)
        .bind(json(&new)?)
        .execute(&mut *db)
        .await?;
    }
    Ok(!gone.is_empty() || !changed.is_empty() || !new.is_empty())
}

/// A stay as statements take it apart: when it began, whether that was told, when it ended, whether
/// that was told, and who brought them.
fn columns(stay: &Stay) -> (i64, bool, Option<i64>, bool, Option<String>) {
    let Stay { joined_at, is_joining_told, left_at, is_leaving_told, invited_by } = stay;
    let invited_by = invited_by.as_ref().map(hex);
    (millis(*joined_at), *is_joining_told, left_at.map(millis), *is_leaving_told, invited_by)
}

fn hex(id: &Uuid) -> String {
    id.simple().to_string()
}
