//! The usual commit as one statement, which is a transaction by itself: one way to the server and
//! back instead of six.
//!
//! A statement that nobody waits for any more may still be on its way, and reach the server after
//! what was asked for later. So here is nothing that could become wrong by being late: another owner
//! is told by the fence, an effect that is known begins elsewhere, an update ends once, and of an
//! effect that has happened it stays true.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use gateway_runtime::journal::Seq;
use sqlx::PgConnection;

use super::effects::{Keys, columns};
use super::is_taken;
use crate::row::{LATE, text};
use crate::usual::Usual;

/// Writes a usual commit, and says which updates it has ended; `None` when it has written nothing.
///
/// Rows are locked in the order in which `ledger` locks them.
pub(super) async fn write(
    db: &mut PgConnection,
    usual: Usual<'_>,
    now: DateTime<Utc>,
) -> Result<Option<HashSet<Seq>>, sqlx::Error> {
    let owners = usual.owners.into_iter().map(|(account, fence)| (account.as_str(), fence.0));
    let (owners, fences): (Vec<&str>, Vec<i64>) = sorted(owners).into_iter().unzip();
    let begins = usual.begins.into_iter().map(|(effect, it)| (columns(effect), text(it)));
    let (begins, fingerprints): (Keys<'_>, Vec<Cow<'_, str>>) = sorted(begins).into_iter().unzip();
    let settles = usual.settles.into_iter().map(|(effect, it)| (columns(effect), it.to_string()));
    let (settles, outcomes): (Keys<'_>, Vec<String>) = sorted(settles).into_iter().unzip();
    let ends = usual.ends.into_iter().map(|(account, seq)| (account.as_str(), seq));
    let (accounts, seqs): (Vec<&str>, Vec<Seq>) = sorted(ends).into_iter().unzip();
    let written: Result<(bool, Vec<Seq>), _> = sqlx::query_as(
        // Each step asks for the one before it, so that they come in this order. All see what
        // was there at the beginning: an effect that somebody else makes at this moment is told
        // by the index, as an error.
        "with owners as materialized
             (select it.fence = asked.fence as is_asked
              from unnest($1::text[], $2::bigint[]) as asked (account, fence)
                   cross join lateral
                       (select fence from journal_owners as it
                        where it.account = asked.account for share) as it),
         known as materialized
             (select from unnest($3::text[], $4::text[], $5::text[], $6::text[])
                       as begun (account, origin_id, place, origin)
                   cross join lateral
                       (select from journal_effects as it
                        where it.account = begun.account and it.origin_id = begun.origin_id
                          and it.place = begun.place and it.origin = begun.origin
                        offset 0) as it),
         usual as materialized
             (select coalesce(bool_and(is_asked), true) and not exists (select from known) as so
              from owners),
         begun as
             (insert into journal_effects
                  (account, origin_id, place, origin, fingerprint, state, intended_at)
              select it.*, 'intended', $8
              from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as it
              where (select so from usual)
              returning 1),
         settled as
             (update journal_effects as it
              set state = 'done', outcome = ended.outcome, settled_at = $8,
                  late_at = case when it.intended_at < $9 then $8 end
              from (select known.ctid, ended.outcome
                    from unnest($10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
                             as ended (account, origin_id, place, origin, outcome)
                         cross join lateral
                             (select ctid from journal_effects as known
                              where known.account = ended.account
                                and known.origin_id = ended.origin_id
                                and known.place = ended.place and known.origin = ended.origin
                              offset 0) as known
                    where (select so from usual) and (select count(*) from begun) >= 0) as ended
              where it.ctid = ended.ctid
              returning 1),
         gone as
             (delete from journal_waiting as it
              using (select waiting.ctid
                     from unnest($15::text[], $16::bigint[]) as ended (account, seq)
                          cross join lateral
                              (select ctid from journal_waiting as waiting
                               where waiting.account = ended.account
                                 and waiting.seq = ended.seq
                               offset 0) as waiting
                     where (select so from usual) and (select count(*) from settled) >= 0)
                        as ended
              where it.ctid = ended.ctid
              returning it.seq),
         ended as
             (update journal_updates as it
              set state = 'done', error = null, settled_at = $8, body = null
              from gone where it.seq = any(array[gone.seq])
              returning it.seq)
         select (select so from usual), array(select seq from ended)",
    )
    .bind(owners)
    .bind(fences)
    .bind(begins.accounts)
    .bind(begins.ids)
    .bind(begins.places)
    .bind(begins.kinds)
    .bind(fingerprints)
    .bind(now)
    .bind(now - LATE)
    .bind(settles.accounts)
    .bind(settles.ids)
    .bind(settles.places)
    .bind(settles.kinds)
    .bind(outcomes)
    .bind(accounts)
    .bind(seqs)
    .fetch_one(db)
    .await;
    match written {
        Ok((is_usual, ended)) => Ok(is_usual.then(|| ended.into_iter().collect())),
        Err(why) if is_taken(&why) => Ok(None),
        Err(why) => Err(why),
    }
}

/// In the order in which everybody locks them.
fn sorted<T: Ord>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    rows.sort_unstable();
    rows
}
