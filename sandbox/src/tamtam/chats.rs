//! Chats, and what is pinned in them.

use adapter_tamtam::wire;
use serde_json::Value;

use super::refusal::Refusal;
use super::render::{self, View};
use super::{Call, Facade, access, failure, photo, read, success};
use crate::Platform;
use crate::world::{AccountKey, Activity, ChatKey, ChatKind, Permission, State};

/// `getChats`: how many come when nothing is said, and at most.
const COUNTS: (i64, i64) = (1, 100);
const DEFAULT_COUNT: i64 = 50;

/// `ChatPatch.title`.
const TITLE_LIMIT: usize = 200;

impl Facade {
    /// The chats that the bot is in or was in, oldest first. No source says what a marker is: here
    /// it is the place of the next chat.
    pub(super) fn chats(&self, call: &Call) -> Result<Value, Refusal> {
        self.refuse_removed("GET /chats")?;
        let count = call.given.within("count", COUNTS, DEFAULT_COUNT)?;
        let from = call.given.get::<i64>("marker")?.unwrap_or_default();
        let from = usize::try_from(from).unwrap_or_default();
        Ok(self.view(call, |view| {
            let own = |(_, key): &(usize, ChatKey)| {
                let chat = view.state.chat(*key);
                let is_hidden = self.platform == Platform::Max && chat.dialog.is_removed;
                chat.platform == self.platform
                    && !is_hidden
                    && (chat.member(call.bot).is_some() || chat.former(call.bot).is_some())
            };
            let all = view.state.chats().map(|(key, _)| key).enumerate();
            let mut later = all.skip(from).filter(own);
            let chats = later.by_ref().take(count).map(|(_, key)| view.chat(key)).collect();
            let marker = later.next().and_then(|(place, _)| i64::try_from(place).ok());
            render::json(&wire::ChatList { chats, marker })
        }))
    }

    pub(super) fn chat(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let key = access::chats::known(view.state, call.bot, call.chat())?;
            Ok(render::json(&view.whole_chat(key)))
        })
    }

    /// By the link of a public chat, or by the username of somebody the bot has a dialog with; on
    /// MAX only channels are found, says the schema 0.0.32.
    pub(super) fn chat_by_link(&self, call: &Call) -> Result<Value, Refusal> {
        let given = &call.places.name;
        let name = given.strip_prefix('@').unwrap_or(given);
        self.view(call, |view| {
            let state = view.state;
            let is_found = |key: &ChatKey| {
                let chat = state.chat(*key);
                (chat.is_public || chat.member(call.bot).is_some())
                    && (self.platform != Platform::Max || chat.kind == ChatKind::Channel)
            };
            let by_link = state.chat_by_link(self.platform, name).filter(is_found);
            let dialog = || {
                let peer = state.by_username(self.platform, name)?;
                state.find_dialog(call.bot, peer).filter(|_| self.platform != Platform::Max)
            };
            let key = by_link.or_else(dialog);
            let key = key.ok_or_else(|| Refusal::not_found(&format!("Chat {given} not found")))?;
            Ok(render::json(&view.whole_chat(key)))
        })
    }

    pub(super) fn edit_chat(&self, call: &Call) -> Result<Value, Refusal> {
        let patch: wire::ChatPatch<'static> = read::decoded(&call.body)?;
        if let Some(title) = patch.title.as_deref() {
            check_title(title)?;
        }
        let pin = patch.pin.as_deref().map(read_mid).transpose()?;
        self.world.act(|state| {
            let key = access::chats::kept(state, call.bot, call.chat())?;
            if patch.title.is_some() || patch.icon.is_some() {
                access::chats::granted(state, call.bot, call.chat(), Permission::ChangeChatInfo)?;
            }
            let pin = match (&patch.pin, pin) {
                (Some(mid), Some(place)) => {
                    access::chats::granted(state, call.bot, call.chat(), Permission::PinMessage)?;
                    Some(message_of(state, key, mid, place)?)
                }
                _ => None,
            };
            if let Some(icon) = &patch.icon {
                let icon = photo::named(state, call.bot, icon)?;
                state.chat_mut(key).icon = Some(icon);
            }
            if let Some(title) = patch.title.as_deref() {
                state.rename(key, call.bot, title);
            }
            if pin.is_some() {
                state.pin(key, call.bot, pin);
            }
            Ok(render::json(&self.seen_by(call, state).whole_chat(key)))
        })
    }

    /// MAX; gone from its schema in June 2026.
    pub(super) fn delete_chat(&self, call: &Call) -> Result<Value, Refusal> {
        self.refuse_removed("DELETE /chats")?;
        self.world.act(|state| {
            let key = access::chats::kept(state, call.bot, call.chat())?;
            state.close(key, call.bot);
            Ok(success())
        })
    }

    pub(super) fn action(&self, call: &Call) -> Result<Value, Refusal> {
        let body: wire::ActionRequestBody = read::decoded(&call.body)?;
        let is_known = match &body.action {
            wire::SenderAction::Other(_) => false,
            // MAX took it from its schema in April 2026.
            wire::SenderAction::MarkSeen => self.platform != Platform::Max,
            _ => true,
        };
        if !is_known {
            return Err(Refusal::body());
        }
        self.world.act(|state| {
            let key = access::chats::known(state, call.bot, call.chat())?;
            let chat = state.chat(key);
            if chat.dialog.is_stopped {
                return Err(Refusal::suspended(chat.id));
            }
            if chat.kind != ChatKind::Dialog {
                access::chats::shared(state, call.bot, call.chat())?;
            }
            if !state.chat(key).may_write(call.bot) {
                return Err(Refusal::no_permission());
            }
            let action = body.action.as_str().to_owned();
            let at = state.now();
            state.chat_mut(key).activity = Some(Activity { bot: call.bot, at, action });
            Ok(success())
        })
    }

    pub(super) fn pinned(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let key = access::chats::kept(view.state, call.bot, call.chat())?;
            let chat = view.state.chat(key);
            let pinned = chat.pinned.and_then(|number| chat.message(number));
            let message = pinned.map(|it| view.message(key, it));
            Ok(render::json(&wire::GetPinnedMessageResult { message }))
        })
    }

    pub(super) fn pin(&self, call: &Call) -> Result<Value, Refusal> {
        let body: wire::PinMessageBody<'static> = read::decoded(&call.body)?;
        let place = read_mid(&body.message_id)?;
        self.world.act(|state| {
            let key = access::chats::granted(state, call.bot, call.chat(), Permission::PinMessage)?;
            let number = message_of(state, key, &body.message_id, place)?;
            state.pin(key, call.bot, Some(number));
            Ok(success())
        })
    }

    pub(super) fn unpin(&self, call: &Call) -> Result<Value, Refusal> {
        self.world.act(|state| {
            let key = access::chats::granted(state, call.bot, call.chat(), Permission::PinMessage)?;
            // Asserted by the official client's suite of a second time.
            if state.chat(key).pinned.is_none() {
                return Ok(failure("there is no pinned message"));
            }
            state.pin(key, call.bot, None);
            Ok(success())
        })
    }

    fn seen_by<'a>(&self, call: &'a Call, state: &'a State) -> View<'a> {
        let (platform, bot): (Platform, AccountKey) = (self.platform, call.bot);
        View { state, platform, bot, base: &call.base }
    }
}

impl Call {
    /// The chat that the path names.
    pub(super) fn chat(&self) -> i64 {
        self.places.chat.unwrap_or_default()
    }
}

/// Asserted by the official client's suite: at most 200 characters, and not all of them blank, be
/// it that they have no width.
fn check_title(title: &str) -> Result<(), Refusal> {
    let is_blank = |it: char| {
        it.is_whitespace()
            || it.is_control()
            || matches!(it, '\u{200b}'..='\u{200f}')
            || matches!(it, '\u{2060}'..='\u{2064}' | '\u{180e}' | '\u{feff}')
    };
    if title.chars().count() > TITLE_LIMIT {
        return Err(Refusal::payload("title: size must be between 1 and 200"));
    }
    if title.chars().all(is_blank) {
        return Err(Refusal::payload("title: must not be blank"));
    }
    Ok(())
}

fn read_mid(mid: &str) -> Result<(i64, i64), Refusal> {
    read::mid(mid).ok_or_else(|| Refusal::payload(&format!("message_id: {mid:?} is not an id")))
}

/// The number of a message, if it is in this chat.
fn message_of(
    state: &State,
    key: ChatKey,
    mid: &str,
    (chat, number): (i64, i64),
) -> Result<i64, Refusal> {
    let found = state.chat(key);
    let is_there = found.id == chat && found.message(number).is_some();
    is_there.then_some(number).ok_or_else(|| Refusal::no_message(mid))
}
