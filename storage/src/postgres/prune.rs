//! Forgetting.

use chrono::{DateTime, Utc};

use super::{Postgres, rows};
use crate::row::PAGE;

impl Postgres {
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
            .bind(before)
            .bind(rows(PAGE))
            .fetch_all(&self.pool)
            .await?;
            let old = page.iter().filter(|(_, is_old, _)| *is_old).map(|(seq, ..)| *seq);
            let old: Vec<i64> = old.take(limit - forgotten).collect();
            if !old.is_empty() {
                forgotten += self.forget(&old).await?;
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

    /// Forgets updates with what their handlers did, but not those that somebody else forgets.
    async fn forget(&self, seqs: &[i64]) -> Result<usize, sqlx::Error> {
        let forgotten: i64 = sqlx::query_scalar(
            "with old as materialized
                 (select seq from journal_updates where seq = any($1) and state = 'done'
                  order by seq for update skip locked),
             updates as
                 (delete from journal_updates as it using old where it.seq = any(array[old.seq])
                  returning it.account, it.update_id),
             failures as
                 (delete from journal_failures as it using old where it.seq = any(array[old.seq])),
             effects as
                 (delete from journal_effects as it
                  using (select effect.ctid
                         from updates cross join lateral
                              (select ctid from journal_effects as it
                               where it.account = updates.account
                                 and it.origin_id = updates.update_id and it.origin = 'update'
                               offset 0) as effect) as effect
                  where it.ctid = effect.ctid)
             select count(*) from old",
        )
        .bind(seqs)
        .fetch_one(&self.pool)
        .await?;
        Ok(usize::try_from(forgotten).unwrap_or_default())
    }

    /// Effects under a key belong to no update: they are forgotten by their own time.
    async fn forget_keys(&self, before: DateTime<Utc>, limit: usize) -> Result<(), sqlx::Error> {
        sqlx::query(
            "with old as materialized
                 (select ctid from journal_effects
                  where origin = 'key' and intended_at < $1 and settled_at < $1
                  order by intended_at, account, origin_id, place limit $2 for update skip locked)
             delete from journal_effects as it using old where it.ctid = old.ctid",
        )
        .bind(before)
        .bind(rows(limit))
        .execute(&self.pool)
        .await
        .map(drop)
    }
}
