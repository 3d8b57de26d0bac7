//! The conformance suite holds for [`MemoryMessenger`], and each of its checks finds a messenger
//! that breaks it.
#![cfg(feature = "testing")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use gateway_core::messenger::{
    Batch, Capabilities, Edits, Error, ErrorKind, Level, LimitScope, Messenger, Receipt, Result,
    Typing,
};
use gateway_core::model::{
    Account, Action, ActionKind, ChatId, Cursor, Keyboard, MessageId, NewMessage, StyleKind,
    UpdateKind, User,
};
use gateway_core::testing::{Fault, Hand, MemoryMessenger, Seen, conformance};
use tokio::sync::watch;

const SECRET: &str = "10000001:AbCdEfGhIj KlMn";

#[tokio::test(start_paused = true)]
async fn the_messenger_in_memory_passes() {
    conformance::assert(async || Arc::new(MemoryMessenger::new("test")) as Arc<dyn Hand>).await;
}

#[tokio::test(start_paused = true)]
async fn a_messenger_without_any_ability_passes_too() {
    conformance::assert(async || Broken::hand(Defect::None)).await;
}

/// What a messenger may do wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Defect {
    None,
    /// A receipt names a message that is not there.
    WrongReceipt,
    /// Updates come in the order in which they are found.
    Disorder,
    /// The cursor is one too far.
    GreedyCursor,
    /// What was handed out is forgotten, and `consumes` does not say so.
    Forgetful,
    /// An id is made from when the update was fetched.
    FreshIds,
    /// How long to wait is not told.
    NoPause,
    /// Too many requests look like a missing right.
    LimitIsForbidden,
    /// What was refused for being too much is sent all the same.
    LimitIgnored,
    /// Whatever fails is tried again.
    Repeats,
    /// A lost answer looks as if nothing had happened.
    LostIsNothing,
    /// A long text is cut.
    Cuts,
    /// A long text is refused, but not as too large.
    LongIsUnsupported,
    /// Buttons beyond the limit are left out.
    DropsButtons,
    /// What it does not know is left out.
    DropsUnknown,
    /// What it does not know arrives without its JSON.
    UnknownWithoutJson,
    /// It has an accessor for what it cannot do.
    HollowAbility,
    /// It declares a style, and sends the marks as text.
    WritesMarks,
    /// A button that is not declared is left out in silence.
    SwallowsButtons,
    /// Its `Debug` shows the token.
    SecretInDebug,
    /// Its errors show the token.
    SecretInError,
    /// It logs the token, as a URL has it.
    SecretInLog,
}

#[tokio::test(start_paused = true)]
async fn each_check_finds_what_breaks_it() {
    let breaks = [
        (Defect::WrongReceipt, "ids"),
        (Defect::Disorder, "order"),
        (Defect::GreedyCursor, "restart"),
        (Defect::Forgetful, "restart"),
        (Defect::FreshIds, "duplicates"),
        (Defect::NoPause, "rate_limit"),
        (Defect::LimitIsForbidden, "rate_limit_without_time"),
        (Defect::LimitIgnored, "rate_limit_without_time"),
        (Defect::Repeats, "lost_answer"),
        (Defect::LostIsNothing, "lost_answer"),
        (Defect::Cuts, "long_text"),
        (Defect::LongIsUnsupported, "long_text"),
        (Defect::DropsButtons, "large_keyboard"),
        (Defect::DropsUnknown, "unknown_updates"),
        (Defect::UnknownWithoutJson, "unknown_updates"),
        (Defect::HollowAbility, "honesty"),
        (Defect::WritesMarks, "honesty"),
        (Defect::SwallowsButtons, "honesty"),
        (Defect::SecretInDebug, "secrets"),
        (Defect::SecretInError, "secrets"),
        (Defect::SecretInLog, "secrets"),
    ];
    for (defect, check) in breaks {
        let failures = conformance::failures(async || Broken::hand(defect)).await;
        let failed: Vec<&str> = failures.iter().map(|failure| failure.check).collect();
        assert!(failed.contains(&check), "{defect:?} must fail {check}: {failures:?}");
    }
}

/// A messenger in memory with one defect, and the hand on its other side.
struct Broken {
    memory: MemoryMessenger,
    capabilities: Capabilities,
    defect: Defect,
    polls: Arc<AtomicU64>,
}

impl std::fmt::Debug for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = if self.defect == Defect::SecretInDebug { SECRET } else { "[secret]" };
        f.debug_struct("Broken").field("token", &token).finish_non_exhaustive()
    }
}

impl Broken {
    fn hand(defect: Defect) -> Arc<dyn Hand> {
        let memory = MemoryMessenger::new("test");
        let undeclared = Level::Dropped;
        let capabilities = Capabilities {
            styles: memory.capabilities().styles.with(StyleKind::Spoiler, undeclared),
            buttons: memory.capabilities().buttons.with(ActionKind::Clipboard, undeclared),
            ..memory.capabilities().clone()
        };
        Arc::new(Self { memory, capabilities, defect, polls: Arc::default() })
    }

    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    /// The message as this messenger sends it.
    fn bent(&self, message: &NewMessage) -> NewMessage {
        let mut message = message.clone();
        let limit = self.capabilities.text.max;
        let plain = message.text.plain_text();
        if self.is(Defect::Cuts) && plain.chars().count() > limit {
            message.text = plain.chars().take(limit).collect::<String>().into();
        }
        if self.is(Defect::WritesMarks) && !message.text.spans().is_empty() {
            message.text = format!("<b>{}</b>", message.text.plain_text()).into();
        }
        if let Some(Keyboard { rows, .. }) = &mut message.keyboard {
            if self.is(Defect::DropsButtons) {
                rows.truncate(100);
                for row in &mut *rows {
                    row.truncate(8);
                }
            }
            if self.is(Defect::SwallowsButtons) {
                let known = |action: &Action| !matches!(action, Action::Clipboard { .. });
                for row in rows {
                    row.retain(|button| known(&button.action));
                }
            }
        }
        message
    }
}

#[async_trait]
impl Messenger for Broken {
    fn account(&self) -> &Account {
        self.memory.account()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        self.memory.me().await
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let polls = self.polls.fetch_add(1, Ordering::Relaxed);
        if self.is(Defect::SecretInLog) {
            tracing::debug!("GET /updates?access_token=10000001%3AAbCdEfGhIj+KlMn");
        }
        let forgotten = self.is(Defect::Forgetful) && cursor.is_none() && polls > 0;
        let from = if forgotten { Some(Cursor::new("2")) } else { None };
        let mut batch = self.memory.receive(cursor.or(from.as_ref())).await?;
        if self.is(Defect::Disorder) {
            batch.updates.reverse();
        }
        if let (Defect::GreedyCursor, Some(cursor)) = (self.defect, &mut batch.cursor) {
            let next: u64 = cursor.as_str().parse().expect("a number");
            *cursor = Cursor::new((next + 1).to_string());
        }
        if self.is(Defect::DropsUnknown) {
            batch.updates.retain(|it| !matches!(it.kind, UpdateKind::Unknown { .. }));
        }
        for update in &mut batch.updates {
            if self.is(Defect::FreshIds) {
                update.id = format!("{}-{polls}", update.id).into();
            }
            if self.is(Defect::UnknownWithoutJson) {
                update.raw = gateway_core::model::Raw::default();
            }
        }
        Ok(batch)
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        let message = self.bent(message);
        let checked = self.capabilities.check(DOING, &message);
        if let (Defect::LongIsUnsupported, Err(error)) = (self.defect, &checked)
            && matches!(error.kind(), ErrorKind::TooLarge { .. })
        {
            return Err(Error::unsupported(DOING, "long messages"));
        }
        checked.map_err(|error| match self.defect {
            Defect::SecretInError => error.with_text(format!("at /{SECRET}/send")),
            _ => error,
        })?;
        let answer = self.memory.send(chat, &message).await;
        let error = match (answer, self.defect) {
            (Ok(receipt), Defect::WrongReceipt) => {
                return Ok(Receipt { message: MessageId::new(format!("{}0", receipt.message)) });
            }
            (Ok(receipt), _) => return Ok(receipt),
            (Err(error), _) => error,
        };
        match (self.defect, error.kind()) {
            (Defect::Repeats, _) => self.memory.send(chat, &message).await,
            (Defect::LimitIgnored, ErrorKind::RateLimited { .. }) => {
                self.memory.send(chat, &message).await?;
                Err(error)
            }
            (Defect::NoPause, ErrorKind::RateLimited { .. }) => {
                let (scope, retry_after) = (LimitScope::Account, None);
                Err(Error::new(ErrorKind::RateLimited { scope, retry_after }, DOING))
            }
            (Defect::LimitIsForbidden, ErrorKind::RateLimited { .. }) => {
                Err(Error::new(ErrorKind::Forbidden, DOING))
            }
            (Defect::LostIsNothing, ErrorKind::Timeout { .. }) => {
                Err(Error::new(ErrorKind::Unavailable { may_have_happened: false }, DOING))
            }
            _ => Err(error),
        }
    }

    fn edits(&self) -> Option<&dyn Edits> {
        self.is(Defect::WrongReceipt).then_some(self)
    }

    fn typing(&self) -> Option<&dyn Typing> {
        self.is(Defect::HollowAbility).then_some(self)
    }
}

#[async_trait]
impl Edits for Broken {
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        self.memory.edits().expect("it can edit").edit(chat, message, new).await
    }
}

#[async_trait]
impl Typing for Broken {
    async fn show(&self, _: &ChatId, activity: gateway_core::messenger::Activity) -> Result<()> {
        Err(activity.unsupported())
    }
}

#[async_trait]
impl Hand for Broken {
    fn connect(&self) -> Arc<dyn Messenger> {
        Arc::new(Self {
            memory: self.memory.clone(),
            capabilities: self.capabilities.clone(),
            polls: self.polls.clone(),
            ..*self
        })
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.to_owned()]
    }

    async fn says(&self, person: &str, text: &str) {
        Hand::says(&self.memory, person, text).await;
    }

    async fn presses(&self, person: &str, label: &str) -> bool {
        Hand::presses(&self.memory, person, label).await
    }

    async fn sees(&self, person: &str) -> Vec<Seen> {
        self.memory.sees(person).await
    }

    async fn notices(&self, person: &str) -> Vec<String> {
        self.memory.notices(person).await
    }

    async fn raises_unknown(&self, person: &str) {
        Hand::raises_unknown(&self.memory, person).await;
    }

    async fn repeats_last(&self) {
        self.memory.repeats_last().await;
    }

    async fn next_send_meets(&self, fault: Fault) {
        self.memory.next_send_meets(fault);
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.memory.changes()
    }
}
