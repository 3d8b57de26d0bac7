//! Forgetting.

use chrono::{DateTime, Utc};

use super::{Sqlite, millis, rows};
use crate::row::PAGE;

/// How many updates are forgotten in one transaction: whoever writes waits no longer than for that.
const AT_ONCE: usize = 100;

impl Sqlite {
    /// Goes through the updates by their place, and stops at the first that came in later than what
    /// is to be forgotten was done: what comes behind it was done later still. So no index has to be
    /// kept for it, and where nothing is old one page is read.
    pub(super) async fn pruned(
        &self,
        before: DateTime<Utc>,
        limit: usize,
    ) -> Result<usize, sqlx::Error> {
        let mut after = 0;
        let mut forgotten = 0;
        while forgotten < limit {
            let page: Vec<(i64, bool, bool)> = sqlx::query_as(
                "select seq, state = 'done' and settled_at < $2, received_at >= $2
                 from journal_updates where seq > $1 order by seq limit $3",
            )
            .bind(after)
            .bind(millis(before))
            .bind(rows(PAGE))
            .fetch_all(&self.readers)
            .await?;
            let old = page.iter().filter(|(_, is_old, _)| *is_old).map(|(seq, ..)| *seq);
            let old: Vec<i64> = old.take(limit - forgotten).collect();
            for old in old.chunks(AT_ONCE) {
                forgotten += self.forget(old).await?;
            }
            let is_end = page.len() < PAGE || page.iter().any(|(.., is_late)| *is_late);
            match page.last() {
                Some((last, ..)) if !is_end => after = *last,
                _ => break,
            }
        }
        self.forget_keys(before, limit).await?;
        Ok(forgotten)
    }

    /// Forgets updates with what their handlers did.
    async fn forget(&self, seqs: &[i64]) -> Result<usize, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let mut forgotten = 0;
        for seq in seqs {
            let update: Option<(String, String)> = sqlx::query_as(
                "delete from journal_updates where seq = $1 and state = 'done'
                 returning account, update_id",
            )
            .bind(seq)
            .fetch_optional(&mut *transaction)
            .await?;
            let Some((account, update)) = update else { continue };
            forgotten += 1;
            sqlx::query("delete from journal_failures where seq = $1")
                .bind(seq)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "delete from journal_effects
                 where account = $1 and origin_id = $2 and origin = 'update'",
            )
            .bind(account)
            .bind(update)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }

    /// Effects under a key belong to no update: they are forgotten by their own time.
    async fn forget_keys(&self, before: DateTime<Utc>, limit: usize) -> Result<(), sqlx::Error> {
        // Whoever has nothing to write need not wait for those who do.
        let old: Vec<i64> = sqlx::query_scalar(
            "select number from journal_effects
             where origin = 'key' and intended_at < $1 and settled_at < $1
             order by intended_at, account, origin_id, place limit $2",
        )
        .bind(millis(before))
        .bind(rows(limit))
        .fetch_all(&self.readers)
        .await?;
        for old in old.chunks(AT_ONCE) {
            let query = sqlx::query(
                "delete from journal_effects
                 where number in (select value from json_each($1))
                   and intended_at < $2 and settled_at < $2",
            )
            .bind(serde_json::json!(old).to_string())
            .bind(millis(before));
            self.writer.execute(query).await?;
        }
        Ok(())
    }
}
