//! Updates until they are done.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor, Update};
use gateway_runtime::journal::{Entry, Inbox, JournalError, Result};

use super::{Postgres, journal};
use crate::row::unreadable;

/// Held by whoever appends, so that entries become visible in the order of their place. The number
/// means nothing; it must only be nobody else's.
const APPENDING: i64 = 0x6761_7465_0001;

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

    async fn append(
        &self,
        account: &AccountId,
        updates: &[Update],
        cursor: Option<&Cursor>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let failed = journal("writing updates");
        let ids: Vec<&str> = updates.iter().map(|update| update.id.as_str()).collect();
        let chats: Vec<Option<&str>> =
            updates.iter().map(|update| update.chat_id().map(ChatId::as_str)).collect();
        let bodies = updates.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        let bodies =
            bodies.map_err(|why| JournalError { doing: "writing updates", source: why.into() })?;
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let mut new = 0;
        if !updates.is_empty() {
            sqlx::query("select pg_advisory_xact_lock($1)")
                .bind(APPENDING)
                .execute(&mut *transaction)
                .await
                .map_err(&failed)?;
            new = sqlx::query(
                "insert into journal_updates (account, update_id, chat, received_at, body)
                 select $1, it.id, it.chat, $2, it.body
                 from unnest($3::text[], $4::text[], $5::text[]) with ordinality
                      as it (id, chat, body, place)
                 order by it.place
                 on conflict (account, update_id) do nothing",
            )
            .bind(account.as_str())
            .bind(now)
            .bind(ids)
            .bind(chats)
            .bind(bodies)
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?
            .rows_affected();
        }
        if let Some(cursor) = cursor {
            sqlx::query(
                "insert into journal_cursors (account, cursor) values ($1, $2)
                 on conflict (account) do update set cursor = excluded.cursor",
            )
            .bind(account.as_str())
            .bind(cursor.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(usize::try_from(new).unwrap_or(usize::MAX))
    }

    async fn pending(
        &self,
        accounts: &[AccountId],
        after: i64,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let accounts: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
        let mut after = after;
        loop {
            let rows: Vec<(i64, DateTime<Utc>, String)> = sqlx::query_as(
                "select seq, received_at, body from journal_updates
                 where state = 'received' and seq > $1 and account = any($3) order by seq limit $2",
            )
            .bind(after)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(&accounts)
            .fetch_all(&self.pool)
            .await
            .map_err(journal("reading updates"))?;
            let Some((last, ..)) = rows.last() else { return Ok(Vec::new()) };
            after = *last;
            let mut entries = Vec::with_capacity(rows.len());
            for (seq, received_at, body) in rows {
                match serde_json::from_str(&body) {
                    Ok(update) => entries.push(Entry { seq, received_at, update }),
                    Err(why) => self.dead(seq, &unreadable(&why), received_at).await?,
                }
            }
            // A page of which nothing could be read is not the end.
            if !entries.is_empty() {
                return Ok(entries);
            }
        }
    }

    async fn done(&self, seq: i64, now: DateTime<Utc>) -> Result<()> {
        sqlx::query("update journal_updates set state = 'done', settled_at = $2 where seq = $1")
            .bind(seq)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(journal("settling an update"))
    }

    async fn dead(&self, seq: i64, error: &str, now: DateTime<Utc>) -> Result<()> {
        sqlx::query(
            "update journal_updates set state = 'dead', error = $2, settled_at = $3 where seq = $1",
        )
        .bind(seq)
        .bind(error.replace('\0', ""))
        .bind(now)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(journal("settling an update"))
    }

    async fn count_dead(&self) -> Result<u64> {
        sqlx::query_scalar::<_, i64>("select count(*) from journal_updates where state = 'dead'")
            .fetch_one(&self.pool)
            .await
            .map(i64::unsigned_abs)
            .map_err(journal("counting dead updates"))
    }
}
