//! Two chats turn out to be one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{seeing, stays};
use crate::seen::StayChanges;

/// Makes two chats the one that was registered first. Both rows are locked.
pub(super) async fn join(
    db: &mut PgConnection,
    old: Uuid,
    new: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let kept: Uuid = sqlx::query_scalar(
        "select id from registry_chats where id in ($1, $2)
         order by registered_at, id = $1 desc limit 1",
    )
    .bind(old)
    .bind(new)
    .fetch_one(&mut *db)
    .await?;
    let gone = if kept == old { new } else { old };
    join_stays(db, kept, gone).await?;
    for statement in [
        // The same is asked for once.
        "update registry_operations as it
         set state = 'failed', finished_at = $3,
             error = 'the chat became one with another, where the same was asked for already'
         from registry_operations as other
         where it.chat_id = $2 and it.state = 'pending'
           and other.chat_id = $1 and other.state = 'pending' and other.kind = it.kind
           and other.participant_id is not distinct from it.participant_id",
        "insert into registry_events (kind, chat_id, joined_into, at)
         values ('joined', $2, $1, $3)",
    ] {
        sqlx::query(statement).bind(kept).bind(gone).bind(at).execute(&mut *db).await?;
    }
    for statement in [
        // A title that both had is not a new one.
        "delete from registry_titles where seq in
             (select seq from
                 (select seq, value, lag(value) over (order by captured_at, seq) as previous
                  from registry_titles where chat_id in ($1, $2)) as title
              where value = previous)",
        "update registry_titles set chat_id = $1 where chat_id = $2",
        "update registry_participations set chat_id = $1 where chat_id = $2",
        "with gone as (
             delete from registry_presences where chat_id = $2
             returning account, is_present, since
         )
         insert into registry_presences as it (chat_id, account, is_present, since)
         select $1, account, is_present, since from gone
         on conflict (chat_id, account) do update
         set is_present = excluded.is_present, since = excluded.since
         where excluded.since > it.since or excluded.since = it.since and not excluded.is_present",
        "update registry_operations set chat_id = $1 where chat_id = $2",
        "update registry_announcements set chat_id = $1 where chat_id = $2",
        "update registry_addresses set chat_id = $1 where chat_id = $2",
        "update registry_chats as it
         set description = coalesce(it.description, gone.description),
             (invitation, invitation_at) =
                 (select invitation, invitation_at
                  from registry_chats where id in ($1, $2) and invitation_at is not null
                  order by invitation_at desc, id = $1 desc limit 1)
         from registry_chats as gone where it.id = $1 and gone.id = $2",
    ] {
        sqlx::query(statement).bind(kept).bind(gone).execute(&mut *db).await?;
    }
    sqlx::query("delete from registry_chats where id = $1").bind(gone).execute(&mut *db).await?;
    seeing::Consequences::of(db, kept).await?.write(db, kept, 1).await?;
    seeing::tell(db, "changed", kept, at).await
}

/// Whoever is in both was in one chat all the time: what was seen of them there, too.
async fn join_stays(db: &mut PgConnection, kept: Uuid, gone: Uuid) -> sqlx::Result<()> {
    let both: Vec<Uuid> = sqlx::query_scalar(
        "select distinct one.participant_id
         from registry_participations one
         join registry_participations other
             on other.participant_id = one.participant_id and other.chat_id = $2
         where one.chat_id = $1",
    )
    .bind(kept)
    .bind(gone)
    .fetch_all(&mut *db)
    .await?;
    if both.is_empty() {
        return Ok(());
    }
    let mut here = stays::stays(db, kept, &both).await?;
    let mut there = stays::stays(db, gone, &both).await?;
    let changes: Vec<(Uuid, StayChanges)> = both
        .iter()
        .map(|person| {
            let here = here.remove(person).unwrap_or_default();
            let there = there.remove(person).unwrap_or_default();
            (*person, StayChanges::by_joining(&here, &there))
        })
        .collect();
    sqlx::query(
        "delete from registry_participations where chat_id = $1 and participant_id = any($2)",
    )
    .bind(gone)
    .bind(&both)
    .execute(&mut *db)
    .await?;
    stays::write(db, kept, &changes).await.map(drop)
}
