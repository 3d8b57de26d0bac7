//! A messenger in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{Fault, ManualClock};
use crate::messenger::{
    AttachmentLimits, AttachmentSupport, Capabilities, Caption, Error, Feature, KeyboardLimits,
    Level, Levels, Result, SourceKind, TextLimit,
};
use crate::model::{
    Account, Action, ActionKind, AttachmentKind, Button, ButtonPress, CallbackId, Chat,
    ChatDetails, ChatId, ChatKind, FileId, KeyboardPlace, Member, Message, MessageId, NewMessage,
    Platform, Raw, Role, StyleKind, Text, Update, UpdateId, UpdateKind, User, UserId,
};
use crate::time::Clock as _;

mod abilities;
mod bot;
mod people;

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
///
/// It carries everything, has every ability but webhooks, and a [`Person`](super::Person) can talk
/// on it. Its clones are the same messenger.
#[derive(Clone, Debug)]
pub struct MemoryMessenger {
    account: Account,
    capabilities: Capabilities,
    clock: Arc<ManualClock>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Notify,
    acted: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    updates: Vec<Update>,
    last_update: u64,
    done: Vec<Done>,
    read: usize,
    last_message: u64,
    messages: Vec<Stored>,
    chats: BTreeMap<ChatId, Room>,
    presses: BTreeMap<CallbackId, UserId>,
    notices: Vec<(UserId, String)>,
    files: BTreeMap<FileId, Vec<u8>>,
    refusals: VecDeque<Error>,
    faults: VecDeque<Fault>,
}

/// A message in a chat.
#[derive(Clone, Debug)]
struct Stored {
    message: Message,
    by_bot: bool,
    edits: u64,
}

/// A chat, and who is in it.
#[derive(Clone, Debug)]
struct Room {
    details: ChatDetails,
    members: BTreeMap<UserId, Member>,
    pinned: Option<MessageId>,
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
    /// It deleted a message.
    Deleted {
        /// The message's id.
        id: MessageId,
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
        Self {
            account: Account::new(account, Platform::MEMORY),
            capabilities: everything(),
            clock: Arc::default(),
            shared: Arc::default(),
        }
    }

    /// The same with other capabilities, to see what a bot does with less.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// The same by another clock, so that several live by one.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<ManualClock>) -> Self {
        self.clock = clock;
        self
    }

    /// The clock it lives by. The gateway is to live by it, too: a message of which nobody knows
    /// whether it was sent is looked for among those of that time, and would be sent twice.
    pub fn clock(&self) -> Arc<ManualClock> {
        self.clock.clone()
    }

    /// The next thing that the bot is asked to do fails with this error, and is not done.
    pub fn refuses_next(&self, error: Error) {
        self.lock().refusals.push_back(error);
    }

    /// The next message that the bot sends meets this.
    pub fn next_send_meets(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// Waits for the next thing that the bot does.
    pub async fn next(&self) -> Done {
        let mut acted = self.shared.acted.subscribe();
        loop {
            {
                let mut state = self.lock();
                if let Some(done) = state.done.get(state.read).cloned() {
                    state.read += 1;
                    return done;
                }
            }
            // The sender lives as long as this messenger does.
            let _ = acted.changed().await;
        }
    }

    /// Everything that the bot has done so far, in order.
    pub fn everything_done(&self) -> Vec<Done> {
        self.lock().done.clone()
    }

    fn happens(&self, state: &mut State, kind: UpdateKind) {
        state.last_update += 1;
        let raw = Raw::of(&kind);
        state.updates.push(Update {
            account: self.account.id.clone(),
            id: UpdateId::new(state.last_update.to_string()),
            time: Some(self.clock.now()),
            locale: None,
            kind,
            raw,
        });
        self.shared.arrived.notify_waiters();
    }

    /// The bot does something, unless it meets a refusal.
    fn acts<T>(&self, act: impl FnOnce(&mut State) -> Result<(Option<Done>, T)>) -> Result<T> {
        let mut state = self.lock();
        if let Some(error) = state.refusals.pop_front() {
            return Err(error);
        }
        let (done, result) = act(&mut state)?;
        state.done.extend(done);
        drop(state);
        self.shared.acted.send_modify(|count| *count += 1);
        Ok(result)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId::new(self.last_message.to_string())
    }

    fn message(&mut self, chat: &ChatId, id: &MessageId) -> Option<&mut Stored> {
        self.messages.iter_mut().find(|it| &it.message.chat.id == chat && &it.message.id == id)
    }

    /// The chat; a dialog that nobody has spoken in comes into being.
    fn room(&mut self, chat: &ChatId) -> &mut Room {
        self.chats.entry(chat.clone()).or_insert_with(|| {
            let dialog = Chat::new(chat.clone(), ChatKind::Dialog);
            let person = Member::new(User::new(chat.as_str()), Role::Member);
            Room {
                details: ChatDetails::new(dialog),
                members: BTreeMap::from([(person.user.id.clone(), person)]),
                pinned: None,
            }
        })
    }
}

fn everything() -> Capabilities {
    let characters = TextLimit::characters;
    let support = AttachmentSupport {
        level: Level::Full,
        alone: false,
        caption: Some(Caption { limit: characters(4000), formatted: true }),
        sources: BTreeSet::from([SourceKind::Stored, SourceKind::Url]),
    };
    let attachments = AttachmentKind::ALL.into_iter().filter(|it| *it != AttachmentKind::Unknown);
    let buttons = ActionKind::ALL.into_iter().filter(|it| *it != ActionKind::Other);
    Capabilities {
        styles: Levels::all(Level::Full, StyleKind::ALL),
        keyboards: Levels::all(Level::Full, KeyboardPlace::ALL),
        buttons: Levels::all(Level::Full, buttons.clone()),
        reply_buttons: Levels::all(Level::Full, buttons.filter(|it| it.is_for_reply())),
        keyboard: KeyboardLimits {
            rows: Some(100),
            row: Some(8),
            buttons: Some(200),
            label: Some(characters(128)),
            payload: Some(characters(1024)),
            url: Some(characters(2048)),
            ..KeyboardLimits::default()
        },
        attachments: AttachmentLimits {
            kinds: attachments.map(|kind| (kind, support.clone())).collect(),
            per_message: 10,
        },
        features: Levels::all(Level::Full, Feature::ALL),
        ..Capabilities::of_text(characters(4000))
    }
}

/// How long one `receive` waits for something to happen.
const LONG_POLL: Duration = Duration::from_secs(30);
