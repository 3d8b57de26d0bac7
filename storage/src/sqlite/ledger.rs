//! What handlers did and know: many writes in one transaction, and what can be asked.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{
    EffectKey, Ledger, Result, Scheduled, SessionKey, Settled, Stored, Write, Written,
};
use serde_json::Value;

use super::{Sqlite, batch, effects, journal, outbox, sessions, usual};
use crate::row::text;
use crate::usual::{Usual, answers};

#[async_trait]
impl Ledger for Sqlite {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let failed = journal("writing to the ledger");
        if let Some(usual) = Usual::of(writes)
            && let Some(before) = usual::write(&self.writer, usual, now).await.map_err(&failed)?
        {
            return Ok(answers(writes, |seq| before.contains(&seq)));
        }
        batch::write(&self.writer, writes, now).await.map_err(failed)
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        sessions::find(&self.readers, key).await.map_err(journal("reading a session"))
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        effects::find(&self.readers, key).await.map_err(journal("reading an effect"))
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        let receipts = effects::receipts(&self.readers, account, fingerprint, since);
        receipts.await.map_err(journal("reading receipts"))
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        sqlx::query_scalar::<_, String>(
            "select new_chat from journal_moves where account = $1 and old_chat = $2",
        )
        .bind(account.as_str())
        .bind(text(chat.as_str()))
        .fetch_optional(&self.readers)
        .await
        .map(|chat| chat.map(ChatId::new))
        .map_err(journal("reading where a chat has moved"))
    }

    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>> {
        let due = outbox::due(&self.readers, &self.writer, account, until, limit);
        due.await.map_err(journal("reading what is to be sent"))
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let due = outbox::next_due(&self.readers, account);
        due.await.map_err(journal("reading what is to be sent"))
    }
}
