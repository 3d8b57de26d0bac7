//! Updates until they are done.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor, Update};
use gateway_runtime::journal::{
    Append, Appended, Depth, Entry, Failure, Inbox, JournalError, Listing, Place, Record, Result,
    Seq,
};
use sqlx::PgConnection;

use super::{APPENDING, Postgres, arriving, journal, rows};
use crate::row::{LOST, chat, is_stale, moved, once, place, text, unreadable};

/// What waits: its place, when it was written down, its body.
type Waiting = (i64, DateTime<Utc>, String);

#[async_trait]
impl Inbox for Postgres {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        sqlx::query_scalar::<_, String>("select cursor from journal_cursors where account = $1")
            .bind(account.as_str())
            .fetch_optional(&self.pool)
            .await
            .map(|cursor| cursor.map(Cursor::new))
            .map_err(journal("reading a cursor"))
    }

    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended> {
        let failed = journal("writing updates");
        let updates = once(batch.updates);
        let bodies = updates.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        let bodies = bodies.map_err(|why| JournalError::new("writing updates", why))?;
        let usual = arriving::write(&self.pool, batch, &updates, &bodies, now);
        if usual.await.map_err(&failed)? {
            return Ok(Appended::New(updates.len()));
        }
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let owner = match batch.fence {
            Some(_) => owner(&mut transaction, batch.account).await.map_err(&failed)?,
            None => None,
        };
        if is_stale(batch.fence, owner) {
            return Ok(Appended::Fenced);
        }
        let mut new = 0;
        if !updates.is_empty() {
            appending(&mut transaction).await.map_err(&failed)?;
            let written = write(&mut transaction, batch, &updates, &bodies, now);
            new = written.await.map_err(&failed)?;
        } else if let Some(cursor) = batch.cursor {
            sqlx::query(
                "insert into journal_cursors (account, cursor) values ($1, $2)
                 on conflict (account) do update set cursor = excluded.cursor",
            )
            .bind(batch.account.as_str())
            .bind(cursor.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(Appended::New(new))
    }

    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>> {
        let mut after = after;
        loop {
            let waiting: Vec<Waiting> = sqlx::query_as(
                "select seq, received_at, body from journal_waiting
                 where account = $1 and seq > $2 order by seq limit $3",
            )
            .bind(account.as_str())
            .bind(after)
            .bind(rows(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(journal("reading updates"))?;
            let Some((last, ..)) = waiting.last() else { return Ok(Vec::new()) };
            after = *last;
            let entries = self.entries(waiting).await?;
            // A page of which nothing could be read is not the end.
            if !entries.is_empty() {
                return Ok(entries);
            }
        }
    }

    async fn places(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Place>> {
        // The columns do not tell who moves, nor all of a chat whose id has a character that they cannot
        // hold.
        let places: Vec<(Seq, Option<String>, Option<String>)> = sqlx::query_as(
            "select waiting.seq, it.chat,
                    case when strpos(waiting.body, 'chat_migrated') > 0 or strpos(it.chat, $4) > 0
                         then waiting.body end
             from journal_waiting as waiting
                  join journal_updates as it on it.seq = any(array[waiting.seq])
             where waiting.account = $1 and waiting.seq > $2 order by waiting.seq limit $3",
        )
        .bind(account.as_str())
        .bind(after)
        .bind(rows(limit))
        .bind(LOST)
        .fetch_all(&self.pool)
        .await
        .map_err(journal("reading the places of updates"))?;
        let places = places.into_iter();
        let place = |(seq, chat, body): (_, Option<String>, Option<String>)| {
            place(seq, chat.map(ChatId::new), body.as_deref())
        };
        Ok(places.map(place).collect())
    }

    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>> {
        let waiting = sqlx::query_as(
            "select waiting.seq, waiting.received_at, waiting.body
             from (select distinct seq from unnest($1::bigint[]) as it (seq)) as wanted
                  join journal_updates as it on it.seq = any(array[wanted.seq])
                  cross join lateral
                      (select * from journal_waiting as waiting
                       where waiting.account = it.account and waiting.seq = it.seq
                       offset 0) as waiting
             order by waiting.seq",
        )
        .bind(seqs)
        .fetch_all(&self.pool)
        .await
        .map_err(journal("reading updates"))?;
        self.entries(waiting).await
    }

    async fn depth(&self, account: &AccountId) -> Result<Depth> {
        let (waiting, oldest, dead): (i64, Option<DateTime<Utc>>, i64) = sqlx::query_as(
            "select (select count(*) from journal_waiting where account = $1),
                    (select received_at from journal_waiting where account = $1
                     order by seq limit 1),
                    (select count(*) from journal_updates
                     where account = $1 and error is not null)",
        )
        .bind(account.as_str())
        .fetch_one(&self.pool)
        .await
        .map_err(journal("counting updates"))?;
        Ok(Depth { waiting: waiting.unsigned_abs(), oldest, dead: dead.unsigned_abs() })
    }

    async fn list(&self, listing: &Listing, limit: usize) -> Result<Vec<Record>> {
        self.listed(listing, limit).await.map_err(journal("listing updates"))
    }

    async fn record(&self, seq: Seq) -> Result<Option<(Record, Vec<Failure>)>> {
        self.recorded(seq).await.map_err(journal("reading an update"))
    }

    async fn revive(&self, seq: Seq, _: DateTime<Utc>) -> Result<bool> {
        self.revived(seq).await.map_err(journal("having an update handled again"))
    }

    async fn discard(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        self.discarded(seq, now).await.map_err(journal("settling an update"))
    }

    async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        self.pruned(before, limit).await.map_err(journal("forgetting updates"))
    }
}

impl Postgres {
    /// What can be read of what waits; the rest is dead from now on.
    async fn entries(&self, waiting: Vec<Waiting>) -> Result<Vec<Entry>> {
        let mut entries = Vec::with_capacity(waiting.len());
        for (seq, received_at, body) in waiting {
            match serde_json::from_str(&body) {
                Ok(update) => entries.push(Entry { seq, received_at, update: Arc::new(update) }),
                Err(why) => self
                    .given_up(seq, &unreadable(&why), received_at)
                    .await
                    .map_err(journal("settling an update"))?,
            }
        }
        Ok(entries)
    }
}

/// Takes the lock of whoever appends, until the end of the transaction.
pub(super) async fn appending(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(APPENDING).execute(db).await.map(drop)
}

/// The number of the account's owner. It stays so until the end of the transaction: the next owner
/// waits for it.
async fn owner(db: &mut PgConnection, account: &AccountId) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("select fence from journal_owners where account = $1 for share")
        .bind(account.as_str())
        .fetch_optional(db)
        .await
}

/// Writes what is new, and the cursor, and says how much was new.
async fn write(
    db: &mut PgConnection,
    batch: Append<'_>,
    updates: &[&Update],
    bodies: &[String],
    now: DateTime<Utc>,
) -> Result<usize, sqlx::Error> {
    let ids: Vec<_> = updates.iter().map(|update| text(update.id.as_str())).collect();
    let chats: Vec<_> = updates.iter().map(|update| chat(update)).collect();
    let new: Vec<String> = sqlx::query_scalar(
        // Nobody else appends: what is not there is new.
        "with batch as materialized
             (select nextval('journal_updates_seq_seq') as seq, new.*
              from (select it.id, it.chat, it.body
                    from unnest($3::text[], $4::text[], $5::text[]) with ordinality
                         as it (id, chat, body, place)
                    where (select seq from journal_updates
                           where account = $1 and update_id = it.id) is null
                    order by it.place) as new),
         updates as
             (insert into journal_updates (seq, account, update_id, chat, received_at)
              overriding system value
              select seq, $1, id, chat, $2 from batch),
         waiting as
             (insert into journal_waiting (account, seq, received_at, body)
              select $1, seq, $2, body from batch),
         cursor as
             (insert into journal_cursors (account, cursor) select $1, $6 where $6 is not null
              on conflict (account) do update set cursor = excluded.cursor)
         select id from batch",
    )
    .bind(batch.account.as_str())
    .bind(now)
    .bind(ids)
    .bind(chats)
    .bind(bodies)
    .bind(batch.cursor.map(Cursor::as_str))
    .fetch_all(&mut *db)
    .await?;
    let moves: Vec<_> = updates.iter().filter_map(|it| Some((it, moved(it)?))).collect();
    if !moves.is_empty() {
        let is_new: HashSet<&str> = new.iter().map(String::as_str).collect();
        let moves = moves.into_iter().filter(|(it, _)| is_new.contains(&*text(it.id.as_str())));
        // Of two that move one chat the later counts.
        let moves: BTreeMap<_, _> = moves.map(|(_, it)| it).collect();
        let (from, to): (Vec<_>, Vec<_>) = moves.into_iter().unzip();
        sqlx::query(
            "insert into journal_moves (account, old_chat, new_chat)
             select $1, it.* from unnest($2::text[], $3::text[]) as it
             on conflict (account, old_chat) do update set new_chat = excluded.new_chat",
        )
        .bind(batch.account.as_str())
        .bind(from)
        .bind(to)
        .execute(db)
        .await?;
    }
    Ok(new.len())
}
