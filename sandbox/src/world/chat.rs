//! Chats and the messages in them.

use chrono::{DateTime, Utc};

use super::{AccountKey, RichText};

/// Names a chat within its world.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ChatKey(pub(super) usize);

/// The dialog of a bot and a person.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Its number on the platform.
    pub id: i64,
    /// The bot in it.
    pub bot: AccountKey,
    /// The person in it.
    pub person: AccountKey,
    /// Its messages, oldest first, as they are now.
    pub messages: Vec<Message>,
    /// What the bot did to be seen by people, oldest first.
    pub seen: Vec<Seen>,
}

impl Chat {
    pub(super) fn dialog(id: i64, bot: AccountKey, person: AccountKey) -> Self {
        Self { id, bot, person, messages: Vec::new(), seen: Vec::new() }
    }

    /// The message of this number.
    pub fn message(&self, number: i64) -> Option<&Message> {
        self.messages.iter().find(|it| it.number == number)
    }

    pub(super) fn message_mut(&mut self, number: i64) -> Option<&mut Message> {
        self.messages.iter_mut().find(|it| it.number == number)
    }
}

/// Something that people see the bot do.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// It wrote.
    Message(Message),
    /// It changed a message.
    Edited(Message),
    /// It answered a press; only the person who pressed sees it.
    Notice {
        /// Who pressed.
        person: AccountKey,
        /// When.
        at: DateTime<Utc>,
        /// What they are shown.
        text: String,
    },
}

/// A message as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its number on the platform.
    pub number: i64,
    /// Who sent it.
    pub sender: AccountKey,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// What it says.
    pub text: RichText,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// The message it answers.
    pub reply_to: Option<i64>,
}

/// A message that is about to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What it says.
    pub text: RichText,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// The message it answers.
    pub reply_to: Option<i64>,
}

impl Message {
    pub(super) fn new(number: i64, sender: AccountKey, at: DateTime<Utc>, draft: Draft) -> Self {
        let Draft { text, buttons, reply_to } = draft;
        Self { number, sender, at, edited: None, text, buttons, reply_to }
    }

    /// The first button that does what is looked for.
    pub fn button(&self, does: impl Fn(&Press) -> bool) -> Option<&Button> {
        self.buttons.iter().flatten().find(|button| does(&button.press))
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What pressing it does.
    pub press: Press,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq)]
pub enum Press {
    /// Tells the bot.
    Callback {
        /// What it is told.
        payload: String,
    },
    /// Opens a page.
    Link {
        /// Its address.
        url: String,
    },
}
