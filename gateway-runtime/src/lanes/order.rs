//! Which update may be handled: the first of its lane.
//!
//! A chat that gets another id is in two lanes at that moment, and so is the update that tells of
//! it: it waits until it is the first in both, and holds both up until it has ended. So all that
//! was said under the old id comes before all that is said under the new one, and nothing has to
//! be remembered when the lanes are empty. Each update stands behind earlier ones alone, in every
//! lane: no two can wait for each other.
//!
//! Only places are kept here, eight bytes each: a hundred thousand updates may wait.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use gateway_core::model::ChatId;

use crate::journal::{Place, Seq};

/// Updates of one chat; what concerns no chat has a lane of its own.
type LaneKey = Option<ChatId>;

#[derive(Debug, Default)]
pub(super) struct Order {
    /// The places of all updates that have not ended, by lane, the first in front. A lane is here
    /// as long as it has one.
    lanes: HashMap<LaneKey, VecDeque<Seq>>,
    /// Those that stand in two lanes and are not the first in both: in how many they are not.
    behind: HashMap<Seq, usize>,
    /// What could be handled, in the order in which it became able to: each chat has one at most, so
    /// that they take turns.
    ready: VecDeque<Seq>,
    /// How many have not ended.
    len: usize,
}

impl Order {
    /// Puts an update behind all that share a lane with it. They come by growing places.
    pub(super) fn add(&mut self, place: Place) {
        let (mut behind, seq) = (0, place.seq);
        let lanes = lanes_of(place);
        for key in lanes.iter().flatten() {
            let lane = self.lanes.entry(key.clone()).or_default();
            behind += usize::from(!lane.is_empty());
            lane.push_back(seq);
        }
        match (behind, &lanes) {
            (0, _) => self.ready.push_back(seq),
            (behind, [_, Some(_)]) => {
                self.behind.insert(seq, behind);
            }
            _ => {}
        }
        self.len += 1;
    }

    /// How many have not ended.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Takes one that may be handled now. It stays the first of its lanes until it has
    /// [ended](Self::ended).
    pub(super) fn next(&mut self) -> Option<Seq> {
        self.ready.pop_front()
    }

    /// Those that will be taken next, at most so many.
    pub(super) fn coming(&self, count: usize) -> impl Iterator<Item = Seq> {
        self.ready.iter().take(count).copied()
    }

    /// One that was taken is to be handled once more.
    pub(super) fn again(&mut self, seq: Seq) {
        self.ready.push_back(seq);
    }

    /// One that was taken is handled: its lanes go on.
    pub(super) fn ended(&mut self, place: Place) {
        let seq = place.seq;
        let lanes = lanes_of(place);
        let is_first = |key| self.lanes.get(key).is_some_and(|lane| lane.front() == Some(&seq));
        if lanes.iter().flatten().all(is_first) {
            self.leave(lanes);
        } else {
            // Another version may have written it, and seen it in another chat.
            self.gone(seq);
        }
    }

    /// One that was taken is there no more, and nobody knows in which lanes it was.
    pub(super) fn gone(&mut self, seq: Seq) {
        let first = self.lanes.iter().filter(|(_, lane)| lane.front() == Some(&seq));
        let mut lanes = first.map(|(key, _)| key.clone()).collect::<Vec<_>>().into_iter();
        self.leave([lanes.next(), lanes.next()]);
    }

    fn leave(&mut self, lanes: [Option<LaneKey>; 2]) {
        self.len -= 1;
        for key in lanes.into_iter().flatten() {
            let Entry::Occupied(mut lane) = self.lanes.entry(key) else { continue };
            lane.get_mut().pop_front();
            let Some(&next) = lane.get().front() else {
                lane.remove();
                continue;
            };
            // A chat that was busy once does not keep its room.
            if lane.get().len() * 4 < lane.get().capacity() && lane.get().capacity() > 64 {
                lane.get_mut().shrink_to_fit();
            }
            self.moves_up(next);
        }
        if self.len == 0 {
            self.lanes.shrink_to(64);
            self.ready.shrink_to(64);
        }
    }

    /// One has become the first of a lane.
    fn moves_up(&mut self, seq: Seq) {
        if let Entry::Occupied(mut behind) = self.behind.entry(seq) {
            *behind.get_mut() -= 1;
            if *behind.get() > 0 {
                return;
            }
            behind.remove();
        }
        self.ready.push_back(seq);
    }
}

/// The lane of an update, and the second one of a migration.
fn lanes_of(place: Place) -> [Option<LaneKey>; 2] {
    [Some(place.chat), place.moved_to.map(Some)]
}

#[cfg(test)]
mod tests;
