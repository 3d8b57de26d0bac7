//! Updates until they are done.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor, Update};
use gateway_runtime::journal::{Entry, Inbox, JournalError, Result};

use super::{Sqlite, WRITING, journal, millis, time};
use crate::row::unreadable;

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

    async fn append(
        &self,
        account: &AccountId,
        updates: &[Update],
        cursor: Option<&Cursor>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let failed = journal("writing updates");
        let mut transaction = self.writer.begin_with(WRITING).await.map_err(&failed)?;
        let mut new = 0;
        for update in updates {
            let body = serde_json::to_string(update)
                .map_err(|why| JournalError { doing: "writing updates", source: why.into() })?;
            new += sqlx::query(
                "insert into journal_updates (account, update_id, chat, received_at, body)
                 values ($1, $2, $3, $4, $5)
                 on conflict (account, update_id) do nothing",
            )
            .bind(account.as_str())
            .bind(update.id.as_str())
            .bind(update.chat_id().map(ChatId::as_str))
            .bind(millis(now))
            .bind(body)
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
        let accounts = serde_json::json!(accounts).to_string();
        let mut after = after;
        loop {
            let rows: Vec<(i64, i64, String)> = sqlx::query_as(
                "select seq, received_at, body from journal_updates
                 where state = 'received' and seq > $1
               and account in (select value from json_each($3)) order by seq limit $2",
            )
            .bind(after)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(&accounts)
            .fetch_all(&self.readers)
            .await
            .map_err(journal("reading updates"))?;
            let Some((last, ..)) = rows.last() else { return Ok(Vec::new()) };
            after = *last;
            let mut entries = Vec::with_capacity(rows.len());
            for (seq, received_at, body) in rows {
                match serde_json::from_str(&body) {
                    Ok(update) => {
                        entries.push(Entry { seq, received_at: time(received_at), update });
                    }
                    Err(why) => self.dead(seq, &unreadable(&why), time(received_at)).await?,
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
            .bind(millis(now))
            .execute(&self.writer)
            .await
            .map(drop)
            .map_err(journal("settling an update"))
    }

    async fn dead(&self, seq: i64, error: &str, now: DateTime<Utc>) -> Result<()> {
        sqlx::query(
            "update journal_updates set state = 'dead', error = $2, settled_at = $3 where seq = $1",
        )
        .bind(seq)
        .bind(error)
        .bind(millis(now))
        .execute(&self.writer)
        .await
        .map(drop)
        .map_err(journal("settling an update"))
    }

    async fn count_dead(&self) -> Result<u64> {
        sqlx::query_scalar::<_, i64>("select count(*) from journal_updates where state = 'dead'")
            .fetch_one(&self.readers)
            .await
            .map(i64::unsigned_abs)
            .map_err(journal("counting dead updates"))
    }
}
