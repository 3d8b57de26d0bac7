//! Updates that are handled to their end, and tries that failed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use gateway_runtime::journal::{Change, Ending, Seq, Written};
use sqlx::PgConnection;

use super::ledger::Numbered;
use crate::row::text;

/// Finds out which of the updates that keep something in sessions have come to their end before, and
/// answers those: nothing of them may be kept twice. The others wait until the end of the
/// transaction.
pub(super) async fn lock(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    answers: &mut [Written],
) -> Result<(), sqlx::Error> {
    let mut ends: Vec<(usize, &str, Seq)> = Vec::new();
    for (number, write) in writes {
        if let Change::End(end) = &write.change
            && !end.sessions.is_empty()
        {
            ends.push((*number, write.account.as_str(), end.seq));
        }
    }
    if ends.is_empty() {
        return Ok(());
    }
    // In the order in which everybody locks them.
    ends.sort_unstable_by_key(|(_, account, seq)| (*account, *seq));
    let waiting: Vec<Seq> = sqlx::query_scalar(
        "select it.seq
         from unnest($1::text[], $2::bigint[]) as ended (account, seq)
              cross join lateral
                  (select seq from journal_waiting as waiting
                   where waiting.account = ended.account and waiting.seq = ended.seq
                   for update) as it",
    )
    .bind(ends.iter().map(|(_, account, _)| *account).collect::<Vec<_>>())
    .bind(ends.iter().map(|(.., seq)| *seq).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    for (number, ..) in ends.iter().filter(|(.., seq)| !waiting.contains(seq)) {
        answers[*number] = Written::Nothing;
    }
    Ok(())
}

/// Takes what has ended from what waits. Only one that is dead keeps its body.
pub(super) async fn write(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    answers: &mut [Written],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut ends = Vec::with_capacity(writes.len());
    let mut numbers = Vec::with_capacity(writes.len());
    for (number, write) in writes {
        let Change::End(end) = &write.change else { continue };
        numbers.push((*number, end.seq));
        let error = match &end.ending {
            Ending::Done => None,
            Ending::Dead(error) => Some(text(error)),
        };
        ends.push((write.account.as_str(), end.seq, error));
    }
    if ends.is_empty() {
        return Ok(());
    }
    ends.sort_unstable_by_key(|(account, seq, _)| (*account, *seq));
    let accounts: Vec<&str> = ends.iter().map(|(account, ..)| *account).collect();
    let seqs: Vec<i64> = ends.iter().map(|(_, seq, _)| *seq).collect();
    let errors: Vec<Option<&str>> = ends.iter().map(|(.., error)| error.as_deref()).collect();
    let ended: Vec<Seq> = sqlx::query_scalar(
        "with gone as
             (delete from journal_waiting as it
              using (select waiting.ctid, ended.error
                     from unnest($1::text[], $2::bigint[], $3::text[])
                              as ended (account, seq, error)
                          cross join lateral
                              (select ctid from journal_waiting as waiting
                               where waiting.account = ended.account and waiting.seq = ended.seq
                               offset 0) as waiting) as ended
              where it.ctid = ended.ctid
              returning it.seq, it.body, ended.error)
         update journal_updates as it
         set state = case when gone.error is null then 'done' else 'dead' end, error = gone.error,
             settled_at = $4, body = case when gone.error is null then null else gone.body end
         from gone where it.seq = any(array[gone.seq])
         returning it.seq",
    )
    .bind(accounts)
    .bind(seqs)
    .bind(errors)
    .bind(now)
    .fetch_all(db)
    .await?;
    let ended: HashSet<Seq> = ended.into_iter().collect();
    for (number, _) in numbers.iter().filter(|(_, seq)| !ended.contains(seq)) {
        answers[*number] = Written::Nothing;
    }
    Ok(())
}

/// Keeps tries that failed.
pub(super) async fn fail(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut seqs = Vec::new();
    let mut errors = Vec::new();
    for (_, write) in writes {
        if let Change::Fail { seq, error } = &write.change {
            seqs.push(*seq);
            errors.push(text(error));
        }
    }
    if seqs.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into journal_failures (seq, error, at)
         select it.*, $3 from unnest($1::bigint[], $2::text[]) as it",
    )
    .bind(seqs)
    .bind(errors)
    .bind(now)
    .execute(db)
    .await
    .map(drop)
}
