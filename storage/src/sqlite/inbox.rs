//! Updates until they are done.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor};
use gateway_runtime::journal::{
    Append, Appended, Depth, Entry, Failure, Inbox, JournalError, Listing, Place, Record, Result,
    Seq,
};
use serde::Serialize;

use super::{Sqlite, is_taken, journal, json, millis, rows, time};
use crate::row::{LOST, chat, moved, once, place, text, unreadable};

/// What waits: its place, when it was written down, its body.
type Waiting = (i64, i64, String);

/// What arrives: its id, its chat, and where its body stands among the others: from which byte on,
/// counted from 1, and how many.
type Arriving<'a> = (Cow<'a, str>, Option<Cow<'a, str>>, usize, usize);

#[async_trait]
impl Inbox for Sqlite {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        sqlx::query_scalar::<_, String>("select cursor from journal_cursors where account = $1")
            .bind(account.as_str())
            .fetch_optional(&self.readers)
            .await
            .map(|cursor| cursor.map(Cursor::new))
            .map_err(journal("reading a cursor"))
    }

    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended> {
        const DOING: &str = "writing updates";
        let updates = once(batch.updates);
        // One behind the other: inside of JSON each would be taken apart once more.
        let mut bodies = Vec::new();
        let mut rows = Vec::with_capacity(updates.len());
        for update in &updates {
            let begin = bodies.len();
            serde_json::to_writer(&mut bodies, update)
                .map_err(|why| JournalError::new(DOING, why))?;
            let (place, len) = (begin + 1, bodies.len() - begin);
            rows.push((text(update.id.as_str()), chat(update), place, len));
        }
        let moves: Vec<_> = updates
            .iter()
            .filter_map(|update| moved(update).map(|it| (it, text(update.id.as_str()))))
            .collect();
        let written = self.write(batch, &rows, &moves, bodies, now);
        written.await.map_err(journal(DOING))
    }

    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>> {
        let mut after = after;
        loop {
            let waiting: Vec<Waiting> = sqlx::query_as(
                "select seq, received_at, body from journal_updates
                 where state = 'received' and account = $1 and seq > $2 order by seq limit $3",
            )
            .bind(account.as_str())
            .bind(after)
            .bind(rows(limit))
            .fetch_all(&self.readers)
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
        const DOING: &str = "reading the places of updates";
        // One text for all: each row would be handed from one thread to the other. The columns do not
        // tell who moves, nor all of a chat whose id has a character that they cannot hold.
        let places: String = sqlx::query_scalar(
            "select json_group_array(json_array(seq, chat, body))
             from (select seq, chat,
                          iif(instr(body, 'chat_migrated') or instr(chat, $4), body, null)
                              as body
                   from journal_updates
                   where state = 'received' and account = $1 and seq > $2 order by seq limit $3)",
        )
        .bind(account.as_str())
        .bind(after)
        .bind(rows(limit))
        .bind(LOST)
        .fetch_one(&self.readers)
        .await
        .map_err(journal(DOING))?;
        let places: Vec<(Seq, Option<ChatId>, Option<String>)> =
            serde_json::from_str(&places).map_err(|why| JournalError::new(DOING, why))?;
        Ok(places.into_iter().map(|(seq, chat, body)| place(seq, chat, body.as_deref())).collect())
    }

    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>> {
        let waiting = sqlx::query_as(
            "select seq, received_at, body from journal_updates
             where seq in (select value from json_each($1)) and state = 'received' order by +seq",
        )
        .bind(serde_json::json!(seqs).to_string())
        .fetch_all(&self.readers)
        .await
        .map_err(journal("reading updates"))?;
        self.entries(waiting).await
    }

    async fn depth(&self, account: &AccountId) -> Result<Depth> {
        let (waiting, oldest, dead): (i64, Option<i64>, i64) = sqlx::query_as(
            "select (select count(*) from journal_updates
                     where state = 'received' and account = $1),
                    (select received_at from journal_updates
                     where state = 'received' and account = $1 order by seq limit 1),
                    (select count(*) from journal_updates where state = 'dead' and account = $1)",
        )
        .bind(account.as_str())
        .fetch_one(&self.readers)
        .await
        .map_err(journal("counting updates"))?;
        Ok(Depth {
            waiting: waiting.unsigned_abs(),
            oldest: oldest.map(time),
            dead: dead.unsigned_abs(),
        })
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

impl Sqlite {
    /// Writes what is new, and the cursor.
    async fn write(
        &self,
        batch: Append<'_>,
        rows: &[Arriving<'_>],
        moves: &[impl Serialize],
        bodies: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<Appended, sqlx::Error> {
        let account = batch.account.as_str();
        // Before the connection is taken, for which others wait.
        let (rows, moves) = (json(&rows)?, json(&moves)?);
        let mut writing = self.writer.writing().await?;
        let new: Result<Vec<i64>, _> = sqlx::query_scalar(
            // An owner by another number is written beside the one who is there, which undoes it all.
            // A move of an update that is known is known.
            "begin immediate;

             insert or rollback into journal_owners (account, fence)
             select account, $6 from journal_owners where account = $1 and fence <> $6;

             insert into journal_moves (account, old_chat, new_chat)
             select $1, value ->> '$[0][0]', value ->> '$[0][1]' from jsonb_each($3)
             where not exists (select 1 from journal_updates
                               where account = $1 and update_id = value ->> 1)
             on conflict (account, old_chat) do update set new_chat = excluded.new_chat;

             insert or fail into journal_updates (account, update_id, chat, received_at, body)
             select $1, value ->> 0, value ->> 1, $2,
                    cast(substr($7, value ->> 2, value ->> 3) as text)
             from jsonb_each($4) where true
             on conflict (account, update_id) do nothing;

             select changes();

             insert into journal_cursors (account, cursor) select $1, $5 where $5 is not null
             on conflict (account) do update set cursor = excluded.cursor;

             commit",
        )
        .bind(account)
        .bind(millis(now))
        .bind(moves)
        .bind(rows)
        .bind(batch.cursor.map(Cursor::as_str))
        .bind(batch.fence.map(|fence| fence.0))
        .bind(bodies)
        .fetch_all(&mut *writing)
        .await;
        let appended = match new {
            Ok(new) => {
                let new = new.first().and_then(|new| usize::try_from(*new).ok());
                Appended::New(new.unwrap_or_default())
            }
            Err(why) if is_taken(&why) => Appended::Fenced,
            Err(why) => return Err(why),
        };
        writing.done();
        Ok(appended)
    }

    /// What can be read of what waits; the rest is dead from now on.
    async fn entries(&self, waiting: Vec<Waiting>) -> Result<Vec<Entry>> {
        let mut entries = Vec::with_capacity(waiting.len());
        for (seq, received_at, body) in waiting {
            match serde_json::from_str(&body) {
                Ok(update) => {
                    let (received_at, update) = (time(received_at), Arc::new(update));
                    entries.push(Entry { seq, received_at, update });
                }
                Err(why) => self
                    .given_up(seq, &unreadable(&why), received_at)
                    .await
                    .map_err(journal("settling an update"))?,
            }
        }
        Ok(entries)
    }
}
