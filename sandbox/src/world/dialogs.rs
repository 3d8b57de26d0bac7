//! What people do with their dialogs.

use chrono::{DateTime, Utc};

use super::event::DialogChange;
use super::{AccountKey, ChatKey, ChatKind, Dialog, Event, Member, State, ids};

impl State {
    /// The dialog of two, if they ever met.
    pub fn find_dialog(&self, one: AccountKey, other: AccountKey) -> Option<ChatKey> {
        let (platform, id) = (self.account(one).platform, self.dialog_id(one, other));
        self.chats_on(platform, id).find(|key| {
            let chat = self.chat(*key);
            chat.member(one).is_some() && chat.member(other).is_some()
        })
    }

    /// The number that the dialog of two has, or would have.
    pub fn dialog_id(&self, one: AccountKey, other: AccountKey) -> i64 {
        let (one, other) = (self.account(one), self.account(other));
        let (bot, person) = if one.is_bot() { (one, other) } else { (other, one) };
        ids::dialog(bot.platform, bot.id, person.id)
    }

    /// The dialog of a bot and somebody; the first contact opens it, and starts the bot where the
    /// messenger has a start button.
    pub fn dialog(&mut self, bot: AccountKey, person: AccountKey) -> ChatKey {
        match self.find_dialog(bot, person) {
            Some(dialog) => dialog,
            None => self.start(bot, person, None),
        }
    }

    /// Somebody starts a bot, for the first time or after they stopped it; `payload` is what the
    /// link carried that led them there.
    pub fn start(
        &mut self,
        bot: AccountKey,
        person: AccountKey,
        payload: Option<String>,
    ) -> ChatKey {
        let chat = match self.find_dialog(bot, person) {
            Some(chat) => chat,
            None => self.open_dialog(bot, person),
        };
        let dialog = &mut self.chat_mut(chat).dialog;
        *dialog = Dialog { muted_until: dialog.muted_until, ..Dialog::default() };
        self.mark_activity(person, Some(chat));
        if self.account(bot).platform.has_start_button() {
            self.tell(bot, Event::Started { chat, person, payload });
        }
        chat
    }

    fn open_dialog(&mut self, bot: AccountKey, person: AccountKey) -> ChatKey {
        let (id, now) = (self.dialog_id(bot, person), self.now);
        let chat = self.add_chat(self.account(bot).platform, ChatKind::Dialog, id);
        self.chat_mut(chat).members = vec![Member::plain(bot, now), Member::plain(person, now)];
        chat
    }

    /// Somebody stops the bot of their dialog.
    pub fn stop(&mut self, chat: ChatKey, person: AccountKey) {
        self.chat_mut(chat).dialog.is_stopped = true;
        self.tell_dialog(chat, person, DialogChange::Stopped);
    }

    /// Somebody puts the bot of their dialog on their blacklist, until they start it again.
    pub fn blacklist(&mut self, chat: ChatKey, person: AccountKey) {
        self.chat_mut(chat).dialog.is_blacklisted = true;
        self.mark_activity(person, Some(chat));
    }

    /// Somebody wants to hear nothing of their dialog until then.
    pub fn mute(&mut self, chat: ChatKey, person: AccountKey, until: DateTime<Utc>) {
        self.chat_mut(chat).dialog.muted_until = Some(until);
        self.tell_dialog(chat, person, DialogChange::Muted { until });
    }

    /// Somebody wants to hear of their dialog again.
    pub fn unmute(&mut self, chat: ChatKey, person: AccountKey) {
        self.chat_mut(chat).dialog.muted_until = None;
        self.tell_dialog(chat, person, DialogChange::Unmuted);
    }

    /// Somebody empties their side of the dialog; the bot's stays.
    pub fn clear(&mut self, chat: ChatKey, person: AccountKey) {
        self.tell_dialog(chat, person, DialogChange::Cleared);
    }

    /// Somebody takes the dialog off their list, which stops the bot.
    pub fn remove_dialog(&mut self, chat: ChatKey, person: AccountKey) {
        self.stop(chat, person);
        self.chat_mut(chat).dialog.is_removed = true;
        self.tell_dialog(chat, person, DialogChange::Removed);
    }

    /// Something between 0 and 255.
    pub(crate) fn random_byte(&self) -> u8 {
        let [byte] = self.chance.bytes();
        byte
    }

    fn tell_dialog(&mut self, chat: ChatKey, person: AccountKey, what: DialogChange) {
        self.mark_activity(person, Some(chat));
        if let Some(bot) = self.chat(chat).peer(person) {
            self.tell(bot, Event::Dialog { chat, person, what });
        }
    }
}
