//! A person's hand on a messenger.

use std::time::Duration;

use crate::world::{
    AccountKey, Button, ChatKey, Content, Draft, Message, Platform, Press, RichText, Seen, World,
};

/// A person in a chat, most often their dialog with a bot: they write, press buttons, and see what the bot does.
#[derive(Clone, Debug)]
pub struct Phone {
    world: World,
    chat: ChatKey,
    person: AccountKey,
    read: usize,
}

/// Something the person sees the bot do.
#[derive(Clone, Debug, PartialEq)]
pub enum Glimpse {
    /// It wrote.
    Message(Message),
    /// It changed a message.
    Edited(Message),
    /// It deleted the message of this number.
    Deleted(i64),
    /// It answered the person's press.
    Notice(String),
}

impl Glimpse {
    /// What it says, without formatting; nothing of a message that is gone.
    pub fn text(&self) -> &str {
        match self {
            Self::Message(message) | Self::Edited(message) => &message.content.text.plain,
            Self::Notice(text) => text,
            Self::Deleted(_) => "",
        }
    }
}

/// The bot did nothing for as long as the person waited.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("nothing came within {} ms", .0.as_millis())]
pub struct Silence(pub Duration);

/// No message in the dialog has such a button.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no button {0:?} to press")]
pub struct NoSuchButton(pub String);

impl Phone {
    /// The hand of a person, who is brought in if they are new, in their dialog with the first bot
    /// of a messenger; `None` when the messenger has no bot.
    pub fn of(person: &str, platform: Platform, world: &World) -> Option<Self> {
        let bot = world.bot(platform)?;
        let person = world.add_person(platform, person);
        let chat = world.dialog(bot, person);
        Some(Self { world: world.clone(), chat, person, read: 0 })
    }

    /// The hand of somebody in a chat of theirs; they see what its bots do from now on.
    pub fn in_chat(person: AccountKey, chat: ChatKey, world: &World) -> Self {
        let read = world.look(|state| state.chat(chat).seen.len());
        Self { world: world.clone(), chat, person, read }
    }

    /// The chat.
    pub fn chat(&self) -> ChatKey {
        self.chat
    }

    /// The person.
    pub fn person(&self) -> AccountKey {
        self.person
    }

    /// The person sends whatever a message can carry.
    pub fn sends(&mut self, content: Content) -> Message {
        let draft = Draft { content, ..Draft::default() };
        self.world.act(|state| state.post(self.chat, self.person, draft))
    }

    /// The person changes the text of a message of theirs. `None` when they have no such message.
    pub fn edits(&mut self, number: i64, text: impl Into<RichText>) -> Option<Message> {
        let text = text.into();
        self.world.act(|state| {
            let sender = state.chat(self.chat).message(number)?.sender;
            let is_theirs = sender == self.person;
            is_theirs.then(|| state.edit(self.chat, number, sender, |it| it.text = text)).flatten()
        })
    }

    /// The person deletes a message of theirs. `false` when they have no such message.
    pub fn deletes(&mut self, number: i64) -> bool {
        self.world.act(|state| {
            let sender = state.chat(self.chat).message(number).map(|it| it.sender);
            sender == Some(self.person) && state.delete(self.chat, number, self.person)
        })
    }

    /// The person writes.
    pub fn says(&mut self, text: impl Into<RichText>) -> Message {
        self.world.say(self.chat, self.person, text.into())
    }

    /// The person presses the callback button with this label, on the newest message that has it.
    pub fn presses(&mut self, label: &str) -> Result<(), NoSuchButton> {
        let found = self.world.look(|state| {
            state.chat(self.chat).messages.iter().rev().find_map(|message| {
                let has_label = |it: &&Button| it.label == label;
                message.content.buttons.iter().flatten().filter(has_label).find_map(|button| {
                    match &button.press {
                        Press::Callback { payload, .. } => Some((message.number, payload.clone())),
                        _ => None,
                    }
                })
            })
        });
        found
            .and_then(|(number, payload)| {
                self.world.press(self.chat, self.person, number, &payload)
            })
            .map(drop)
            .ok_or_else(|| NoSuchButton(label.to_owned()))
    }

    /// Waits for the next thing that the bot does.
    pub async fn sees(&mut self, patience: Duration) -> Result<Glimpse, Silence> {
        let mut changes = self.world.changes();
        let next = async {
            loop {
                if let Some(glimpse) = self.next() {
                    return Some(glimpse);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(patience, next).await.ok().flatten().ok_or(Silence(patience))
    }

    fn next(&mut self) -> Option<Glimpse> {
        let (read, glimpse) = self.world.look(|state| {
            let seen = &state.chat(self.chat).seen;
            let new = seen.iter().enumerate().skip(self.read);
            let next = new.clone().find_map(|(place, it)| Some((place + 1, self.glimpse(it)?)));
            match next {
                Some((read, glimpse)) => (read, Some(glimpse)),
                None => (seen.len(), None),
            }
        });
        self.read = read;
        glimpse
    }

    /// What the person sees of it; `None` when it is none of their business.
    fn glimpse(&self, seen: &Seen) -> Option<Glimpse> {
        match seen {
            Seen::Message(message) => Some(Glimpse::Message(message.clone())),
            Seen::Edited(message) => Some(Glimpse::Edited(message.clone())),
            Seen::Notice { person, text, .. } if *person == self.person => {
                Some(Glimpse::Notice(text.clone()))
            }
            Seen::Deleted(number) => Some(Glimpse::Deleted(*number)),
            Seen::Notice { .. } => None,
        }
    }
}
