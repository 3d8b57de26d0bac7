//! What bots that poll have yet to be told.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, Utc};

use super::Event;

/// An event, with its number among those of its bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// One more than the one before it.
    pub number: i64,
    /// What Potato calls it by, whether it comes for the first time or again: its number, unless
    /// numbers were chosen anew.
    pub first: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What a bot asks for when it polls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Poll<'a> {
    /// The first number that it has not got yet: what came before is committed.
    pub(super) from: Option<i64>,
    /// How much it takes at once.
    pub(super) limit: usize,
    /// What it wants to be told of; everything when it does not say.
    pub(super) kinds: Option<&'a [&'a str]>,
    /// Whether what it does not want now is kept for a poll that does.
    pub(super) keeps_others: bool,
}

impl Poll<'_> {
    fn wants(&self, happening: &Happening) -> bool {
        self.kinds.is_none_or(|kinds| kinds.contains(&happening.event.kind()))
    }
}

/// What a bot that polls has yet to be told, in order.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    waiting: VecDeque<Happening>,
    last: Option<Happening>,
    next: i64,
    /// By how much what Potato calls them by is more than their numbers.
    ahead: i64,
    /// Those that a poll did not want and that no marker commits.
    kept: BTreeSet<i64>,
}

impl Queue {
    pub(super) fn starting_at(first: i64) -> Self {
        Self { waiting: VecDeque::new(), last: None, next: first, ahead: 0, kept: BTreeSet::new() }
    }

    /// Gives an event its number.
    pub(super) fn number(&mut self, at: DateTime<Utc>, event: Event) -> Happening {
        let first = self.next.wrapping_add(self.ahead);
        let happening = Happening { number: self.next, first, at, event };
        self.numbered(happening)
    }

    /// Chooses anew what the next event is called by.
    pub(super) fn call_next_by(&mut self, first: i64) {
        self.ahead = first.wrapping_sub(self.next);
    }

    /// When the last event happened, if any did.
    pub(super) fn last_at(&self) -> Option<DateTime<Utc>> {
        self.last.as_ref().map(|it| it.at)
    }

    /// The last event once more, with a number of its own.
    pub(super) fn number_last_again(&mut self) -> Option<Happening> {
        let last = self.last.clone()?;
        Some(self.numbered(Happening { number: self.next, ..last }))
    }

    fn numbered(&mut self, happening: Happening) -> Happening {
        self.next += 1;
        self.last = Some(happening.clone());
        happening
    }

    pub(super) fn append(&mut self, happening: Happening) {
        self.waiting.push_back(happening);
    }

    /// Forgets what came before a number, but for what is kept. Only that is touched: millions may wait
    /// behind it.
    fn commit(&mut self, from: i64, is_kept: impl Fn(i64) -> bool) {
        let count = self.waiting.partition_point(|it| it.number < from);
        let kept: Vec<_> = self.waiting.drain(..count).filter(|it| is_kept(it.number)).collect();
        for it in kept.into_iter().rev() {
            self.waiting.push_front(it);
        }
    }

    /// Forgets what came before `from`, and hands out what comes next, with the number after it.
    pub(super) fn read(&mut self, from: Option<i64>, limit: usize) -> (Vec<Happening>, i64) {
        if let Some(from) = from {
            self.commit(from, |_| false);
        }
        let page: Vec<Happening> = self.waiting.iter().take(limit).cloned().collect();
        let next = match (page.last(), self.waiting.front()) {
            (Some(last), _) => last.number + 1,
            (None, Some(first)) => first.number,
            (None, None) => self.next,
        };
        (page, next)
    }

    /// Forgets what came before the poll's number, and hands out what it wants, with the number
    /// after the last one that it looked at.
    pub(super) fn poll(&mut self, poll: &Poll<'_>) -> (Vec<Happening>, i64) {
        if let Some(from) = poll.from {
            let kept = std::mem::take(&mut self.kept);
            self.commit(from, |number| kept.contains(&number));
            self.kept = kept;
        }
        let mut page = Vec::new();
        let mut seen = None;
        for waiting in &self.waiting {
            if page.len() == poll.limit {
                break;
            }
            seen = seen.max(Some(waiting.number));
            if poll.wants(waiting) {
                self.kept.remove(&waiting.number);
                page.push(waiting.clone());
            } else if poll.keeps_others {
                self.kept.insert(waiting.number);
            }
        }
        let first = || self.waiting.front().map_or(self.next, |it| it.number);
        (page, seen.map_or_else(first, |last| last + 1))
    }

    /// The newest that the poll wants, with the number after all that there are.
    pub(super) fn latest(&self, poll: &Poll<'_>) -> (Option<Happening>, i64) {
        (self.waiting.iter().rev().find(|it| poll.wants(it)).cloned(), self.next)
    }

    /// Forgets what happened before a time.
    pub(super) fn forget_before(&mut self, time: DateTime<Utc>) {
        self.waiting.retain(|it| it.at >= time);
        let first = self.waiting.front().map_or(self.next, |it| it.number);
        self.kept = self.kept.split_off(&first);
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &Happening> {
        self.waiting.iter()
    }

    pub(super) fn forget(&mut self, is_done: impl Fn(&Happening) -> bool) {
        self.waiting.retain(|it| !is_done(it));
    }

    /// Takes all that waits out of it.
    pub(super) fn take_all(&mut self) -> VecDeque<Happening> {
        std::mem::take(&mut self.waiting)
    }

    pub(super) fn depth(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{AccountKey, ChatKey};

    fn queue() -> Queue {
        let mut queue = Queue::starting_at(10);
        for _ in 0..3 {
            let (chat, person, payload) = (ChatKey(0), AccountKey(0), None);
            let event = Event::Started { chat, person, payload };
            let happening = queue.number(DateTime::default(), event);
            queue.append(happening);
        }
        queue
    }

    #[test]
    fn without_a_number_everything_since_the_last_commitment_comes_again() {
        let mut queue = queue();
        assert_eq!(queue.read(None, 9).0.len(), 3);
        assert_eq!(queue.read(None, 9).0.len(), 3);
    }

    #[test]
    fn a_number_commits_what_came_before_it() {
        let mut queue = queue();
        let (page, next) = queue.read(None, 2);
        assert_eq!((page.len(), next), (2, 12));
        assert_eq!(queue.read(Some(next), 9).0[0].number, 12);
        assert_eq!(queue.read(None, 9).0.len(), 1);
    }

    #[test]
    fn an_empty_page_keeps_the_place() {
        let mut queue = queue();
        assert_eq!(queue.read(Some(13), 9), (vec![], 13));
    }

    const KINDS: [&str; 3] = ["tea", "milk", "sugar"];

    fn served(kinds: &[usize]) -> Queue {
        let mut queue = Queue::starting_at(10);
        for kind in kinds {
            let kind = KINDS[*kind].to_owned();
            let event = Event::Undocumented { chat: ChatKey(0), kind };
            let happening = queue.number(DateTime::default(), event);
            queue.append(happening);
        }
        queue
    }

    /// All that polls get, one after another, until nothing comes.
    fn drained(queue: &mut Queue, limit: usize, kinds: &[&str], keeps_others: bool) -> Vec<i64> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let (page, next) = queue.poll(&Poll { from, limit, kinds: Some(kinds), keeps_others });
            if page.is_empty() {
                return all;
            }
            assert!(page.len() <= limit);
            all.extend(page.iter().map(|it| it.number));
            from = Some(next);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_wanted_comes_once_and_in_order(
            kinds in proptest::collection::vec(0..3_usize, 0..20),
            limit in 1..5_usize,
            keeps_others: bool,
        ) {
            let mut queue = served(&kinds);
            let at = |wanted: usize| {
                let places = (10..).zip(&kinds).filter(move |(_, kind)| **kind == wanted);
                places.map(|(number, _)| number).collect::<Vec<i64>>()
            };
            proptest::prop_assert_eq!(drained(&mut queue, limit, &["tea"], keeps_others), at(0));
            let left = drained(&mut queue, limit, &["milk"], keeps_others);
            if keeps_others {
                proptest::prop_assert_eq!(left, at(1));
            }
        }
    }
}
