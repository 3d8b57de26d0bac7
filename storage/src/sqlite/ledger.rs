//! What handlers did and know: many writes in one transaction, and what can be asked.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{
    Change, EffectKey, End, Ledger, Outcome, Result, Scheduled, Seq, SessionKey, Settled, Stored,
    Write, Written,
};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{Sqlite, WRITING, effects, ends, journal, json, outbox, sessions};
use crate::row::is_stale;

#[async_trait]
impl Ledger for Sqlite {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let failed = journal("writing to the ledger");
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.writer.begin_with(WRITING).await.map_err(&failed)?;
        let answers = all(&mut transaction, writes, now).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(answers)
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
        .bind(chat.as_str())
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

/// Writes a batch, a statement or two for all writes of a kind.
async fn all(
    db: &mut SqliteConnection,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, sqlx::Error> {
    let mut answers = vec![Written::Done; writes.len()];
    let owners = owners(db, writes).await?;
    let mut kinds = Kinds::default();
    for (number, write) in writes.iter().enumerate() {
        if is_stale(write.fence, owners.get(write.account.as_str()).copied()) {
            answers[number] = Written::Fenced;
            continue;
        }
        match &write.change {
            Change::Begin { effect, fingerprint } => {
                kinds.begins.push((number, effect, fingerprint));
            }
            Change::Settle { effect, outcome } => kinds.settles.push((effect, outcome)),
            Change::Fail { seq, error } => kinds.failures.push((*seq, error)),
            Change::End(end) => kinds.ends.push((number, &write.account, end)),
            change => answers[number] = outbox::write(db, &write.account, change).await?,
        }
    }
    effects::begin(db, &kinds.begins, &mut answers, now).await?;
    effects::settle(db, &kinds.settles, now).await?;
    ends::fail(db, &kinds.failures, now).await?;
    ends::check(db, &kinds.ends, &mut answers).await?;
    kinds.ends.retain(|(number, ..)| answers[*number] == Written::Done);
    sessions::check(db, &kinds.ends, &mut answers).await?;
    kinds.ends.retain(|(number, ..)| answers[*number] == Written::Done);
    sessions::write(db, &kinds.ends).await?;
    ends::write(db, &kinds.ends, now).await?;
    Ok(answers)
}

/// An update that is to end: the number of the write in its batch, and the account.
pub(super) type Ended<'a> = (usize, &'a AccountId, &'a End);

/// The writes of a batch that are taken, by what they change.
#[derive(Default)]
struct Kinds<'a> {
    begins: Vec<(usize, &'a EffectKey, &'a str)>,
    settles: Vec<(&'a EffectKey, &'a Outcome)>,
    failures: Vec<(Seq, &'a str)>,
    ends: Vec<Ended<'a>>,
}

/// The numbers of the owners of those accounts that only an owner writes for.
async fn owners(
    db: &mut SqliteConnection,
    writes: &[Write],
) -> Result<HashMap<String, i64>, sqlx::Error> {
    let fenced = writes.iter().filter(|write| write.fence.is_some());
    let accounts: BTreeSet<&str> = fenced.map(|write| write.account.as_str()).collect();
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let owners: Vec<(String, i64)> = sqlx::query_as(
        "select account, fence from journal_owners
         where account in (select value from json_each($1))",
    )
    .bind(json(&accounts)?)
    .fetch_all(db)
    .await?;
    Ok(owners.into_iter().collect())
}
