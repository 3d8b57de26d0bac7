//! What is said.

use adapter_tamtam::wire;
use chrono::TimeDelta;
use serde_json::Value;

use super::read::{self, Said};
use super::refusal::Refusal;
use super::render::{View, json};
use super::{Call, Facade, access, failure, success};
use crate::Platform;
use crate::world::{AccountKey, ChatKey, ChatKind, Content, Draft, FileKind, Link, Message, State};

/// `getMessages`: how many come when nothing is said, and at most.
const COUNTS: (i64, i64) = (1, 100);
const DEFAULT_COUNT: i64 = 50;

/// How long a message without buttons can be changed in a dialog on MAX: schema 0.0.32,
/// `PUT /messages`.
const EDIT_DAYS: i64 = 7;

/// A message has to say or to show something: a keyboard alone is none.
const BLANK: &str = "Message must have text or attachments";

impl Facade {
    /// `GET /messages`: the newest first, or those that are named, as they are named.
    pub(super) fn messages(&self, call: &Call) -> Result<Value, Refusal> {
        let ids = call.given.list("message_ids");
        let chat: Option<i64> = call.given.get("chat_id")?;
        let from: i64 = call.given.get("from")?.unwrap_or(i64::MAX);
        let to: i64 = call.given.get("to")?.unwrap_or(i64::MIN);
        let count = call.given.within("count", COUNTS, DEFAULT_COUNT)?;
        // Schema 0.5.6: `to` is less than `from`. Who mixes them up means the same.
        let times = from.min(to)..=from.max(to);
        self.view(call, |view| {
            let messages = match (ids, chat) {
                (Some(ids), _) => named(view, &ids)?,
                (None, Some(id)) => {
                    let key = access::chats::joined(view.state, view.bot, id)?;
                    let chat = view.state.chat(key);
                    access::messages::may_read(chat, view.bot)?;
                    let newest = chat.messages.iter().rev();
                    newest
                        .filter(|it| times.contains(&it.at.timestamp_millis()))
                        .take(count)
                        .map(|it| view.read_message(key, it))
                        .collect()
                }
                (None, None) => {
                    return Err(Refusal::payload("chat_id or message_ids: one must be given"));
                }
            };
            Ok(json(&wire::MessageList { messages }))
        })
    }

    /// `GET /messages/{messageId}`.
    pub(super) fn message(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let (chat, message) =
                access::messages::readable(view.state, view.bot, &call.places.name)?;
            Ok(json(&view.read_message(chat, &message)))
        })
    }

    /// `POST /messages`.
    pub(super) fn send(&self, call: &Call) -> Result<Value, Refusal> {
        let chat: Option<i64> = call.given.get("chat_id")?;
        let user: Option<i64> = call.given.get("user_id")?;
        let preview = !call.given.flag("disable_link_preview")?;
        let said = read::message(self.platform, &call.body)?;
        if said.is_blank() {
            return Err(Refusal::payload(BLANK));
        }
        self.world.act(|state| {
            let chat = match (chat, user) {
                (Some(chat), _) => access::chats::joined(state, call.bot, chat)?,
                (None, Some(user)) => access::messages::dialog(state, call.bot, user)?,
                (None, None) => return Err(Refusal::payload("Unknown recipient")),
            };
            access::messages::may_write(state, chat, call.bot)?;
            let draft = drafted(state, call.bot, chat, said, preview)?;
            let message = state.post(chat, call.bot, draft);
            let view = self.sight(call, state);
            Ok(json(&wire::SendMessageResult { message: view.message(chat, &message) }))
        })
    }

    /// `PUT /messages`.
    pub(super) fn edit(&self, call: &Call) -> Result<Value, Refusal> {
        let mid = call.given.required("message_id")?;
        let said = read::message(self.platform, &call.body)?;
        self.world.act(|state| {
            let (chat, message) = access::messages::message(state, call.bot, mid)?;
            let edited = change(state, call.bot, chat, &message, said)?;
            Ok(edited.map_or_else(failure, |()| success()))
        })
    }

    /// `DELETE /messages`.
    pub(super) fn delete(&self, call: &Call) -> Result<Value, Refusal> {
        let mid = call.given.required("message_id")?;
        self.world.act(|state| {
            let (chat, message) = access::messages::message(state, call.bot, mid)?;
            if !access::messages::may_delete(state.chat(chat), call.bot, &message) {
                let message = "No permission to delete the message of another user";
                return Err(Refusal::access(message));
            }
            state.delete(chat, message.number, call.bot);
            Ok(success())
        })
    }

    /// MAX: `GET /videos/{videoToken}`.
    pub(super) fn video(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let found = view.state.file_for(view.bot, &call.places.name);
            let (key, may_see) = found.ok_or_else(|| Refusal::not_found("Video not found"))?;
            let file = view.state.file(key);
            if file.kind != FileKind::Video || file.complete.is_none() {
                return Err(Refusal::not_found("Video not found"));
            }
            if !may_see {
                return Err(Refusal::access("No access to the video"));
            }
            Ok(json(&view.film(key)))
        })
    }

    /// The world within a deed, as the caller is told of it.
    pub(super) fn sight<'a>(&self, call: &'a Call, state: &'a State) -> View<'a> {
        View { state, platform: self.platform, bot: call.bot, base: &call.base }
    }
}

/// Asserted by the official client's suite: one that is not there is an error.
fn named(view: View<'_>, ids: &[&str]) -> Result<Vec<wire::Message>, Refusal> {
    let read = |mid: &&str| {
        let (chat, message) = access::messages::readable(view.state, view.bot, mid)?;
        Ok(view.read_message(chat, &message))
    };
    ids.iter().map(read).collect()
}

/// The message that a bot is about to send.
fn drafted(
    state: &mut State,
    bot: AccountKey,
    chat: ChatKey,
    said: Said,
    preview: bool,
) -> Result<Draft, Refusal> {
    let link = said.link.as_ref().map(|it| access::messages::link(state, bot, it)).transpose()?;
    let text = said.text.map(|it| it.in_chat(state, chat)).unwrap_or_default();
    let mut content = Content { text, preview, ..Content::default() };
    if let Some(attached) = said.attached {
        attached.attach(state, bot, &mut content)?;
    }
    Ok(Draft { content, link, constructed_by: None })
}

/// Changes a message as `PUT /messages` and `POST /answers` do: what is not said stays. The inner
/// error is one that both answer with `success: false`.
///
/// The link to another message stays whatever is said of it: no source tells of another one.
pub(super) fn change(
    state: &mut State,
    bot: AccountKey,
    chat: ChatKey,
    message: &Message,
    said: Said,
) -> Result<Result<(), &'static str>, Refusal> {
    access::messages::may_write(state, chat, bot)?;
    if !access::messages::may_edit(state.chat(chat), bot, message) {
        return Ok(Err("Message of another user can't be edited"));
    }
    if is_too_old(state, chat, message) {
        return Ok(Err("Message can't be edited: it is older than 7 days"));
    }
    if said.is_nothing() {
        return Ok(Ok(()));
    }
    let mut content = message.content.clone();
    if let Some(text) = said.text {
        content.text = text.in_chat(state, chat);
    }
    if let Some(attached) = said.attached {
        attached.attach(state, bot, &mut content)?;
    }
    let is_forward = matches!(message.link, Some(Link::Forward(_)));
    if content.is_blank() && !is_forward {
        return Ok(Err(BLANK));
    }
    state.edit(chat, message.number, bot, |it| *it = content);
    Ok(Ok(()))
}

fn is_too_old(state: &State, chat: ChatKey, message: &Message) -> bool {
    let chat = state.chat(chat);
    chat.platform == Platform::Max
        && chat.kind == ChatKind::Dialog
        && message.content.buttons.is_empty()
        && state.now() - message.at >= TimeDelta::days(EDIT_DAYS)
}
