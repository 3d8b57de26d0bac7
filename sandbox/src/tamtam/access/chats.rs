//! Which chats a bot reaches, and for what.
//!
//! The order is that which was probed on MAX: is there such a chat, is the bot in it, may it do
//! this. What the official client's suite asserted of TamTam: what groups have and dialogs have not
//! is 400 for a dialog, and 403 `chat.denied` for who is not in the chat or keeps no order there.

use crate::Platform;
use crate::tamtam::refusal::Refusal;
use crate::world::{AccountKey, ChatKey, ChatKind, Permission, State};

/// The words of `chat.denied` for who keeps no order.
const NOT_ADMIN: &str = "chat.send.msg.no.permission.because.not.admin";

/// A chat that the bot is in or was in.
pub(in crate::tamtam) fn known(
    state: &State,
    bot: AccountKey,
    id: i64,
) -> Result<ChatKey, Refusal> {
    let platform = state.account(bot).platform;
    let Some(chat) = state.chat_of(bot, id) else {
        return Err(match state.chat_on(platform, id) {
            Some(key) if state.chat(key).kind != ChatKind::Dialog => not_in(id),
            _ => Refusal::no_chat(id),
        });
    };
    // Seen on MAX: whose dialog was removed finds it no more.
    if platform == Platform::Max && state.chat(chat).dialog.is_removed {
        return Err(Refusal::no_chat(id));
    }
    Ok(chat)
}

/// A chat that the bot is in. Asserted by the official client's suite: it may see nothing of one in
/// which it is not.
pub(in crate::tamtam) fn joined(
    state: &State,
    bot: AccountKey,
    id: i64,
) -> Result<ChatKey, Refusal> {
    let chat = known(state, bot, id)?;
    if state.chat(chat).member(bot).is_none() {
        return Err(not_in(id));
    }
    Ok(chat)
}

/// A group or a channel that the bot is in.
pub(in crate::tamtam) fn shared(
    state: &State,
    bot: AccountKey,
    id: i64,
) -> Result<ChatKey, Refusal> {
    let platform = state.account(bot).platform;
    let found = state.chat_of(bot, id).or_else(|| state.chat_on(platform, id));
    // The numbers of dialogs are positive, those of groups and channels negative.
    let is_dialog = found.map_or(id >= 0, |key| state.chat(key).kind == ChatKind::Dialog);
    if is_dialog {
        return Err(Refusal::payload(&format!("chatId: {id} is not a chat or a channel")));
    }
    let is_in = |key: &ChatKey| {
        let chat = state.chat(*key);
        chat.member(bot).is_some() && !chat.is_closed
    };
    found.filter(is_in).ok_or_else(|| not_in(id))
}

/// A group or a channel that the bot keeps order in.
pub(in crate::tamtam) fn kept(state: &State, bot: AccountKey, id: i64) -> Result<ChatKey, Refusal> {
    let chat = shared(state, bot, id)?;
    if !state.chat(chat).is_admin(bot) {
        return Err(Refusal::chat_denied(NOT_ADMIN));
    }
    Ok(chat)
}

/// A group or a channel in which the bot was granted this.
pub(in crate::tamtam) fn granted(
    state: &State,
    bot: AccountKey,
    id: i64,
    permission: Permission,
) -> Result<ChatKey, Refusal> {
    let chat = kept(state, bot, id)?;
    if !state.chat(chat).may(bot, permission) {
        let word = serde_json::to_value(permission).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        return Err(Refusal::access(&format!("chat {id}: permission {word} is required")));
    }
    Ok(chat)
}

fn not_in(id: i64) -> Refusal {
    Refusal::chat_denied(&format!("chat {id}: the bot is not a participant"))
}
