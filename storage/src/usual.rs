//! The usual commit: effects that begin, effects that are done, updates that are done. Both databases
//! write it in one step, when nothing stands in its way: every writer is the owner, and no effect is
//! known. Otherwise it goes the careful way, on which each write has an answer of its own.

use std::collections::HashSet;

use gateway_core::model::AccountId;
use gateway_runtime::journal::{
    Begun, Change, EffectKey, Ending, Fence, Outcome, Seq, Write, Written,
};
use serde_json::Value;

/// The writes of a usual commit, by what they do.
#[derive(Default)]
pub(crate) struct Usual<'a> {
    /// Who says so; each once.
    pub(crate) owners: HashSet<(&'a AccountId, Fence)>,
    /// Effects that begin, with their fingerprints.
    pub(crate) begins: Vec<(&'a EffectKey, &'a str)>,
    /// Effects that are done, with their receipts.
    pub(crate) settles: Vec<(&'a EffectKey, &'a Value)>,
    /// Updates that are done, and keep nothing.
    pub(crate) ends: Vec<(&'a AccountId, Seq)>,
}

impl<'a> Usual<'a> {
    /// `None` when there is something else among them.
    ///
    /// An effect that was *refused* is something else: it may be asked for again, so that it would be
    /// wrong to say so late, as the step of a database may come that nobody waits for any more.
    pub(crate) fn of(writes: &'a [Write]) -> Option<Self> {
        let mut usual = Self::default();
        for Write { account, fence, change } in writes {
            usual.owners.extend(fence.map(|fence| (account, fence)));
            match change {
                Change::Begin { effect, fingerprint } => usual.begins.push((effect, fingerprint)),
                Change::Settle { effect, outcome: Outcome::Done(receipt) } => {
                    usual.settles.push((effect, receipt));
                }
                Change::End(end)
                    if end.ending == Ending::Done
                        && end.sessions.is_empty()
                        && end.moved.is_none() =>
                {
                    usual.ends.push((account, end.seq));
                }
                _ => return None,
            }
        }
        Some(usual)
    }
}

/// What became of the writes of a usual commit, where some of the updates had ended before.
pub(crate) fn answers(writes: &[Write], had_ended: impl Fn(Seq) -> bool) -> Vec<Written> {
    let answer = |write: &Write| match &write.change {
        Change::Begin { .. } => Written::Begun(Begun::New),
        Change::End(end) if had_ended(end.seq) => Written::Nothing,
        _ => Written::Done,
    };
    writes.iter().map(answer).collect()
}
