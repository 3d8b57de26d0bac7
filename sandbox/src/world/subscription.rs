//! Where a bot wants to be called.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

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

    pub(super) fn wait_for(&mut self, happening: Happening) {
        self.waiting.push_back(happening);
    }
}
