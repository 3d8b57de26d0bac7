//! People and bots.

use chrono::{DateTime, Utc};

use super::event::Queue;
use super::{Event, Happening, Platform};

/// Names an account within its world.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AccountKey(pub(super) usize);

/// A person or a bot on one messenger. Somebody who is on two has two.
#[derive(Clone, Debug)]
pub struct Account {
    /// The messenger.
    pub platform: Platform,
    /// Their number there.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Their public name; only bots have one here.
    pub username: Option<String>,
    /// When they last did something.
    pub last_activity: DateTime<Utc>,
    /// What only a bot has.
    pub bot: Option<Bot>,
}

/// What only a bot has: a token, and updates that it has yet to be told.
#[derive(Clone, Debug)]
pub struct Bot {
    /// By which it proves who it is.
    pub token: String,
    queue: Queue,
}

impl Bot {
    pub(super) fn new(token: &str, first_update: i64) -> Self {
        Self { token: token.to_owned(), queue: Queue::starting_at(first_update) }
    }

    pub(super) fn tell(&mut self, at: DateTime<Utc>, event: Event) {
        self.queue.push(at, event);
    }

    pub(super) fn tell_again(&mut self) {
        self.queue.repeat_last();
    }

    pub(super) fn updates(&mut self, from: Option<i64>, limit: usize) -> (Vec<Happening>, i64) {
        self.queue.read(from, limit)
    }
}
