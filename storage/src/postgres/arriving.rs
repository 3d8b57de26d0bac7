//! The usual batch that comes in: its account has the owner who polls, and all of it is new. It is one
//! statement, which is a transaction by itself.
//!
//! Whatever else it is, nothing is written, and it goes the careful way of `inbox`. So one that
//! reaches the server late, when the same batch was written again, does not set the cursor back.

use chrono::{DateTime, Utc};
use gateway_core::model::{Cursor, Update};
use gateway_runtime::journal::Append;
use sqlx::PgPool;

use super::{APPENDING, is_taken};
use crate::row::{chat, moved, text};

/// Writes a batch and the cursor behind it; `false` when it has written nothing.
pub(super) async fn write(
    pool: &PgPool,
    batch: Append<'_>,
    updates: &[&Update],
    bodies: &[String],
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    if updates.is_empty() || updates.iter().any(|update| moved(update).is_some()) {
        return Ok(false);
    }
    let ids: Vec<_> = updates.iter().map(|update| text(update.id.as_str())).collect();
    let chats: Vec<_> = updates.iter().map(|update| chat(update)).collect();
    let written: Result<bool, _> = sqlx::query_scalar(
        // Places are given when nobody else appends any more. What somebody has appended meanwhile
        // is told by the index, as an error.
        "with owner as materialized
             (select fence = $7 as is_asked from journal_owners
              where account = $1 and $7 is not null for share),
         usual as materialized
             (select coalesce(bool_and(is_asked), true)
                     and not exists
                         (select from unnest($3::text[]) as it (id)
                          where (select seq from journal_updates
                                 where account = $1 and update_id = it.id) is not null) as so
              from owner),
         turn as materialized
             (select pg_advisory_xact_lock($8) where (select so from usual)),
         batch as materialized
             (select nextval('journal_updates_seq_seq') as seq, new.*
              from (select it.id, it.chat, it.body
                    from unnest($3::text[], $4::text[], $5::text[]) with ordinality
                         as it (id, chat, body, place)
                    where (select count(*) from turn) = 1
                    order by it.place) as new),
         updates as
             (insert into journal_updates (seq, account, update_id, chat, received_at)
              overriding system value
              select seq, $1, id, chat, $2 from batch),
         waiting as
             (insert into journal_waiting (account, seq, received_at, body)
              select $1, seq, $2, body from batch),
         cursor as
             (insert into journal_cursors (account, cursor)
              select $1, $6 where $6 is not null and (select so from usual)
              on conflict (account) do update set cursor = excluded.cursor)
         select so from usual",
    )
    .bind(batch.account.as_str())
    .bind(now)
    .bind(ids)
    .bind(chats)
    .bind(bodies)
    .bind(batch.cursor.map(Cursor::as_str))
    .bind(batch.fence.map(|fence| fence.0))
    .bind(APPENDING)
    .fetch_one(pool)
    .await;
    match written {
        Err(why) if is_taken(&why) => Ok(false),
        written => written,
    }
}
