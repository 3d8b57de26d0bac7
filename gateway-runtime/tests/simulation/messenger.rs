//! A messenger that fails in every way it can.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use gateway_core::Messenger;
use gateway_core::messenger::{
    Batch, Capabilities, Error, ErrorKind, History, LimitScope, Receipt, Result, TextLimit,
};
use gateway_core::model::{
    Account, Chat, ChatId, ChatKind, Cursor, Message, MessageId, NewMessage, Platform, Raw, Update,
    UpdateId, UpdateKind, User,
};
use gateway_core::time::Clock;
use tokio::time::{Instant, sleep};

use crate::dice::Dice;

/// The longest that a message is on its way. It arrives, also when nobody waits for that any more.
const ON_ITS_WAY_MS: u64 = 1_500;

#[derive(Debug)]
pub(crate) struct SimulatedMessenger {
    account: Account,
    capabilities: Capabilities,
    clock: Arc<dyn Clock>,
    dice: Arc<Dice>,
    reads_back: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    updates: Vec<Update>,
    /// What was sent, in the order in which it was asked for.
    sent: Vec<(Instant, Message)>,
    is_calm: bool,
    faults: usize,
}

impl SimulatedMessenger {
    pub(crate) fn new(dice: Arc<Dice>, clock: Arc<dyn Clock>, reads_back: bool) -> Self {
        Self {
            account: Account::new("bot", Platform::new("simulated")),
            capabilities: Capabilities::of_text(TextLimit::characters(100)),
            clock,
            dice,
            reads_back,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody says something.
    pub(crate) fn says(&self, chat: &str, text: &str) {
        let number = self.state().updates.len();
        let chat = Chat::new(chat, ChatKind::Dialog);
        let message = Message {
            sender: Some(User::new("somebody")),
            text: text.into(),
            ..Message::new(format!("in {number}"), chat, self.clock.now())
        };
        let update = Update {
            account: self.account.id.clone(),
            id: UpdateId::of(number),
            time: Some(self.clock.now()),
            locale: None,
            kind: UpdateKind::MessageCreated { message: Box::new(message) },
            raw: Raw::default(),
        };
        self.state().updates.push(update);
    }

    /// From now on nothing fails.
    pub(crate) fn calms_down(&self) {
        self.state().is_calm = true;
    }

    pub(crate) fn count(&self) -> usize {
        self.state().updates.len()
    }

    pub(crate) fn faults(&self) -> usize {
        self.state().faults
    }

    /// What has arrived, by chat, in the order in which it did.
    pub(crate) fn arrived(&self) -> BTreeMap<String, Vec<String>> {
        let mut sent = self.state().sent.clone();
        sent.sort_by_key(|(arrives, _)| *arrives);
        let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (_, message) in sent {
            let text = message.text.plain_text().to_owned();
            arrived.entry(message.chat.id.to_string()).or_default().push(text);
        }
        arrived
    }

    fn goes_wrong(&self, percent: u64) -> bool {
        let mut state = self.state();
        let wrong = !state.is_calm && self.dice.percent(percent);
        state.faults += usize::from(wrong);
        wrong
    }
}

fn unavailable(doing: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable { may_have_happened: false }, doing)
}

#[async_trait]
impl Messenger for SimulatedMessenger {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        sleep(self.dice.millis(50)).await;
        if self.goes_wrong(20) {
            return Err(unavailable("introducing itself"));
        }
        Ok(User { is_bot: Some(true), ..User::new("me") })
    }

    /// A long poll of a second. What was handed out may be handed out again.
    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        sleep(self.dice.millis(100)).await;
        if self.goes_wrong(10) {
            return Err(unavailable("receiving updates"));
        }
        let mut from: usize = cursor.map_or(0, |it| it.as_str().parse().expect("a number"));
        if self.goes_wrong(10) {
            from = from.saturating_sub(3);
        }
        for _ in 0..10 {
            let count = usize::try_from(1 + self.dice.below(6)).expect("a few");
            let updates: Vec<Update> =
                self.state().updates.iter().skip(from).take(count).cloned().collect();
            if !updates.is_empty() {
                let cursor = Some(Cursor::new((from + updates.len()).to_string()));
                return Ok(Batch { updates, cursor });
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(Batch { updates: Vec::new(), cursor: Some(Cursor::new(from.to_string())) })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        if self.goes_wrong(5) {
            sleep(self.dice.millis(300)).await;
            return Err(unavailable(DOING));
        }
        if self.goes_wrong(5) {
            let retry_after = Some(self.dice.millis(5_000));
            let limited = ErrorKind::RateLimited { scope: LimitScope::Chat, retry_after };
            return Err(Error::new(limited, DOING));
        }
        // From here on it happens, whatever becomes of who asked.
        let way = self.dice.millis(ON_ITS_WAY_MS);
        let id = {
            let mut state = self.state();
            let id = MessageId::of(state.sent.len());
            let message = Message {
                sender: Some(User::new("me")),
                text: message.text.clone(),
                ..Message::new(
                    id.clone(),
                    Chat::new(chat.clone(), ChatKind::Dialog),
                    self.clock.now(),
                )
            };
            state.sent.push((Instant::now() + way, message));
            id
        };
        if self.goes_wrong(10) {
            sleep(self.dice.millis(ON_ITS_WAY_MS)).await;
            return Err(Error::new(ErrorKind::Timeout { may_have_happened: true }, DOING));
        }
        sleep(way + self.dice.millis(100)).await;
        Ok(Receipt { message: id })
    }

    fn history(&self) -> Option<&dyn History> {
        self.reads_back.then_some(self)
    }
}

#[async_trait]
impl History for SimulatedMessenger {
    async fn message(&self, _: &ChatId, _: &MessageId) -> Result<Option<Message>> {
        panic!("nobody asks for one message")
    }

    async fn recent(&self, chat: &ChatId, count: usize) -> Result<Vec<Message>> {
        sleep(self.dice.millis(100)).await;
        if self.goes_wrong(10) {
            return Err(unavailable("reading what was said"));
        }
        let now = Instant::now();
        let state = self.state();
        let there = state.sent.iter().filter(|(at, it)| *at <= now && it.chat.id == *chat);
        let mut there: Vec<&(Instant, Message)> = there.collect();
        there.sort_by_key(|(at, _)| *at);
        Ok(there.into_iter().rev().take(count).map(|(_, message)| message.clone()).collect())
    }
}
