//! What people do on the messenger in memory.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use super::{
    Action, Button, ButtonPress, CallbackId, Chat, ChatDetails, ChatId, ChatKind, Fault, Member,
    MemoryMessenger, Message, MessageId, Role, Room, State, Stored, Text, UpdateKind, User, UserId,
};
use crate::messenger::Messenger;
use crate::model::Keyboard;
use crate::testing::{Hand, Seen};
use crate::time::Clock as _;

impl MemoryMessenger {
    /// The dialog between the bot and a person.
    pub fn dialog(person: &str) -> Chat {
        Chat::new(person.to_lowercase(), ChatKind::Dialog)
    }

    /// A group of these people, the first of them its owner. The bot is told that it was added.
    pub fn group(&self, title: &str, people: &[&str]) -> Chat {
        let mut state = self.lock();
        let id = format!("group-{}", state.chats.len() + 1);
        let chat = Chat { title: Some(title.to_owned()), ..Chat::new(id, ChatKind::Group) };
        let role = |place| if place == 0 { Role::Owner } else { Role::Member };
        let members = people.iter().enumerate().map(|(place, person)| {
            let user = user(person);
            (user.id.clone(), Member::new(user, role(place)))
        });
        let mut details = ChatDetails::new(chat.clone());
        details.owner = people.first().map(|person| user(person).id);
        let room = Room { details, members: members.collect(), pinned: None };
        state.chats.insert(chat.id.clone(), room);
        let by = people.first().map(|person| user(person));
        self.happens(&mut state, UpdateKind::BotAdded { chat: chat.clone(), by });
        chat
    }

    /// A person writes to the bot.
    pub fn says(&self, person: &str, text: impl Into<Text>) -> MessageId {
        self.says_in(&Self::dialog(person), person, text)
    }

    /// A person writes in a chat.
    pub fn says_in(&self, chat: &Chat, person: &str, text: impl Into<Text>) -> MessageId {
        let mut state = self.lock();
        let id = state.next_message();
        let message = Message {
            sender: Some(user(person)),
            text: text.into(),
            ..Message::new(id.clone(), chat.clone(), self.clock.now())
        };
        state.room(&chat.id);
        let stored = Stored { message: message.clone(), by_bot: false, edits: 0 };
        state.messages.push(stored);
        self.happens(&mut state, UpdateKind::MessageCreated { message: Box::new(message) });
        id
    }

    /// A person comes into a group by themselves.
    pub fn joins(&self, chat: &Chat, person: &str) {
        let mut state = self.lock();
        let user = user(person);
        let member = Member::new(user.clone(), Role::Member);
        state.room(&chat.id).members.insert(user.id.clone(), member);
        let (chat, members) = (chat.clone(), vec![user]);
        self.happens(&mut state, UpdateKind::MembersJoined { chat, members, by: None });
    }

    /// A person presses a button of a message.
    pub fn presses(&self, person: &str, message: &MessageId, payload: &str) -> CallbackId {
        let mut state = self.lock();
        let id = CallbackId::new(format!("press-{}", state.updates.len() + 1));
        let chat = state.messages.iter().find(|it| &it.message.id == message);
        let chat = chat.map_or_else(|| Self::dialog(person), |it| it.message.chat.clone());
        let press = ButtonPress {
            id: id.clone(),
            chat: Some(chat),
            message: Some(message.clone()),
            user: user(person),
            payload: payload.to_owned(),
            game: None,
        };
        state.presses.insert(id.clone(), press.user.id.clone());
        self.happens(&mut state, UpdateKind::ButtonPressed(press));
        id
    }

    /// An update that no adapter knows.
    pub fn raises_unknown(&self, kind: &str) {
        let kind = UpdateKind::Unknown { kind: kind.to_owned(), chat: None };
        self.happens(&mut self.lock(), kind);
    }
}

/// The person of this name.
fn user(person: &str) -> User {
    User {
        first_name: Some(person.to_owned()),
        is_bot: Some(false),
        ..User::new(person.to_lowercase())
    }
}

/// The last message of the bot that has a button with this label.
fn button(state: &State, chat: &ChatId, label: &str) -> Option<(MessageId, Button)> {
    state.messages.iter().rev().filter(|it| it.by_bot && &it.message.chat.id == chat).find_map(
        |it| {
            let mut buttons = it.message.keyboard.iter().flat_map(Keyboard::buttons);
            let button = buttons.find(|button| button.label == label)?;
            Some((it.message.id.clone(), button.clone()))
        },
    )
}

#[async_trait]
impl Hand for MemoryMessenger {
    fn connect(&self) -> Arc<dyn Messenger> {
        Arc::new(self.clone())
    }

    /// There is no token.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    async fn says(&self, person: &str, text: &str) {
        self.says(person, text);
    }

    async fn presses(&self, person: &str, label: &str) -> bool {
        let found = button(&self.lock(), &Self::dialog(person).id, label);
        let Some((message, button)) = found else { return false };
        match button.action {
            Action::Callback { payload, .. } => drop(self.presses(person, &message, &payload)),
            Action::Message => drop(self.says(person, button.label)),
            // The others are between the person and their phone.
            _ => {}
        }
        true
    }

    async fn sees(&self, person: &str) -> Vec<Seen> {
        let chat = Self::dialog(person).id;
        let labels = |message: &Message| match &message.keyboard {
            Some(keyboard) => keyboard
                .rows
                .iter()
                .map(|row| row.iter().map(|button| button.label.clone()).collect())
                .collect(),
            None => Vec::new(),
        };
        let state = self.lock();
        let by_bot = state.messages.iter().filter(|it| it.by_bot && it.message.chat.id == chat);
        by_bot
            .map(|it| Seen {
                id: it.message.id.clone(),
                text: it.message.text.clone(),
                buttons: labels(&it.message),
                edits: it.edits,
            })
            .collect()
    }

    async fn notices(&self, person: &str) -> Vec<String> {
        let user = UserId::new(person.to_lowercase());
        let state = self.lock();
        state.notices.iter().filter(|(to, _)| *to == user).map(|(_, it)| it.clone()).collect()
    }

    async fn raises_unknown(&self, person: &str) {
        let kind =
            UpdateKind::Unknown { kind: "waved".to_owned(), chat: Some(Self::dialog(person).id) };
        self.happens(&mut self.lock(), kind);
    }

    async fn repeats_last(&self) {
        let mut state = self.lock();
        let last = state.updates.last().cloned();
        state.updates.extend(last);
        self.shared.arrived.notify_waiters();
    }

    async fn next_send_meets(&self, fault: Fault) {
        self.next_send_meets(fault);
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.shared.acted.subscribe()
    }
}
