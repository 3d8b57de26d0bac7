//! What is known of all that a batch is about, asked for at the beginning of its transaction.

use std::collections::{BTreeSet, HashMap};

use gateway_runtime::journal::{Change, Write};
use sqlx::SqliteConnection;

use super::{effects, json, sessions, time};
use crate::row::KnownEffect;

/// By the number of the write in its batch, where not said otherwise.
#[derive(Default)]
pub(super) struct Known {
    /// The numbers of the owners of those accounts that only an owner writes for.
    pub(super) owners: HashMap<String, i64>,
    /// Effects that were intended before, each with the number of its row.
    pub(super) effects: HashMap<u32, (i64, KnownEffect)>,
    /// The updates that have come to their end before.
    pub(super) ended: BTreeSet<u32>,
    /// The first session of an end that somebody has changed since it was read, by its place.
    pub(super) stale: HashMap<u32, usize>,
}

/// What it is, the number of the write, and what is known: an account or a fingerprint, a state, an
/// outcome; a fence, a row or a place; a time.
type Row = (String, u32, Option<String>, Option<String>, Option<String>, Option<i64>, Option<i64>);

impl Known {
    /// Begins a transaction.
    pub(super) async fn begin(
        db: &mut SqliteConnection,
        writes: &[Write],
    ) -> Result<Self, sqlx::Error> {
        let mut accounts = BTreeSet::new();
        let (mut begins, mut ends, mut versions) = (Vec::new(), Vec::new(), Vec::new());
        for (number, write) in (0_u32..).zip(writes) {
            if write.fence.is_some() {
                accounts.insert(write.account.as_str());
            }
            match &write.change {
                Change::Begin { effect, .. } => begins.push((number, effects::columns(effect))),
                Change::End(end) => {
                    ends.push((number, write.account.as_str(), end.seq));
                    let read = end.sessions.iter().enumerate();
                    versions.extend(
                        read.map(|(place, it)| {
                            (number, place, it.read, sessions::columns(&it.key))
                        }),
                    );
                }
                _ => {}
            }
        }
        let rows: Vec<Row> = sqlx::query_as(
            "begin immediate;

             select 'owner', 0, account, null, null, fence, null
             from journal_owners where account in (select value from jsonb_each($1))
             union all
             select 'effect', value ->> 0, fingerprint, state, outcome, number, intended_at
             from jsonb_each($2) cross join journal_effects
             where account = value ->> '$[1][0]' and origin_id = value ->> '$[1][1]'
               and place = value ->> '$[1][2]' and origin = value ->> '$[1][3]'
             union all
             select 'ended', value ->> 0, null, null, null, null, null
             from jsonb_each($3)
             where not exists (select 1 from journal_updates
                               where seq = value ->> 2 and account = value ->> 1
                                 and state = 'received')
             union all
             select 'stale', it.value ->> 0, null, null, null, it.value ->> 1, null
             from jsonb_each($4) as it
                  left join journal_sessions
                      on account = it.value ->> '$[3][0]' and chat = it.value ->> '$[3][1]'
                         and person = it.value ->> '$[3][2]' and name = it.value ->> '$[3][3]'
                         and scope = it.value ->> '$[3][4]'
             where coalesce(version, 0) <> it.value ->> 2",
        )
        .bind(json(&accounts)?)
        .bind(json(&begins)?)
        .bind(json(&ends)?)
        .bind(json(&versions)?)
        .fetch_all(db)
        .await?;
        let mut known = Self::default();
        for row in rows {
            known.add(row);
        }
        Ok(known)
    }

    fn add(&mut self, row: Row) {
        let (what, number, word, state, outcome, place, since) = row;
        let place = place.unwrap_or_default();
        let word = word.unwrap_or_default();
        match what.as_str() {
            "owner" => {
                self.owners.insert(word, place);
            }
            "effect" => {
                let state = state.unwrap_or_default();
                let since = time(since.unwrap_or_default());
                let effect = KnownEffect { fingerprint: word, state, outcome, since };
                self.effects.insert(number, (place, effect));
            }
            "ended" => {
                self.ended.insert(number);
            }
            _ => {
                let place = usize::try_from(place).unwrap_or_default();
                let first = self.stale.entry(number).or_insert(place);
                *first = place.min(*first);
            }
        }
    }
}
