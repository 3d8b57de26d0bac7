//! A messenger in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::Notify;

use super::ManualClock;
use crate::messenger::{
    Batch, Callbacks, Capabilities, Edits, Error, ErrorKind, KeyboardLimits, Level, Messenger,
    Polling, Receipt, Result, TextLimit, TextUnit,
};
use crate::model::{
    Account, ButtonPress, CallbackId, Chat, ChatId, ChatKind, Cursor, Message, MessageId,
    NewMessage, Platform, StyleKind, Text, Update, UpdateId, UpdateKind, User,
};
use crate::time::Clock as _;

/// How long one `receive` waits for something to happen.
const LONG_POLL: Duration = Duration::from_secs(30);

/// A messenger in memory: a bot talks to it as to any other, and a test plays the people.
///
/// ```
/// # use gateway_core::testing::{Done, MemoryMessenger};
/// # use gateway_core::{Messenger, model::ChatId};
/// # let rt = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # rt.block_on(async {
/// let messenger = MemoryMessenger::new("test");
/// messenger.says("Anna", "hello");
///
/// let batch = messenger.receive(None).await.unwrap();
/// let chat = batch.updates[0].chat_id().unwrap();
/// messenger.send(chat, &"hi!".into()).await.unwrap();
///
/// assert!(matches!(messenger.next().await, Done::Sent { message, .. } if message == "hi!".into()));
/// # });
/// ```
#[derive(Debug)]
pub struct MemoryMessenger {
    account: Account,
    capabilities: Capabilities,
    clock: Arc<ManualClock>,
    state: Mutex<State>,
    arrived: Notify,
    acted: Notify,
}

#[derive(Debug, Default)]
struct State {
    updates: Vec<Update>,
    done: Vec<Done>,
    read: usize,
    last_message: u64,
    sent: BTreeMap<MessageId, ChatId>,
    refusals: Vec<Error>,
}

/// Something the bot did.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// It sent a message.
    Sent {
        /// To this chat.
        chat: ChatId,
        /// The message's id.
        id: MessageId,
        /// What it sent.
        message: NewMessage,
    },
    /// It edited a message.
    Edited {
        /// The message's id.
        id: MessageId,
        /// What it is now.
        message: NewMessage,
    },
    /// It answered the press of a button.
    Answered {
        /// The press.
        callback: CallbackId,
        /// What it showed.
        notice: String,
    },
}

impl MemoryMessenger {
    /// A messenger with one bot, whose account has this name.
    pub fn new(account: &str) -> Self {
        let characters = |max| TextLimit { max, unit: TextUnit::Characters };
        let styles = [
            StyleKind::Bold,
            StyleKind::Italic,
            StyleKind::Underline,
            StyleKind::Strikethrough,
            StyleKind::Code,
            StyleKind::Link,
        ];
        Self {
            account: Account::new(account, Platform::MEMORY),
            capabilities: Capabilities {
                text: characters(4000),
                styles: styles.into_iter().map(|style| (style, Level::Full)).collect(),
                keyboard: KeyboardLimits {
                    payload: Some(characters(1024)),
                    ..KeyboardLimits::default()
                },
                polling: Polling { idle_pause: Duration::ZERO, consumes: false },
            },
            clock: Arc::default(),
            state: Mutex::default(),
            arrived: Notify::new(),
            acted: Notify::new(),
        }
    }

    /// The clock it lives by.
    pub fn clock(&self) -> Arc<ManualClock> {
        self.clock.clone()
    }

    /// The dialog between the bot and a person.
    pub fn dialog(person: &str) -> Chat {
        Chat::new(person.to_lowercase(), ChatKind::Dialog)
    }

    /// A person writes to the bot.
    pub fn says(&self, person: &str, text: impl Into<Text>) -> MessageId {
        let mut state = self.lock();
        let id = state.next_message();
        let message = Message {
            id: id.clone(),
            chat: Self::dialog(person),
            sender: Some(user(person)),
            time: self.clock.now(),
            edited: None,
            text: text.into(),
            keyboard: None,
            attachments: Vec::new(),
            reply_to: None,
        };
        self.happens(&mut state, UpdateKind::MessageCreated { message });
        id
    }

    /// A person presses a button of a message.
    pub fn presses(&self, person: &str, message: &MessageId, payload: &str) -> CallbackId {
        let mut state = self.lock();
        let id = CallbackId::new(format!("press-{}", state.updates.len() + 1));
        let press = ButtonPress {
            id: id.clone(),
            chat: Self::dialog(person),
            message: Some(message.clone()),
            user: user(person),
            payload: payload.to_owned(),
        };
        self.happens(&mut state, UpdateKind::ButtonPressed(press));
        id
    }

    /// An update that no adapter knows.
    pub fn raises_unknown(&self, kind: &str) {
        let kind = UpdateKind::Unknown { kind: kind.to_owned(), chat: None };
        self.happens(&mut self.lock(), kind);
    }

    /// The next thing that the bot is asked to do fails with this error, and is not done.
    pub fn refuses_next(&self, error: Error) {
        self.lock().refusals.push(error);
    }

    /// Waits for the next thing that the bot does.
    pub async fn next(&self) -> Done {
        loop {
            let acted = self.acted.notified();
            {
                let mut state = self.lock();
                if let Some(done) = state.done.get(state.read).cloned() {
                    state.read += 1;
                    return done;
                }
            }
            acted.await;
        }
    }

    /// Everything that the bot has done so far, in order.
    pub fn everything_done(&self) -> Vec<Done> {
        self.lock().done.clone()
    }

    fn happens(&self, state: &mut State, kind: UpdateKind) {
        let number = state.updates.len() + 1;
        state.updates.push(Update {
            account: self.account.id.clone(),
            id: UpdateId::new(number.to_string()),
            time: Some(self.clock.now()),
            kind,
            raw: Value::Null,
        });
        self.arrived.notify_waiters();
    }

    fn acts(&self, act: impl FnOnce(&mut State) -> Result<Done>) -> Result<()> {
        let mut state = self.lock();
        if !state.refusals.is_empty() {
            return Err(state.refusals.remove(0));
        }
        let done = act(&mut state)?;
        state.done.push(done);
        self.acted.notify_waiters();
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId::new(self.last_message.to_string())
    }
}

fn user(person: &str) -> User {
    let mut user = User::new(person.to_lowercase());
    user.first_name = Some(person.to_owned());
    user.is_bot = Some(false);
    user
}

#[async_trait]
impl Messenger for MemoryMessenger {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        let mut me = User::new("bot");
        me.is_bot = Some(true);
        me.first_name = Some("Bot".to_owned());
        Ok(me)
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let read: usize = match cursor {
            None => 0,
            Some(cursor) => cursor.as_str().parse().map_err(|_| {
                Error::invalid("receiving updates", "cursor", format!("{cursor} is no number"))
            })?,
        };
        let something = async {
            loop {
                let arrived = self.arrived.notified();
                if self.lock().updates.len() > read {
                    return;
                }
                arrived.await;
            }
        };
        // A poll that brings nothing is an answer too.
        let _ = tokio::time::timeout(LONG_POLL, something).await;
        let state = self.lock();
        let updates = state.updates.get(read..).unwrap_or_default().to_vec();
        Ok(Batch { updates, cursor: Some(Cursor::new(state.updates.len().to_string())) })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        self.capabilities.check("sending a message", message)?;
        let mut receipt = None;
        self.acts(|state| {
            let id = state.next_message();
            state.sent.insert(id.clone(), chat.clone());
            receipt = Some(Receipt { message: id.clone() });
            Ok(Done::Sent { chat: chat.clone(), id, message: message.clone() })
        })?;
        receipt.ok_or_else(|| Error::new(ErrorKind::Protocol, "sending a message"))
    }

    fn edits(&self) -> Option<&dyn Edits> {
        Some(self)
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }
}

#[async_trait]
impl Edits for MemoryMessenger {
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        self.capabilities.check(DOING, new)?;
        self.acts(|state| match state.sent.get(message) {
            Some(sent_to) if sent_to == chat => {
                Ok(Done::Edited { id: message.clone(), message: new.clone() })
            }
            _ => Err(Error::new(ErrorKind::NotFound, DOING).with_text(message.as_str())),
        })
    }
}

#[async_trait]
impl Callbacks for MemoryMessenger {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        self.acts(|_| Ok(Done::Answered { callback: callback.clone(), notice: notice.to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asking_again_without_a_cursor_brings_everything_again() {
        let messenger = MemoryMessenger::new("test");
        messenger.says("Anna", "one");
        messenger.says("Anna", "two");

        let batch = messenger.receive(None).await.expect("two updates");
        assert_eq!(messenger.receive(None).await.expect("again"), batch);

        messenger.says("Anna", "three");
        let rest = messenger.receive(batch.cursor.as_ref()).await.expect("the third");
        assert_eq!(rest.updates.len(), 1);
    }

    #[tokio::test]
    async fn a_scripted_refusal_is_handed_out_once_and_nothing_is_done() {
        let messenger = MemoryMessenger::new("test");
        messenger.refuses_next(Error::new(ErrorKind::Forbidden, "sending a message"));

        let chat = ChatId::new("anna");
        messenger.send(&chat, &"hi".into()).await.expect_err("it is refused");
        assert!(messenger.everything_done().is_empty());
        messenger.send(&chat, &"hi".into()).await.expect("the second goes through");
    }

    #[tokio::test]
    async fn only_what_the_bot_sent_can_be_edited() {
        let messenger = MemoryMessenger::new("test");
        let id = messenger.says("Anna", "mine");
        let error = messenger
            .edits()
            .expect("it can edit")
            .edit(&ChatId::new("anna"), &id, &"yours".into())
            .await
            .expect_err("it is Anna's");
        assert_eq!(error.kind(), &ErrorKind::NotFound);
    }
}
