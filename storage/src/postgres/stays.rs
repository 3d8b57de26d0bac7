//! Stays: when people were in a chat.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use registry_api::stay::Stay;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::seen::StayChanges;

type Row = (i64, Uuid, DateTime<Utc>, bool, Option<DateTime<Utc>>, bool, Option<Uuid>);

/// The stays of people in a chat, each with its row, oldest first. The chat's row is locked.
pub(super) async fn stays(
    db: &mut PgConnection,
    chat: Uuid,
    people: &[Uuid],
) -> sqlx::Result<HashMap<Uuid, Vec<(i64, Stay)>>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select seq, participant_id, joined_at, is_joining_told, left_at, is_leaving_told, invited_by
         from unnest($2::uuid[]) as person (id)
         cross join lateral
             (select * from registry_participations
              where participant_id = person.id and chat_id = $1 offset 0) stay
         order by joined_at, seq",
    )
    .bind(chat)
    .bind(people)
    .fetch_all(&mut *db)
    .await?;
    let mut stays: HashMap<Uuid, Vec<(i64, Stay)>> = HashMap::new();
    for (seq, person, joined_at, is_joining_told, left_at, is_leaving_told, invited_by) in rows {
        let stay = Stay { joined_at, is_joining_told, left_at, is_leaving_told, invited_by };
        stays.entry(person).or_default().push((seq, stay));
    }
    Ok(stays)
}

/// Writes what has changed, of each person; says whether anything has.
pub(super) async fn write(
    db: &mut PgConnection,
    chat: Uuid,
    changes: &[(Uuid, StayChanges)],
) -> sqlx::Result<bool> {
    let gone: Vec<i64> = changes.iter().flat_map(|(_, it)| &it.gone).copied().collect();
    if !gone.is_empty() {
        sqlx::query("delete from registry_participations where seq = any($1)")
            .bind(&gone)
            .execute(&mut *db)
            .await?;
    }
    let changed: Vec<&(i64, Stay)> = changes.iter().flat_map(|(_, it)| &it.changed).collect();
    if !changed.is_empty() {
        let stays = || changed.iter().map(|(_, stay)| stay);
        sqlx::query(
            "update registry_participations as it
             set is_active = new.left_at is null, joined_at = new.joined_at,
                 is_joining_told = new.is_joining_told, left_at = new.left_at,
                 is_leaving_told = new.is_leaving_told, invited_by = new.invited_by
             from unnest($1::bigint[], $2::timestamptz[], $3::boolean[], $4::timestamptz[],
                     $5::boolean[], $6::uuid[])
                 as new (seq, joined_at, is_joining_told, left_at, is_leaving_told, invited_by)
             where it.seq = new.seq",
        )
        .bind(changed.iter().map(|(seq, _)| *seq).collect::<Vec<_>>())
        .bind(stays().map(|it| it.joined_at).collect::<Vec<_>>())
        .bind(stays().map(|it| it.is_joining_told).collect::<Vec<_>>())
        .bind(stays().map(|it| it.left_at).collect::<Vec<_>>())
        .bind(stays().map(|it| it.is_leaving_told).collect::<Vec<_>>())
        .bind(stays().map(|it| it.invited_by).collect::<Vec<_>>())
        .execute(&mut *db)
        .await?;
    }
    let new: Vec<(Uuid, &Stay)> =
        changes.iter().flat_map(|(person, it)| it.new.iter().map(|stay| (*person, stay))).collect();
    if !new.is_empty() {
        let stays = || new.iter().map(|(_, stay)| stay);
        sqlx::query(
            "insert into registry_participations
                 (chat_id, participant_id, is_active, joined_at, is_joining_told, left_at,
                  is_leaving_told, invited_by)
             select $1, person, left_at is null, joined_at, is_joining_told, left_at,
                 is_leaving_told, invited_by
             from unnest($2::uuid[], $3::timestamptz[], $4::boolean[], $5::timestamptz[],
                     $6::boolean[], $7::uuid[]) with ordinality
                 as new (person, joined_at, is_joining_told, left_at, is_leaving_told, invited_by,
                     place)
             order by place",
        )
        .bind(chat)
        .bind(new.iter().map(|(person, _)| *person).collect::<Vec<_>>())
        .bind(stays().map(|it| it.joined_at).collect::<Vec<_>>())
        .bind(stays().map(|it| it.is_joining_told).collect::<Vec<_>>())
        .bind(stays().map(|it| it.left_at).collect::<Vec<_>>())
        .bind(stays().map(|it| it.is_leaving_told).collect::<Vec<_>>())
        .bind(stays().map(|it| it.invited_by).collect::<Vec<_>>())
        .execute(&mut *db)
        .await?;
    }
    Ok(!gone.is_empty() || !changed.is_empty() || !new.is_empty())
}
