//! Which update may be handled: the first of its lane.
//!
//! A chat that gets another id is in two lanes at that moment, and so is the update that tells of
//! it: it waits until it is the first in both, and holds both up until it has ended. So all that
//! was said under the old id comes before all that is said under the new one, and nothing has to
//! be remembered when the lanes are empty. Each update stands behind earlier ones alone, in every
//! lane: no two can wait for each other.

use std::collections::hash_map::Entry as Place;
use std::collections::{HashMap, VecDeque};

use gateway_core::model::{AccountId, ChatId, Update, UpdateKind};

use crate::journal::Entry;

/// Updates of one chat. What concerns no chat has a lane of its account's.
type LaneKey = (AccountId, Option<ChatId>);

/// An update in memory.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) entry: Entry,
    /// How many tries it has used up.
    pub(super) tries: usize,
    lanes: Vec<LaneKey>,
    /// In how many of them another is before it.
    behind: usize,
}

#[derive(Debug, Default)]
pub(super) struct Order {
    /// The places of all updates that have not ended, by lane, the first in front. A lane is here
    /// as long as it has one.
    lanes: HashMap<LaneKey, VecDeque<i64>>,
    /// What is not the first everywhere, by its place.
    waiting: HashMap<i64, Held>,
    /// What could be handled, in the order in which it became able to.
    ready: VecDeque<Held>,
}

impl Order {
    /// Puts an update behind all that share a lane with it. They come by growing places.
    pub(super) fn add(&mut self, entry: Entry) {
        let lanes = lanes_of(&entry.update);
        let mut behind = 0;
        for key in &lanes {
            let lane = self.lanes.entry(key.clone()).or_default();
            behind += usize::from(!lane.is_empty());
            lane.push_back(entry.seq);
        }
        let held = Held { entry, tries: 0, lanes, behind };
        if behind == 0 {
            self.ready.push_back(held);
        } else {
            self.waiting.insert(held.entry.seq, held);
        }
    }

    /// Takes one that may be handled now. It stays the first of its lanes until it has
    /// [ended](Self::ended).
    pub(super) fn next(&mut self) -> Option<Held> {
        self.ready.pop_front()
    }

    /// One that was taken is to be handled once more.
    pub(super) fn again(&mut self, held: Held) {
        self.ready.push_back(held);
    }

    /// One that was taken is handled: its lanes go on.
    pub(super) fn ended(&mut self, held: Held) {
        for key in held.lanes {
            let Place::Occupied(mut lane) = self.lanes.entry(key) else { continue };
            lane.get_mut().pop_front();
            match lane.get().front() {
                Some(&next) => self.moves_up(next),
                None => {
                    lane.remove();
                }
            }
        }
    }

    /// One has become the first of a lane.
    fn moves_up(&mut self, seq: i64) {
        let Place::Occupied(mut held) = self.waiting.entry(seq) else { return };
        held.get_mut().behind -= 1;
        if held.get().behind == 0 {
            self.ready.push_back(held.remove());
        }
    }
}

fn lanes_of(update: &Update) -> Vec<LaneKey> {
    let lane = |chat: Option<&ChatId>| (update.account.clone(), chat.cloned());
    match &update.kind {
        UpdateKind::ChatMigrated { from, to, .. } if from != to => {
            vec![lane(Some(from)), lane(Some(to))]
        }
        _ => vec![lane(update.chat_id())],
    }
}

#[cfg(test)]
mod tests;
