//! What is said in a chat, by people and by bots.

use super::event::CommentChange;
use super::state::Callback;
use super::{
    AccountKey, ChatKey, ChatKind, Comment, Content, Draft, Event, Message, Permission, Platform,
    Press, Seen, State, ids,
};

/// What a person is shown who pressed a button.
#[derive(Debug, Default)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) is_alert: bool,
    pub(crate) url: Option<String>,
}

impl State {
    /// Somebody writes; what others are told is what this returns.
    pub fn post(&mut self, chat: ChatKey, sender: AccountKey, draft: Draft) -> Message {
        let number = self.next_number(chat);
        let message = Message::new(number, sender, self.now, draft);
        self.mark_activity(sender, Some(chat));
        self.chat_mut(chat).messages.push(message.clone());
        if self.account(sender).is_bot() {
            self.chat_mut(chat).seen.push(Seen::Message(message.clone()));
        }
        let event = Event::Wrote { chat, message: message.clone() };
        self.tell_others(chat, &[sender], Some(Permission::ReadAllMessages), &event);
        message
    }

    fn next_number(&mut self, chat: ChatKey) -> i64 {
        self.messages_sent += 1;
        let platform = self.chat(chat).platform;
        let number = ids::message(platform, self.now, self.messages_sent);
        // The counter in a number is short: later messages have greater numbers all the same.
        let last = self.chat(chat).messages.last().map_or(0, |it| it.number);
        number.max(last + 1)
    }

    /// Makes a message what `change` makes of it. `None` when there is no such message.
    pub fn edit(
        &mut self,
        chat: ChatKey,
        number: i64,
        by: AccountKey,
        change: impl FnOnce(&mut Content),
    ) -> Option<Message> {
        let now = self.now;
        let message = self.chat_mut(chat).message_mut(number)?;
        change(&mut message.content);
        message.edited = Some(now);
        let message = message.clone();
        self.mark_activity(by, Some(chat));
        if self.account(by).is_bot() {
            self.chat_mut(chat).seen.push(Seen::Edited(message.clone()));
        }
        // No bot is told of an edit of its own message: seen on MAX, after PUT and POST /answers.
        let event = Event::Edited { chat, message: message.clone() };
        let knowing = [by, message.keeper()];
        self.tell_others(chat, &knowing, Some(Permission::ReadAllMessages), &event);
        Some(message)
    }

    /// Deletes a message. `false` when there is none.
    pub fn delete(&mut self, chat: ChatKey, number: i64, by: AccountKey) -> bool {
        let found = self.chat_mut(chat);
        let Some(place) = found.place(number) else { return false };
        found.messages.remove(place);
        if found.pinned == Some(number) {
            found.pinned = None;
        }
        self.mark_activity(by, Some(chat));
        if self.account(by).is_bot() {
            self.chat_mut(chat).seen.push(Seen::Deleted(number));
        }
        let event = Event::Deleted { chat, number, by };
        self.tell_others(chat, &[by], Some(Permission::ReadAllMessages), &event);
        true
    }

    /// A person presses a callback button; what comes back is the id by which the bot answers.
    /// `None` when they are not in the chat, or the message has no such button.
    pub fn press(
        &mut self,
        chat: ChatKey,
        person: AccountKey,
        number: i64,
        payload: &str,
    ) -> Option<String> {
        let found = self.chat(chat);
        found.member(person)?;
        let message = found.message(number)?.clone();
        let is_it =
            |it: &Press| matches!(it, Press::Callback { payload: its, .. } if its == payload);
        message.content.button(|button| is_it(&button.press))?;
        let bot = message.keeper();
        let id = match found.platform {
            Platform::Potato => ids::potato_callback_id(&self.chance),
            Platform::Tamtam | Platform::Max => ids::token(&self.chance),
        };
        self.mark_activity(person, Some(chat));
        self.callbacks.insert(id.clone(), Callback { bot, chat, number, person });
        let (payload, game, callback) = (payload.to_owned(), None, id.clone());
        self.tell(bot, Event::Pressed { chat, message, person, payload, game, callback });
        Some(id)
    }

    /// A bot answers a press: the person who pressed sees `notice`. `false` when the bot knows no
    /// such press.
    pub fn answer(&mut self, bot: AccountKey, callback: &str, notice: &str) -> bool {
        self.answer_with(bot, callback, Notice { text: notice.to_owned(), ..Notice::default() })
    }

    /// The same, where the notice may be an alert, or open something.
    pub(crate) fn answer_with(&mut self, bot: AccountKey, callback: &str, notice: Notice) -> bool {
        let Some(Callback { chat, person, .. }) = self.callback(bot, callback) else {
            return false;
        };
        let (at, Notice { text, is_alert, url }) = (self.now, notice);
        self.chat_mut(chat).seen.push(Seen::Notice { person, at, text, is_alert, url });
        true
    }

    /// A person presses a button that opens a chat about its message: the first to press opens it,
    /// and who presses later comes in. `None` when there is no such button.
    ///
    /// Schema 0.5.6, `ChatButton`: the author of the message owns the chat, the bot keeps order in
    /// it, and a button with another `uuid` opens another chat.
    pub fn press_chat(
        &mut self,
        chat: ChatKey,
        person: AccountKey,
        number: i64,
        label: &str,
    ) -> Option<ChatKey> {
        self.chat(chat).member(person)?;
        let message = self.chat(chat).message(number)?;
        let (author, bot) = (message.sender, message.keeper());
        let button = message
            .content
            .button(|it| it.label == label && matches!(it.press, Press::OpenChat { .. }))?;
        let Press::OpenChat { title, description, payload, uuid } = button.press.clone() else {
            return None;
        };
        let is_its =
            |it: &super::Chat| it.opened_by == Some((chat, number)) && it.opened_by_button == uuid;
        let known = self.chats().find(|(_, it)| is_its(it)).map(|(key, _)| key);
        if let Some(opened) = known {
            self.add_member(opened, person, None);
            return Some(opened);
        }
        let opened = self.open_chat(ChatKind::Group, author, &title);
        let now = self.now;
        let new = self.chat_mut(opened);
        new.description = description;
        new.opened_by = Some((chat, number));
        new.opened_by_button = uuid;
        if bot != author {
            let permissions = Permission::TAMTAM.to_vec();
            let role = super::Role::Admin { permissions, alias: None };
            new.members.push(super::Member { role, ..super::Member::plain(bot, now) });
        }
        if person != author && person != bot {
            new.members.push(super::Member::plain(person, now));
        }
        self.mark_activity(person, Some(opened));
        self.tell(bot, Event::ChatOpened { chat: opened, from: chat, number, payload });
        Some(opened)
    }

    /// People see a post of a channel.
    pub fn view(&mut self, chat: ChatKey, number: i64, by: AccountKey) -> bool {
        self.mark_activity(by, Some(chat));
        self.chat_mut(chat).message_mut(number).is_some_and(|message| {
            message.views += 1;
            true
        })
    }

    /// Somebody says something about a message. `None` when there is no such message.
    pub fn comment(
        &mut self,
        chat: ChatKey,
        number: i64,
        by: AccountKey,
        content: Content,
        reply_to: Option<i64>,
    ) -> Option<Comment> {
        self.chat(chat).message(number)?;
        let (own, at) = (self.next_number(chat), self.now);
        let comment = Comment { number: own, sender: by, at, edited: None, content, reply_to };
        self.chat_mut(chat).message_mut(number)?.comments.push(comment.clone());
        self.commented(chat, number, comment.clone(), CommentChange::Written, by);
        Some(comment)
    }

    /// Makes a comment what `change` makes of it. `None` when there is no such comment.
    pub fn edit_comment(
        &mut self,
        chat: ChatKey,
        (number, own): (i64, i64),
        by: AccountKey,
        change: impl FnOnce(&mut Content),
    ) -> Option<Comment> {
        let now = self.now;
        let message = self.chat_mut(chat).message_mut(number)?;
        let comment = message.comments.iter_mut().find(|it| it.number == own)?;
        change(&mut comment.content);
        comment.edited = Some(now);
        let comment = comment.clone();
        self.commented(chat, number, comment.clone(), CommentChange::Edited, by);
        Some(comment)
    }

    /// Deletes a comment. `false` when there is none.
    pub fn delete_comment(
        &mut self,
        chat: ChatKey,
        (number, own): (i64, i64),
        by: AccountKey,
    ) -> bool {
        let Some(message) = self.chat_mut(chat).message_mut(number) else { return false };
        let Some(place) = message.comments.iter().position(|it| it.number == own) else {
            return false;
        };
        let comment = message.comments.remove(place);
        self.commented(chat, number, comment, CommentChange::Deleted, by);
        true
    }

    fn commented(
        &mut self,
        chat: ChatKey,
        number: i64,
        comment: Comment,
        what: CommentChange,
        by: AccountKey,
    ) {
        self.mark_activity(by, Some(chat));
        let event = Event::Commented { chat, number, comment, what, by };
        self.tell_others(chat, &[by], Some(Permission::ReadAllMessages), &event);
    }

    /// Something happens in a chat of which no document tells.
    pub fn raise_undocumented(&mut self, chat: ChatKey, kind: &str) {
        let event = Event::Undocumented { chat, kind: kind.to_owned() };
        self.tell_others(chat, &[], None, &event);
    }
}
