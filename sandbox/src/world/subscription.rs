//! Where a bot wants to be called.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::Happening;

/// An address at which a bot wants to be told what happens.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The address.
    pub url: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What it wants to be told of, by the names on the wire; everything when it does not say.
    pub kinds: Option<Vec<String>>,
    /// The version of the API that it speaks, if it says.
    pub version: Option<String>,
    /// What proves a call to come from the messenger, if it asked for that.
    pub secret: Option<String>,
    /// What it is to be told, in order.
    pub(crate) waiting: VecDeque<Happening>,
    /// How often the first of these was tried in vain.
    pub(crate) tries: u32,
    /// When it was first tried in vain.
    pub(crate) failing_since: Option<DateTime<Utc>>,
    /// When the first of these is tried next.
    pub(crate) due: DateTime<Utc>,
}

impl Subscription {
    /// A subscription that begins now.
    pub fn new(url: String, now: DateTime<Utc>) -> Self {
        Self {
            url,
            since: now,
            kinds: None,
            version: None,
            secret: None,
            waiting: VecDeque::new(),
            tries: 0,
            failing_since: None,
            due: now,
        }
    }

    /// How much waits to be told.
    pub fn depth(&self) -> usize {
        self.waiting.len()
    }

    /// Whether what waits first was tried in vain.
    pub fn is_failing(&self) -> bool {
        self.failing_since.is_some()
    }

    pub(super) fn wait_for(&mut self, happening: Happening) {
        let kind = happening.event.kind();
        if self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|it| it == kind)) {
            self.waiting.push_back(happening);
        }
    }

    /// What is told next, if there is something and its time has come.
    pub(crate) fn next(&self, now: DateTime<Utc>) -> Option<&Happening> {
        self.waiting.front().filter(|_| self.due <= now)
    }

    /// When something is to be done about it, if anything is: to call it again, or to give it up.
    pub(crate) fn wakes(&self, patience: TimeDelta) -> Option<DateTime<Utc>> {
        let given_up = self.failing_since.map(|since| since + patience);
        self.waiting.front().map(|_| given_up.map_or(self.due, |at| at.min(self.due)))
    }

    /// Whether it has failed for so long that it is given up.
    pub(crate) fn is_given_up(&self, now: DateTime<Utc>, patience: TimeDelta) -> bool {
        self.failing_since.is_some_and(|since| now - since >= patience)
    }

    /// It has been told.
    pub(crate) fn told(&mut self, number: i64, now: DateTime<Utc>) {
        self.waiting.retain(|it| it.number != number);
        (self.tries, self.failing_since, self.due) = (0, None, now);
    }

    /// It could not be told; `pause` says when it is tried again, by the count of failures.
    pub(crate) fn failed(&mut self, now: DateTime<Utc>, pause: impl FnOnce(u32) -> TimeDelta) {
        self.tries += 1;
        self.failing_since.get_or_insert(now);
        self.due = now + pause(self.tries);
    }
}
