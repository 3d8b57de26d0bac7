//! What bots are told.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::{AccountKey, ChatKey, Message};

/// Something a bot is told of, with everything as it was when it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person started the bot.
    Started {
        /// Their dialog.
        chat: ChatKey,
        /// The person.
        person: AccountKey,
    },
    /// A person wrote.
    Wrote {
        /// Where.
        chat: ChatKey,
        /// What.
        message: Message,
    },
    /// A person pressed a button.
    Pressed {
        /// Where.
        chat: ChatKey,
        /// The message with the button.
        message: Message,
        /// Who.
        person: AccountKey,
        /// What the button carries.
        payload: String,
        /// By which it is answered.
        callback: String,
    },
    /// Something of which no document tells.
    Undocumented {
        /// Where.
        chat: ChatKey,
        /// What the messenger calls it.
        kind: String,
    },
}

/// An event, with its number among those of its bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// One more than the one before it.
    pub number: i64,
    /// The number that it had when it was first delivered.
    pub first: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What a bot has yet to be told, in order.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    waiting: VecDeque<Happening>,
    last: Option<Happening>,
    next: i64,
}

impl Queue {
    pub(super) fn starting_at(first: i64) -> Self {
        Self { waiting: VecDeque::new(), last: None, next: first }
    }

    pub(super) fn push(&mut self, at: DateTime<Utc>, event: Event) {
        self.append(Happening { number: self.next, first: self.next, at, event });
    }

    /// Delivers the last one once more, whether or not it was read.
    pub(super) fn repeat_last(&mut self) {
        if let Some(last) = self.last.clone() {
            self.append(Happening { number: self.next, ..last });
        }
    }

    fn append(&mut self, happening: Happening) {
        self.last = Some(happening.clone());
        self.waiting.push_back(happening);
        self.next += 1;
    }

    /// Forgets what came before `from`, and hands out what comes next, with the number after it.
    pub(super) fn read(&mut self, from: Option<i64>, limit: usize) -> (Vec<Happening>, i64) {
        if let Some(from) = from {
            self.waiting.retain(|it| it.number >= from);
        }
        let page: Vec<Happening> = self.waiting.iter().take(limit).cloned().collect();
        let next = match (page.last(), self.waiting.front()) {
            (Some(last), _) => last.number + 1,
            (None, Some(first)) => first.number,
            (None, None) => self.next,
        };
        (page, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Queue {
        let mut queue = Queue::starting_at(10);
        for _ in 0..3 {
            let event = Event::Started { chat: ChatKey(0), person: AccountKey(0) };
            queue.push(DateTime::default(), event);
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
}
