//! People and bots.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::pace::Pace;
use super::queue::{Poll, Queue};
use super::{Event, FileKey, Game, Happening, Platform, Subscription};

/// Names an account within its world.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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
    /// Their public name. Bots have one; people may.
    pub username: Option<String>,
    /// What they say of themselves.
    pub description: Option<String>,
    /// Their picture.
    pub avatar: Option<FileKey>,
    /// The language of their device, as an IETF BCP 47 tag.
    pub locale: String,
    /// When they last did something.
    pub last_activity: DateTime<Utc>,
    /// Whether they closed their account: their chats remember them by their number only.
    pub is_deleted: bool,
    /// Whether nobody may bring them into a chat: `add.participant.privacy` of MAX.
    pub refuses_invites: bool,
    /// What only a bot has.
    pub bot: Option<Bot>,
}

impl Account {
    /// Whether it is a bot's.
    pub fn is_bot(&self) -> bool {
        self.bot.is_some()
    }
}

/// What only a bot has: a token, and updates that it has yet to be told.
#[derive(Clone, Debug)]
pub struct Bot {
    /// By which it proves who it is.
    pub token: String,
    /// The commands that it offers.
    pub commands: Vec<Command>,
    /// The games that it offers: Potato only.
    pub games: Vec<Game>,
    /// Where it wants to be called, in the order in which it asked for it.
    pub subscriptions: Vec<Subscription>,
    pub(super) calls: Pace,
    pub(super) polls: Pace,
    /// What it sends to each chat of Potato: by the kind and the number of the chat.
    pub(super) messages: HashMap<(i64, i64), Pace>,
    queue: Queue,
    /// What is kept back, while something is.
    held: Option<Vec<Happening>>,
}

/// A command that a bot offers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Command {
    /// Its name, without a slash.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub description: Option<String>,
}

impl Bot {
    pub(super) fn new(token: &str, first_update: i64) -> Self {
        let queue = Queue::starting_at(first_update);
        let (commands, games, subscriptions) = (Vec::new(), Vec::new(), Vec::new());
        let (calls, polls, messages) = (Pace::default(), Pace::default(), HashMap::new());
        let (token, held) = (token.to_owned(), None);
        Self { token, commands, games, subscriptions, calls, polls, messages, queue, held }
    }

    /// Who subscribed is called, and does not poll.
    pub(super) fn tell(&mut self, at: DateTime<Utc>, event: Event) {
        let happening = self.queue.number(at, event);
        self.pass_on(happening);
    }

    pub(super) fn tell_again(&mut self) {
        if let Some(happening) = self.queue.number_last_again() {
            self.pass_on(happening);
        }
    }

    /// What comes is kept back until [`Self::release`].
    pub(super) fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    pub(super) fn release(&mut self) {
        for happening in self.held.take().unwrap_or_default() {
            self.pass_on(happening);
        }
    }

    fn pass_on(&mut self, happening: Happening) {
        if let Some(held) = &mut self.held {
            held.push(happening);
        } else if self.subscriptions.is_empty() {
            self.queue.append(happening);
        } else {
            self.subscriptions.iter_mut().for_each(|it| it.wait_for(happening.clone()));
        }
    }

    pub(super) fn updates(&mut self, from: Option<i64>, limit: usize) -> (Vec<Happening>, i64) {
        self.queue.read(from, limit)
    }

    pub(super) fn poll(&mut self, poll: &Poll<'_>) -> (Vec<Happening>, i64) {
        self.queue.poll(poll)
    }

    pub(super) fn latest_update(&self, poll: &Poll<'_>) -> (Option<Happening>, i64) {
        self.queue.latest(poll)
    }

    pub(super) fn forget_updates_before(&mut self, time: DateTime<Utc>) {
        self.queue.forget_before(time);
    }

    /// When it was last told something, if ever.
    pub(super) fn last_update(&self) -> Option<DateTime<Utc>> {
        self.queue.last_at()
    }

    /// Chooses anew what the next update is called by.
    pub(super) fn call_next_update_by(&mut self, first: i64) {
        self.queue.call_next_by(first);
    }

    /// What waits for a poll.
    pub(super) fn waiting_updates(&self) -> impl Iterator<Item = &Happening> {
        self.queue.waiting()
    }

    pub(super) fn forget_updates(&mut self, is_done: impl Fn(&Happening) -> bool) {
        self.queue.forget(is_done);
    }

    /// It is called there from now on, and nowhere else; what it has yet to be told is told there.
    pub(crate) fn be_called_at(&mut self, new: Subscription) {
        let mut waiting = self.queue.take_all();
        waiting.extend(self.subscriptions.drain(..).flat_map(|it| it.waiting));
        self.subscriptions.push(Subscription { waiting, ..new });
    }

    /// It is called no more; what it has yet to be told waits for a poll.
    pub(crate) fn be_called_no_more(&mut self) {
        for subscription in self.subscriptions.drain(..) {
            subscription.waiting.into_iter().for_each(|it| self.queue.append(it));
        }
    }

    /// How many updates wait for a poll.
    pub fn depth(&self) -> usize {
        self.queue.depth()
    }

    /// How many updates are kept back, while some are.
    pub fn held(&self) -> Option<usize> {
        self.held.as_ref().map(Vec::len)
    }
}
