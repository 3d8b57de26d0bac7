//! What a bot may read, write, change and delete.

use adapter_tamtam::wire;

use super::chats;
use crate::Platform;
use crate::tamtam::read;
use crate::tamtam::refusal::Refusal;
use crate::world::{AccountKey, Chat, ChatKey, ChatKind, Link, Message, Permission, State};

/// The dialog with a user who opened it once.
pub(in crate::tamtam) fn dialog(
    state: &State,
    bot: AccountKey,
    user: i64,
) -> Result<ChatKey, Refusal> {
    let person = state.by_id(state.account(bot).platform, user);
    let dialog = person.and_then(|person| state.find_dialog(bot, person));
    dialog.ok_or_else(|| Refusal::no_dialog(user))
}

/// A message in a chat of the bot's, by its `mid`.
pub(in crate::tamtam) fn message(
    state: &State,
    bot: AccountKey,
    mid: &str,
) -> Result<(ChatKey, Message), Refusal> {
    let (id, number) = read::mid(mid).ok_or_else(|| Refusal::no_message(mid))?;
    let key = chats::joined(state, bot, id)?;
    let found = state.chat(key).message(number).ok_or_else(|| Refusal::no_message(mid))?;
    Ok((key, found.clone()))
}

/// A message that the bot may read: of a channel those read who keep it, asserted by the official
/// client's suite.
pub(in crate::tamtam) fn readable(
    state: &State,
    bot: AccountKey,
    mid: &str,
) -> Result<(ChatKey, Message), Refusal> {
    let (key, message) = message(state, bot, mid)?;
    may_read(state.chat(key), bot)?;
    Ok((key, message))
}

/// Refuses who may not read what is said in a chat.
pub(in crate::tamtam) fn may_read(chat: &Chat, bot: AccountKey) -> Result<(), Refusal> {
    if chat.kind == ChatKind::Channel && !chat.is_admin(bot) {
        return Err(Refusal::chat_denied(&format!("Bot is not an admin of channel {}", chat.id)));
    }
    Ok(())
}

/// Refuses who may not write in a chat now.
pub(in crate::tamtam) fn may_write(
    state: &State,
    chat: ChatKey,
    bot: AccountKey,
) -> Result<(), Refusal> {
    let chat = state.chat(chat);
    // No source says what a bot hears of somebody who closed their account: what it hears of
    // somebody who stopped it.
    let is_gone = |it: AccountKey| state.account(it).is_deleted;
    if chat.dialog.is_stopped || chat.peer(bot).is_some_and(is_gone) {
        return Err(Refusal::suspended(chat.id));
    }
    if chat.is_closed {
        return Err(Refusal::chat_denied(&format!("Chat {} is closed", chat.id)));
    }
    if !chat.may_write(bot) {
        return Err(Refusal::no_permission());
    }
    Ok(())
}

/// Whether a bot may change what a message says: its own; in a channel, with the right, others'.
pub(in crate::tamtam) fn may_edit(chat: &Chat, bot: AccountKey, message: &Message) -> bool {
    const RIGHTS: [Permission; 3] =
        [Permission::Edit, Permission::EditMessage, Permission::PostEditDeleteMessage];
    let has_right =
        || chat.kind == ChatKind::Channel && RIGHTS.into_iter().any(|it| may(chat, bot, it));
    message.keeper() == bot || has_right()
}

/// Whether a bot may delete a message: its own, and others' where it keeps order. TamTam has no
/// right of its own for that (schema 0.5.6, `ChatAdminPermission`), MAX has some.
pub(in crate::tamtam) fn may_delete(chat: &Chat, bot: AccountKey, message: &Message) -> bool {
    const RIGHTS: [Permission; 3] =
        [Permission::Delete, Permission::DeleteMessage, Permission::PostEditDeleteMessage];
    if message.sender == bot {
        return true;
    }
    match chat.platform {
        Platform::Tamtam => chat.is_admin(bot),
        _ => RIGHTS.into_iter().any(|it| may(chat, bot, it)),
    }
}

fn may(chat: &Chat, bot: AccountKey, permission: Permission) -> bool {
    chat.kind != ChatKind::Dialog && chat.may(bot, permission)
}

/// The link of a new message to one that the bot may read.
pub(in crate::tamtam) fn link(
    state: &State,
    bot: AccountKey,
    asked: &wire::NewMessageLink<'_>,
) -> Result<Link, Refusal> {
    let (chat, message) = readable(state, bot, &asked.mid)?;
    let original = Box::new(message.as_original(chat));
    Ok(match asked.kind {
        wire::LinkKind::Forward => Link::Forward(original),
        _ => Link::Reply(original),
    })
}
