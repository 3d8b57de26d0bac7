//! What bots are told.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, Utc};

use super::{AccountKey, ChatKey, Comment, Message, Permission, Platform};

/// Something a bot is told of, with everything as it was when it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person started the bot.
    Started {
        /// Their dialog.
        chat: ChatKey,
        /// The person.
        person: AccountKey,
        /// What the link that led them there carried.
        payload: Option<String>,
    },
    /// A person did something with their dialog.
    Dialog {
        /// Their dialog.
        chat: ChatKey,
        /// The person.
        person: AccountKey,
        /// What they did.
        what: DialogChange,
    },
    /// Somebody wrote.
    Wrote {
        /// Where.
        chat: ChatKey,
        /// What.
        message: Message,
    },
    /// Somebody changed a message.
    Edited {
        /// Where.
        chat: ChatKey,
        /// What it is now.
        message: Message,
    },
    /// Somebody deleted a message.
    Deleted {
        /// Where.
        chat: ChatKey,
        /// Its number.
        number: i64,
        /// Who.
        by: AccountKey,
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
    /// The bot was brought in.
    BotAdded {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
    },
    /// The bot was put out.
    BotRemoved {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
    },
    /// Somebody came.
    Joined {
        /// Where.
        chat: ChatKey,
        /// Who.
        account: AccountKey,
        /// Who brought them in, unless they came by a link.
        inviter: Option<AccountKey>,
    },
    /// Somebody is gone.
    Left {
        /// Where.
        chat: ChatKey,
        /// Who.
        account: AccountKey,
        /// Who put them out, unless they left by themselves.
        by: Option<AccountKey>,
    },
    /// A chat has another title.
    Renamed {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
        /// The title.
        title: String,
    },
    /// Somebody keeps order in a chat from now on, or does no more, or may do other things.
    RoleChanged {
        /// Where.
        chat: ChatKey,
        /// Who made it so.
        by: AccountKey,
        /// Whose.
        account: AccountKey,
        /// What they may do there now; `None` when they keep order no more.
        permissions: Option<Vec<Permission>>,
    },
    /// A button opened a chat.
    ChatOpened {
        /// The new chat.
        chat: ChatKey,
        /// Where the button is.
        from: ChatKey,
        /// The message that has it.
        number: i64,
        /// What the button carries.
        payload: Option<String>,
    },
    /// Somebody builds a message with the bot's help.
    ConstructionAsked {
        /// By which it is answered.
        session: String,
        /// Who.
        person: AccountKey,
        /// What the bot wanted to be reminded of.
        data: Option<String>,
        /// What they did.
        input: Input,
    },
    /// A message that was built with the bot's help was posted.
    Constructed {
        /// The session in which it was built.
        session: String,
        /// Where it is.
        chat: ChatKey,
        /// The message.
        message: Message,
    },
    /// Somebody said something about a message, or changed or deleted that.
    Commented {
        /// Where the message is.
        chat: ChatKey,
        /// Its number.
        number: i64,
        /// What was said.
        comment: Comment,
        /// What became of it.
        what: CommentChange,
        /// Who did that.
        by: AccountKey,
    },
    /// Something of which no document tells.
    Undocumented {
        /// Where.
        chat: ChatKey,
        /// What the messenger calls it.
        kind: String,
    },
}

impl Event {
    /// What TamTam and MAX call it: `update_type`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Started { .. } => "bot_started",
            Self::Dialog { what: DialogChange::Stopped, .. } => "bot_stopped",
            Self::Dialog { what: DialogChange::Cleared, .. } => "dialog_cleared",
            Self::Dialog { what: DialogChange::Muted { .. }, .. } => "dialog_muted",
            Self::Dialog { what: DialogChange::Unmuted, .. } => "dialog_unmuted",
            Self::Dialog { what: DialogChange::Removed, .. } => "dialog_removed",
            Self::Wrote { .. } => "message_created",
            Self::Edited { .. } => "message_edited",
            Self::Deleted { .. } => "message_removed",
            Self::Pressed { .. } => "message_callback",
            Self::BotAdded { .. } => "bot_added",
            Self::BotRemoved { .. } => "bot_removed",
            Self::Joined { .. } => "user_added",
            Self::Left { .. } => "user_removed",
            Self::Renamed { .. } => "chat_title_changed",
            Self::RoleChanged { .. } => "bot_admin_permissions_changed",
            Self::ChatOpened { .. } => "message_chat_created",
            Self::ConstructionAsked { .. } => "message_construction_request",
            Self::Constructed { .. } => "message_constructed",
            Self::Commented { what: CommentChange::Written, .. } => "comment_created",
            Self::Commented { what: CommentChange::Edited, .. } => "comment_edited",
            Self::Commented { what: CommentChange::Deleted, .. } => "comment_removed",
            Self::Undocumented { kind, .. } => kind,
        }
    }

    /// Where it happened, if that is anywhere.
    pub fn chat(&self) -> Option<ChatKey> {
        match self {
            Self::Started { chat, .. }
            | Self::Dialog { chat, .. }
            | Self::Wrote { chat, .. }
            | Self::Edited { chat, .. }
            | Self::Deleted { chat, .. }
            | Self::Pressed { chat, .. }
            | Self::BotAdded { chat, .. }
            | Self::BotRemoved { chat, .. }
            | Self::Joined { chat, .. }
            | Self::Left { chat, .. }
            | Self::Renamed { chat, .. }
            | Self::RoleChanged { chat, .. }
            | Self::ChatOpened { chat, .. }
            | Self::Constructed { chat, .. }
            | Self::Commented { chat, .. }
            | Self::Undocumented { chat, .. } => Some(*chat),
            Self::ConstructionAsked { .. } => None,
        }
    }

    /// Whether a messenger has a word for it: the schema 0.5.6 of TamTam, 0.0.32 of MAX and what
    /// clients of its 0.0.33 know.
    pub(super) fn is_told_on(&self, platform: Platform) -> bool {
        match self {
            Self::Dialog { .. } | Self::RoleChanged { .. } | Self::Commented { .. } => {
                platform != Platform::Tamtam
            }
            Self::ChatOpened { .. } | Self::ConstructionAsked { .. } | Self::Constructed { .. } => {
                platform != Platform::Max
            }
            _ => true,
        }
    }
}

/// What a person did with their dialog.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DialogChange {
    /// The bot may not write any more.
    Stopped,
    /// All messages are gone for the person.
    Cleared,
    /// They want to hear nothing until then.
    Muted {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// They want to hear of it again.
    Unmuted,
    /// They took it off their list.
    Removed,
}

/// What became of a comment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CommentChange {
    /// It is new.
    Written,
    /// It says something else.
    Edited,
    /// It is gone.
    Deleted,
}

/// What somebody who builds a message did.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// They pressed a button of the bot's.
    Pressed {
        /// What it carries.
        payload: String,
    },
    /// They wrote something; nothing yet when they only opened the constructor.
    Wrote {
        /// What they wrote.
        messages: Vec<super::Content>,
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
    /// Those that a poll did not want and that no marker commits.
    kept: BTreeSet<i64>,
}

impl Queue {
    pub(super) fn starting_at(first: i64) -> Self {
        Self { waiting: VecDeque::new(), last: None, next: first, kept: BTreeSet::new() }
    }

    /// Gives an event its number.
    pub(super) fn number(&mut self, at: DateTime<Utc>, event: Event) -> Happening {
        let happening = Happening { number: self.next, first: self.next, at, event };
        self.numbered(happening)
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

    /// Forgets what came before the poll's number, and hands out what it wants, with the number
    /// after the last one that it looked at.
    pub(super) fn poll(&mut self, poll: &Poll<'_>) -> (Vec<Happening>, i64) {
        if let Some(from) = poll.from {
            let kept = &self.kept;
            self.waiting.retain(|it| it.number >= from || kept.contains(&it.number));
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

    pub(super) fn depth(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
