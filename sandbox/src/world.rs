//! People, bots, chats and messages: what is the case, whatever wire it is told on.

mod account;
mod chat;
mod event;
mod ids;
mod text;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use gateway_core::time::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub use account::{Account, AccountKey, Bot};
pub use chat::{Button, Chat, ChatKey, Draft, Message, Press, Seen};
pub use event::{Event, Happening};
pub use ids::mid;
pub(crate) use text::units_before;
pub use text::{Mark, MarkKind, RichText};

use crate::fault::{Fault, Faults, Operation};

/// The messengers there are.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// TamTam, Bot API 0.5.6.
    Tamtam,
    /// MAX, Bot API 0.0.32.
    Max,
    /// Potato.
    Potato,
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tamtam, Self::Max, Self::Potato];

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tamtam => "tamtam",
            Self::Max => "max",
            Self::Potato => "potato",
        }
    }

    /// Whether a person starts a bot before writing to it, and the bot is told so.
    fn has_start_button(self) -> bool {
        self != Self::Potato
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Platform {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.name() == name)
            .ok_or_else(|| format!("there is no messenger {name:?}: tamtam, max or potato"))
    }
}

/// The world. Clones are the same world.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    faults: Faults,
    clock: Arc<dyn Clock>,
    chance: Chance,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    accounts: Vec<Account>,
    chats: Vec<Chat>,
    callbacks: Vec<Callback>,
    messages_sent: i64,
}

/// A press of a button that a bot may answer.
#[derive(Clone)]
struct Callback {
    id: String,
    bot: AccountKey,
    chat: ChatKey,
    person: AccountKey,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("World")
            .field("accounts", &state.accounts.len())
            .field("chats", &state.chats.len())
            .finish_non_exhaustive()
    }
}

impl World {
    /// An empty world that lives by the machine's clock.
    pub fn new() -> Self {
        Self::with(Arc::new(SystemClock), Chance::from_os())
    }

    /// An empty world with a clock and a source of chance of your own.
    pub fn with(clock: Arc<dyn Clock>, chance: Chance) -> Self {
        let (state, faults) = (Mutex::default(), Faults::default());
        Self(Arc::new(Inner { state, faults, clock, chance, changes: watch::Sender::new(0) }))
    }

    /// A world with one bot on each messenger, whose tokens are `sandbox-tamtam`, `sandbox-max` and
    /// `10000001:sandbox`, and one person, Anna.
    #[must_use]
    pub fn furnished(self) -> Self {
        for (platform, token) in [
            (Platform::Tamtam, "sandbox-tamtam"),
            (Platform::Max, "sandbox-max"),
            (Platform::Potato, "10000001:sandbox"),
        ] {
            self.add_bot(platform, "Helper", token);
            self.add_person(platform, "Anna");
        }
        self
    }

    /// What time it is in this world.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The faults that the messengers shall have.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The fault that meets this call, if one does.
    pub(crate) fn fault(&self, platform: Platform, operation: Operation) -> Option<Fault> {
        self.0.faults.meet(platform, operation)
    }

    /// A new bot. Its updates are numbered from the present millisecond on, so that those of a later
    /// world have other numbers: a gateway that remembers this one takes them for new.
    pub fn add_bot(&self, platform: Platform, name: &str, token: &str) -> AccountKey {
        let first_update = self.now().timestamp_millis();
        let bot = Bot::new(token, first_update);
        self.lock().add_account(platform, name, Some(bot), self.now())
    }

    /// A person on a messenger: the one of this name, or a new one.
    pub fn add_person(&self, platform: Platform, name: &str) -> AccountKey {
        let mut state = self.lock();
        match state.person(platform, name) {
            Some(person) => person,
            None => state.add_account(platform, name, None, self.now()),
        }
    }

    /// The person of this name on a messenger.
    pub fn person(&self, platform: Platform, name: &str) -> Option<AccountKey> {
        self.lock().person(platform, name)
    }

    /// The first bot on a messenger.
    pub fn bot(&self, platform: Platform) -> Option<AccountKey> {
        self.lock().find(|it| it.platform == platform && it.bot.is_some())
    }

    /// The bot with this token.
    pub fn bot_by_token(&self, platform: Platform, token: &str) -> Option<AccountKey> {
        self.lock().find(|it| {
            it.platform == platform && it.bot.as_ref().is_some_and(|bot| bot.token == token)
        })
    }

    /// A copy of an account.
    pub fn account(&self, key: AccountKey) -> Account {
        self.lock().accounts[key.0].clone()
    }

    /// A copy of a chat.
    pub fn chat(&self, key: ChatKey) -> Chat {
        self.lock().chats[key.0].clone()
    }

    /// The chat that a bot knows by this number.
    pub fn chat_of(&self, bot: AccountKey, id: i64) -> Option<ChatKey> {
        self.lock().find_chat(|chat| chat.bot == bot && chat.id == id)
    }

    /// The chat of this number on a messenger, whichever bot is in it.
    pub fn chat_on(&self, platform: Platform, id: i64) -> Option<ChatKey> {
        let state = self.lock();
        state.find_chat(|chat| state.accounts[chat.bot.0].platform == platform && chat.id == id)
    }

    /// The dialog of a bot and a person; the first contact opens it, and starts the bot where the
    /// messenger has a start button.
    pub fn dialog(&self, bot: AccountKey, person: AccountKey) -> ChatKey {
        let mut state = self.lock();
        if let Some(key) = state.find_chat(|chat| chat.bot == bot && chat.person == person) {
            return key;
        }
        let platform = state.accounts[bot.0].platform;
        let id = ids::dialog(platform, state.accounts[bot.0].id, state.accounts[person.0].id);
        let key = ChatKey(state.chats.len());
        state.chats.push(Chat::dialog(id, bot, person));
        if platform.has_start_button() {
            let at = state.mark_activity(person, self.now());
            state.tell(bot, at, Event::Started { chat: key, person });
        }
        self.changed(state);
        key
    }

    /// A person writes.
    pub fn say(&self, chat: ChatKey, person: AccountKey, text: RichText) -> Message {
        let mut state = self.lock();
        let at = state.mark_activity(person, self.now());
        let draft = Draft { text, ..Draft::default() };
        let message = state.post(chat, person, at, draft);
        let bot = state.chats[chat.0].bot;
        state.tell(bot, at, Event::Wrote { chat, message: message.clone() });
        self.changed(state);
        message
    }

    /// A person presses a callback button. `None` when they are not in the chat, or the message has
    /// no such button.
    pub fn press(
        &self,
        chat: ChatKey,
        person: AccountKey,
        number: i64,
        payload: &str,
    ) -> Option<String> {
        let mut state = self.lock();
        let is_theirs = state.chats[chat.0].person == person;
        let message = state.chats[chat.0].message(number).filter(|_| is_theirs)?.clone();
        message
            .button(|press| matches!(press, Press::Callback { payload: it } if it == payload))?;
        let at = state.mark_activity(person, self.now());
        let bot = state.chats[chat.0].bot;
        let id = match state.accounts[bot.0].platform {
            Platform::Potato => ids::potato_callback_id(&self.0.chance),
            Platform::Tamtam | Platform::Max => ids::tamtam_callback_id(&self.0.chance),
        };
        state.callbacks.push(Callback { id: id.clone(), bot, chat, person });
        let payload = payload.to_owned();
        let event = Event::Pressed { chat, message, person, payload, callback: id.clone() };
        state.tell(bot, at, event);
        self.changed(state);
        Some(id)
    }

    /// Something happens in a chat of which no document tells.
    pub fn raise_undocumented(&self, chat: ChatKey, kind: &str) {
        let mut state = self.lock();
        let (bot, kind, at) = (state.chats[chat.0].bot, kind.to_owned(), self.now());
        state.tell(bot, at, Event::Undocumented { chat, kind });
        self.changed(state);
    }

    /// A bot is told once more what it was told last, as messengers do when they are not sure.
    pub fn repeat_last_update(&self, bot: AccountKey) {
        let mut state = self.lock();
        if let Some(bot) = &mut state.accounts[bot.0].bot {
            bot.tell_again();
        }
        self.changed(state);
    }

    /// A bot writes.
    pub fn send(&self, chat: ChatKey, draft: Draft) -> Message {
        let mut state = self.lock();
        let bot = state.chats[chat.0].bot;
        let message = state.post(chat, bot, self.now(), draft);
        state.chats[chat.0].seen.push(Seen::Message(message.clone()));
        self.changed(state);
        message
    }

    /// A bot makes its message what `change` makes of it. `false` when there is no such message,
    /// or it is not the bot's.
    pub fn edit(&self, chat: ChatKey, number: i64, change: impl FnOnce(&mut Message)) -> bool {
        let now = self.now();
        let mut state = self.lock();
        let chat = &mut state.chats[chat.0];
        let bot = chat.bot;
        let Some(message) = chat.message_mut(number).filter(|it| it.sender == bot) else {
            return false;
        };
        change(message);
        message.edited = Some(now);
        let message = message.clone();
        chat.seen.push(Seen::Edited(message));
        self.changed(state);
        true
    }

    /// A bot answers a press: the person who pressed sees `notice`. `false` when the bot knows no
    /// such press.
    pub fn answer(&self, bot: AccountKey, callback: &str, notice: &str) -> bool {
        let mut state = self.lock();
        let known = state.callbacks.iter().find(|it| it.bot == bot && it.id == callback);
        let Some(Callback { chat, person, .. }) = known.cloned() else { return false };
        let at = self.now();
        state.chats[chat.0].seen.push(Seen::Notice { person, at, text: notice.to_owned() });
        self.changed(state);
        true
    }

    /// What a bot has yet to be told from the update `from` on, at most `limit`; what came before
    /// is forgotten. Without `from`, everything since the last time something was forgotten.
    /// Beside it, the number of the update after the last one returned.
    pub fn updates(
        &self,
        bot: AccountKey,
        from: Option<i64>,
        limit: usize,
    ) -> (Vec<Happening>, i64) {
        let mut state = self.lock();
        match &mut state.accounts[bot.0].bot {
            Some(bot) => bot.updates(from, limit),
            None => (Vec::new(), 0),
        }
    }

    /// What a bot has yet to be told; it is forgotten at once.
    pub fn take_updates(&self, bot: AccountKey) -> Vec<Happening> {
        let (updates, next) = self.updates(bot, None, usize::MAX);
        self.updates(bot, Some(next), 0);
        updates
    }

    /// Tells when something changes from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn changed(&self, state: MutexGuard<'_, State>) {
        drop(state);
        self.0.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&self, is: impl Fn(&Account) -> bool) -> Option<AccountKey> {
        self.accounts.iter().position(is).map(AccountKey)
    }

    fn find_chat(&self, is: impl Fn(&Chat) -> bool) -> Option<ChatKey> {
        self.chats.iter().position(is).map(ChatKey)
    }

    fn person(&self, platform: Platform, name: &str) -> Option<AccountKey> {
        self.find(|it| it.platform == platform && it.bot.is_none() && it.name == name)
    }

    fn add_account(
        &mut self,
        platform: Platform,
        name: &str,
        bot: Option<Bot>,
        now: DateTime<Utc>,
    ) -> AccountKey {
        let of_its_kind =
            |it: &&Account| it.platform == platform && it.bot.is_some() == bot.is_some();
        let count = self.accounts.iter().filter(of_its_kind).count();
        let id = ids::account(platform, bot.as_ref(), count);
        let username = bot.as_ref().map(|_| format!("{}_bot", name.to_lowercase()));
        let name = name.to_owned();
        self.accounts.push(Account { platform, id, name, username, last_activity: now, bot });
        AccountKey(self.accounts.len() - 1)
    }

    fn mark_activity(&mut self, person: AccountKey, now: DateTime<Utc>) -> DateTime<Utc> {
        self.accounts[person.0].last_activity = now;
        now
    }

    fn post(
        &mut self,
        chat: ChatKey,
        sender: AccountKey,
        at: DateTime<Utc>,
        draft: Draft,
    ) -> Message {
        self.messages_sent += 1;
        let platform = self.accounts[sender.0].platform;
        let number = ids::message(platform, at, self.messages_sent);
        let message = Message::new(number, sender, at, draft);
        self.chats[chat.0].messages.push(message.clone());
        message
    }

    fn tell(&mut self, bot: AccountKey, at: DateTime<Utc>, event: Event) {
        if let Some(bot) = &mut self.accounts[bot.0].bot {
            bot.tell(at, event);
        }
    }
}
