//! Which chat is meant, and what the bot may do there.
//!
//! A chat is named by its kind and its number together: numbers of two kinds were seen to overlap.

use adapter_potato::wire;

use super::answer::Failure;
use crate::Platform;
use crate::world::{AccountKey, Chat, ChatKey, ChatKind, Permission, State};

/// The kinds of chats behind a `chat_type`: 3 are supergroups and, as clients found, channels.
pub(super) fn kinds(kind: wire::ChatType) -> &'static [ChatKind] {
    match kind {
        wire::ChatType::User => &[ChatKind::Dialog],
        wire::ChatType::Group => &[ChatKind::Group],
        wire::ChatType::Channel => &[ChatKind::Supergroup, ChatKind::Channel],
    }
}

/// A chat that the bot is in.
pub(super) fn find(
    state: &State,
    bot: AccountKey,
    target: wire::Target,
) -> Result<ChatKey, Failure> {
    let is_inside = |it: &ChatKey| state.chat(*it).member(bot).is_some();
    let mut found = state.chats_of_kind(Platform::Potato, kinds(target.chat_type), target.chat_id);
    if target.chat_type == wire::ChatType::User {
        return found.find(is_inside).ok_or(Failure::UnknownUser);
    }
    let key = found.next().ok_or(Failure::NoSuchGroup)?;
    match state.chat(key) {
        chat if chat.potato.became.is_some() => Err(Failure::Upgraded),
        chat if chat.is_closed => Err(Failure::NoSuchGroup),
        _ if is_inside(&key) => Ok(key),
        _ => Err(Failure::NotInGroup),
    }
}

/// A chat that the bot may write to.
pub(super) fn reach(
    state: &State,
    bot: AccountKey,
    target: wire::Target,
) -> Result<ChatKey, Failure> {
    let key = find(state, bot, target).map_err(|why| match why {
        Failure::UnknownUser => Failure::CannotReach,
        other => other,
    })?;
    let chat = state.chat(key);
    if chat.dialog.is_blacklisted {
        return Err(Failure::Blacklisted);
    }
    let is_gone = chat.peer(bot).is_some_and(|it| state.account(it).is_deleted);
    if chat.dialog.is_stopped || is_gone {
        return Err(Failure::CannotReach);
    }
    if chat.may_write(bot) { Ok(key) } else { Err(refusal(chat, bot)) }
}

/// A chat where the bot has a right. Where all in a group keep order, no bot does: document,
/// `setChatTitle` and `kickChatMember`.
pub(super) fn granted(
    state: &State,
    bot: AccountKey,
    target: wire::Target,
    permission: Permission,
) -> Result<ChatKey, Failure> {
    let key = find(state, bot, target)?;
    let chat = state.chat(key);
    let may = chat.may(bot, permission) && !chat.potato.all_keep_order;
    if may { Ok(key) } else { Err(refusal(chat, bot)) }
}

/// Why a bot may not do something that others may.
pub(super) fn refusal(chat: &Chat, bot: AccountKey) -> Failure {
    if chat.is_admin(bot) && !chat.potato.all_keep_order {
        Failure::PermissionDenied
    } else {
        Failure::NoPermission
    }
}

/// Refuses the kinds of chats that a method is not for.
pub(super) fn only(target: wire::Target, kinds: &[wire::ChatType]) -> Result<(), Failure> {
    kinds.contains(&target.chat_type).then_some(()).ok_or(Failure::WrongChatType)
}

/// Groups, supergroups and channels.
pub(super) const OF_MANY: &[wire::ChatType] = &[wire::ChatType::Group, wire::ChatType::Channel];
