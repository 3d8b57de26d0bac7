//! Updates as a handler gets them, for the tests of this crate.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::DateTime;
use futures_util::FutureExt as _;
use gateway_core::Messenger;
use gateway_core::chance::Chance;
use gateway_core::model::{
    ButtonPress, Chat, ChatKind, InlineQuery, Message, Raw, Update, UpdateId, UpdateKind, User,
};
use gateway_core::testing::MemoryMessenger;
use gateway_core::time::Clock as _;

use crate::account::{Receiving, RunningAccount};
use crate::effect::{Effects, Policy, Unwritten};
use crate::journal::{Entry, Fence, Journal, MemoryJournal};
use crate::outbox::Bell;
use crate::scribe::Scribe;
use crate::slots::Slot;
use crate::{Context, HandlerResult, Router};

/// An update of the account `test`, whose bot is `@helper_bot`.
pub(crate) fn context(kind: UpdateKind) -> Context {
    let messenger = MemoryMessenger::new("test");
    let update = Update {
        account: messenger.account().id.clone(),
        id: UpdateId::of(1),
        time: None,
        locale: None,
        kind,
        raw: Raw::default(),
    };
    let me = User { username: Some("helper_bot".to_owned()), ..User::new("me") };
    let clock = messenger.clock();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let receiving = Receiving::Polling;
    let effects = Effects {
        owner: messenger.account().id.clone(),
        account: RunningAccount::new(Arc::new(messenger), receiving, clock.clone(), Arc::default()),
        accounts: Arc::default(),
        scribe: Scribe::alone(journal.clone(), clock.clone()),
        journal,
        since: clock.now(),
        clock,
        chance: Arc::new(Chance::seeded(1)),
        outbox: Bell::default(),
        fence: Fence(1),
        policy: Policy::default(),
        unwritten: Unwritten::default(),
        slot: Slot::default(),
    };
    let update = Arc::new(update);
    let entry = Entry { seq: 1, received_at: DateTime::UNIX_EPOCH, update };
    Context::new(&entry, Arc::new(me), effects)
}

pub(crate) fn dialog() -> Chat {
    Chat::new("anna", ChatKind::Dialog)
}

fn anna() -> User {
    User { first_name: Some("Anna".to_owned()), ..User::new("anna") }
}

pub(crate) fn message(chat: Chat, text: &str) -> Box<Message> {
    let message = Message::new("7", chat, DateTime::UNIX_EPOCH);
    Box::new(Message { sender: Some(anna()), text: text.into(), ..message })
}

/// Anna writes in a chat.
pub(crate) fn says_in(chat: Chat, text: &str) -> UpdateKind {
    UpdateKind::MessageCreated { message: message(chat, text) }
}

/// Anna writes to the bot.
pub(crate) fn says(text: &str) -> UpdateKind {
    says_in(dialog(), text)
}

/// Anna presses a button.
pub(crate) fn presses(payload: &str) -> UpdateKind {
    UpdateKind::ButtonPressed(ButtonPress {
        id: "press".into(),
        chat: Some(dialog()),
        message: Some("7".into()),
        user: anna(),
        payload: payload.to_owned(),
        game: None,
    })
}

/// Anna starts the bot.
pub(crate) fn starts(payload: Option<&str>) -> UpdateKind {
    UpdateKind::BotStarted { chat: dialog(), user: anna(), payload: payload.map(str::to_owned) }
}

/// Updates of many kinds, each by its name.
pub(crate) fn many() -> Vec<(&'static str, UpdateKind)> {
    let chat = Chat::new("tea", ChatKind::Group);
    let by = Some(anna());
    let query = InlineQuery {
        id: "query".into(),
        user: anna(),
        query: "tea".to_owned(),
        offset: String::new(),
        location: None,
    };
    vec![
        ("text", says("hello")),
        ("wordless", says("")),
        ("command", says("/vote tea")),
        ("edited", UpdateKind::MessageEdited { message: message(dialog(), "hello!") }),
        (
            "deleted",
            UpdateKind::MessageDeleted { chat: chat.clone(), message: "7".into(), by: None },
        ),
        ("press", presses("vote:tea")),
        ("started", starts(None)),
        ("linked", starts(Some("invite-5"))),
        ("stopped", UpdateKind::BotStopped { chat: dialog(), user: anna() }),
        ("added", UpdateKind::BotAdded { chat: chat.clone(), by: by.clone() }),
        ("removed", UpdateKind::BotRemoved { chat: chat.clone(), by: by.clone() }),
        (
            "joined",
            UpdateKind::MembersJoined { chat: chat.clone(), members: vec![anna()], by: None },
        ),
        ("left", UpdateKind::MemberLeft { chat: chat.clone(), member: anna(), by: None }),
        ("title", UpdateKind::TitleChanged { chat, by }),
        ("query", UpdateKind::InlineQuery(query)),
        ("unknown", UpdateKind::Unknown { kind: "dance".to_owned(), chat: None }),
    ]
}

/// What handlers and layers have said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    pub(crate) fn say(&self, words: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(words.into());
    }

    /// Everything since the last time.
    pub(crate) fn all(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Hands an update to a router whose handlers do not wait; `None` when no route fits.
pub(crate) fn handled(router: &Router, kind: UpdateKind) -> Option<HandlerResult> {
    router.handle(context(kind)).map(|it| it.now_or_never().expect("nothing waits"))
}
