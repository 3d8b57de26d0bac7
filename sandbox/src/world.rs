//! People, bots, chats and messages: what is the case, whatever wire it is told on.
//!
//! | room | what is in it |
//! |---|---|
//! | [`State`] | what is the case, and everything that can happen |
//! | `account`, `chat`, `message`, `file`, `constructor`, `subscription` | what there is |
//! | `dialogs`, `membership`, `supergroup`, `talk`, `inline`, `game` | what people and bots do |
//! | `event`, `queue`, `handout` | what bots are told of it, and in which order |
//! | `pace` | how often bots call |
//! | [`Switches`] | what is not proven of the real messengers |
//!
//! Whether somebody may do something is asked before ([`Chat::may`]): who acts on the [`State`]
//! acts.

mod account;
mod chat;
mod constructor;
mod dialogs;
mod event;
mod file;
mod game;
mod handout;
mod ids;
mod inline;
mod membership;
mod message;
mod pace;
mod queue;
mod state;
mod subscription;
mod supergroup;
pub mod switches;
mod talk;
mod text;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::chance::Chance;
use gateway_core::time::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::sync::watch;

pub use account::{Account, AccountKey, Bot, Command};
pub use chat::{
    Activity, Chat, ChatKey, ChatKind, Dialog, Former, Member, OnPotato, Permission, Role, Seen,
};
pub use constructor::Constructor;
pub use event::{CommentChange, DialogChange, Event, Input};
pub use file::{FileKey, FileKind, Measures, StoredFile};
pub use game::Score;
pub(crate) use handout::{Ask, KEPT};
pub use ids::mid;
pub(crate) use ids::{hexadecimal, potato_file_name, share_token, shared_url};
pub use inline::{InlineQuery, Offer, Offered, SwitchButton, Typed};
pub use message::{
    Action, Attachment, Button, Comment, Contact, Content, Draft, Game, Link, Message, Original,
    Press, ReplyKeyboard, Screen, Share, Venue,
};
pub use queue::Happening;
pub use state::{Callback, State};
pub use subscription::Subscription;
pub(crate) use subscription::{Certificate, GivingUp};
pub use switches::{
    EmptyMarker, FilteredUpdates, GroupUpdates, MarkupUnit, PhotosPayload, PollBesideWebhook,
    PollCaps, QueryToken, RemovedOperations, ReplyKeyboards, SecondWebhook, Switches, UploadUrls,
    WebhookCertificates, WebhookHosts, WebhookReplies, WithoutMarker,
};
pub(crate) use talk::Notice;
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
    /// How far the world's time is ahead of its clock, in milliseconds.
    ahead: Mutex<TimeDelta>,
    /// Where uploaded files are; made when the first comes.
    folder: OnceLock<TempDir>,
    changes: watch::Sender<u64>,
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
        let state = Mutex::new(State::new(clock.now(), chance));
        let (faults, folder) = (Faults::default(), OnceLock::new());
        let (ahead, changes) = (Mutex::default(), watch::Sender::new(0));
        Self(Arc::new(Inner { state, faults, clock, ahead, folder, changes }))
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

    /// Looks at what is the case.
    pub fn look<T>(&self, at: impl FnOnce(&State) -> T) -> T {
        at(&self.lock())
    }

    /// Does something, all of it at one moment, and tells those who wait for changes.
    pub fn act<T>(&self, deed: impl FnOnce(&mut State) -> T) -> T {
        let now = self.now();
        let mut state = self.lock();
        // Time does not go back, even when two look at the clock at once.
        state.now = state.now.max(now);
        let done = deed(&mut state);
        drop(state);
        self.0.changes.send_modify(|count| *count += 1);
        done
    }

    /// What time it is in this world.
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = *self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.clock.now() + ahead
    }

    /// Moves this world's time on.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
        self.act(|_| ());
    }

    /// The faults that the messengers shall have.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The fault that meets this call, if one does.
    pub(crate) fn fault(&self, platform: Platform, operation: Operation) -> Option<Fault> {
        self.0.faults.meet(platform, operation)
    }

    /// The same beside another fault that the call has met.
    pub(crate) fn fault_beside(
        &self,
        other: Option<Fault>,
        platform: Platform,
        operation: Operation,
    ) -> Option<Fault> {
        self.0.faults.meet_beside(other, platform, operation)
    }

    /// Where uploaded files are on this machine; they are gone with the world.
    pub(crate) fn folder(&self) -> std::io::Result<&Path> {
        if let Some(folder) = self.0.folder.get() {
            return Ok(folder.path());
        }
        let made = tempfile::Builder::new().prefix("sandbox-").tempdir()?;
        Ok(self.0.folder.get_or_init(|| made).path())
    }

    /// A new bot. Its updates are numbered from the present millisecond on, so that those of a later
    /// world have other numbers: a gateway that remembers this one takes them for new. On Potato it
    /// is what that leaves below 2³¹: what begins anew there, begins below 2³².
    pub fn add_bot(&self, platform: Platform, name: &str, token: &str) -> AccountKey {
        let now = self.now();
        let first_update = match platform {
            Platform::Tamtam | Platform::Max => now.timestamp_millis(),
            // Not the second: two worlds of one second would tell the same numbers in it.
            Platform::Potato => now.timestamp_millis().rem_euclid(1 << 31),
        };
        let bot = Bot::new(token, first_update);
        self.act(|state| state.add_account(platform, name, Some(bot)))
    }

    /// A person on a messenger: the one of this name, or a new one.
    pub fn add_person(&self, platform: Platform, name: &str) -> AccountKey {
        self.act(|state| {
            let known = state.person(platform, name);
            known.unwrap_or_else(|| state.add_account(platform, name, None))
        })
    }

    /// The first bot on a messenger.
    pub fn bot(&self, platform: Platform) -> Option<AccountKey> {
        self.look(|state| state.bot(platform))
    }

    /// The bot with this token.
    pub fn bot_by_token(&self, platform: Platform, token: &str) -> Option<AccountKey> {
        self.look(|state| state.bot_by_token(platform, token))
    }

    /// The dialog of a bot and a person; the first contact opens it, and starts the bot where the
    /// messenger has a start button.
    pub fn dialog(&self, bot: AccountKey, person: AccountKey) -> ChatKey {
        match self.look(|state| state.find_dialog(bot, person)) {
            Some(dialog) => dialog,
            None => self.act(|state| state.dialog(bot, person)),
        }
    }

    /// Somebody writes.
    pub fn say(&self, chat: ChatKey, sender: AccountKey, text: RichText) -> Message {
        self.act(|state| state.post(chat, sender, Draft::of_text(text)))
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
        self.act(|state| state.press(chat, person, number, payload))
    }

    /// Something happens in a chat of which no document tells.
    pub fn raise_undocumented(&self, chat: ChatKey, kind: &str) {
        self.act(|state| state.raise_undocumented(chat, kind));
    }

    /// A bot is told once more what it was told last, as messengers do when they are not sure.
    pub fn repeat_last_update(&self, bot: AccountKey) {
        self.act(|state| state.bot_mut(bot).map(Bot::tell_again));
    }

    /// What happens from now on, a bot is told only after [`Self::release_updates`].
    pub fn hold_updates(&self, bot: AccountKey) {
        self.act(|state| state.bot_mut(bot).map(Bot::hold));
    }

    /// A bot is told what was kept back from it.
    pub fn release_updates(&self, bot: AccountKey) {
        self.act(|state| state.bot_mut(bot).map(Bot::release));
    }

    /// What a bot that polls has yet to be told from the update `from` on, at most `limit`; what
    /// came before is forgotten. Without `from`, everything since the last time something was
    /// forgotten. Beside it, the number of the update after the last one returned.
    pub fn updates(
        &self,
        bot: AccountKey,
        from: Option<i64>,
        limit: usize,
    ) -> (Vec<Happening>, i64) {
        match self.lock().bot_mut(bot) {
            Some(bot) => bot.updates(from, limit),
            None => (Vec::new(), 0),
        }
    }

    /// What a poll of TamTam or MAX gets, as the switches have it.
    pub(crate) fn poll(
        &self,
        bot: AccountKey,
        from: Option<i64>,
        limit: usize,
        kinds: Option<&[&str]>,
    ) -> (Vec<Happening>, i64) {
        let now = self.now();
        let mut state = self.lock();
        let platform = state.account(bot).platform;
        let (markerless, hours) = (state.switches.without_marker, state.switches.update_hours);
        let keeps_others = state.switches.filtered_updates == FilteredUpdates::Kept;
        let poll = queue::Poll { from, limit, kinds, keeps_others };
        let Some(bot) = state.bot_mut(bot) else { return (Vec::new(), 0) };
        if platform == Platform::Max {
            // Before time begins there is nothing to forget.
            if let Some(then) = now.checked_sub_signed(TimeDelta::hours(hours.into())) {
                bot.forget_updates_before(then);
            }
        }
        if from.is_none() && markerless == WithoutMarker::Latest {
            let (latest, next) = bot.latest_update(&poll);
            return (latest.into_iter().collect(), next);
        }
        bot.poll(&poll)
    }

    /// Whether a call of a bot is within what the switches let it ask in a second; it counts when
    /// it is.
    pub(crate) fn admits_call(&self, bot: AccountKey) -> bool {
        let now = self.now();
        let mut state = self.lock();
        let most = state.switches.calls_per_second;
        most == 0 || state.bot_mut(bot).is_none_or(|it| it.calls.admits(now, most))
    }

    /// Whether a poll of a bot comes within `most` a second; it counts when it does.
    pub(crate) fn admits_poll(&self, bot: AccountKey, most: u32) -> bool {
        let now = self.now();
        self.lock().bot_mut(bot).is_none_or(|it| it.polls.admits(now, most))
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
