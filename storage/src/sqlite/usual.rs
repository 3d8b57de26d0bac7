//! The usual commit in one step: one way to the thread of the connection and back instead of two.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use gateway_runtime::journal::Seq;

use super::writing::Writer;
use super::{effects, is_taken, json, millis};
use crate::row::{LATE, text};
use crate::usual::Usual;

/// Writes a usual commit, and says which updates had ended before; `None` when it has written nothing.
///
/// What stands in its way is told by an index, as an error that undoes the transaction: an owner by
/// another number is written beside the one who is there, and an effect that is known beside itself.
pub(super) async fn write(
    writer: &Writer,
    usual: Usual<'_>,
    now: DateTime<Utc>,
) -> Result<Option<HashSet<Seq>>, sqlx::Error> {
    let owners: Vec<_> = usual.owners.iter().map(|(it, fence)| (it.as_str(), fence.0)).collect();
    let begins: Vec<_> =
        usual.begins.iter().map(|(it, asked)| (effects::columns(it), text(asked))).collect();
    let settles: Vec<_> = usual
        .settles
        .iter()
        .map(|(it, receipt)| (effects::columns(it), receipt.to_string()))
        .collect();
    // As an object, whose keys and values are read without a function: a statement that calls one counts
    // as one that may fail midway, and copies each page before it changes it. These are in many pages.
    let ends: BTreeMap<Seq, &str> =
        usual.ends.iter().map(|(it, seq)| (*seq, it.as_str())).collect();
    // Before the connection is taken, for which others wait.
    let (owners, begins) = (json(&owners)?, json(&begins)?);
    let (settles, ends) = (json(&settles)?, json(&ends)?);
    let mut writing = writer.writing().await?;
    let before: Result<Vec<Seq>, _> = sqlx::query_scalar(
        // It brings the rare ones alone: each row is handed from one thread to the other.
        "begin immediate;

         insert or rollback into journal_owners (account, fence)
         select it.account, it.fence
         from jsonb_each($1) as asked cross join journal_owners as it
         where it.account = asked.value ->> 0 and it.fence <> asked.value ->> 1;

         insert or rollback into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]',
                value ->> '$[0][3]', value ->> 1, 'intended', $5
         from jsonb_each($2);

         update or fail journal_effects
         set state = 'done', outcome = value ->> 1, settled_at = $5,
             late_at = iif(intended_at < $6, $5, null)
         from jsonb_each($3)
         where account = value ->> '$[0][0]' and origin_id = value ->> '$[0][1]'
           and place = value ->> '$[0][2]' and origin = value ->> '$[0][3]';

         select cast(key as integer) from jsonb_each($4)
         where not exists (select 1 from journal_updates
                           where seq = key and account = value and state = 'received');

         update or fail journal_updates set state = 'done', settled_at = $5, body = ''
         from jsonb_each($4)
         where seq = key and account = value and state = 'received';

         commit",
    )
    .bind(owners)
    .bind(begins)
    .bind(settles)
    .bind(ends)
    .bind(millis(now))
    .bind(millis(now - LATE))
    .fetch_all(&mut *writing)
    .await;
    let before = match before {
        Ok(before) => Some(before.into_iter().collect()),
        Err(why) if is_taken(&why) => None,
        Err(why) => return Err(why),
    };
    writing.done();
    Ok(before)
}
