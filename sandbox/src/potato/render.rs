//! The world, as it is told on this wire.

mod entity;
mod message;

use adapter_potato::wire;
use serde::Serialize;
use serde_json::Value;

use crate::world::{
    Account, AccountKey, Chat, ChatKey, ChatKind, Event, Happening, Member, Permission, Role, State,
};
use message::message;

/// The types hold nothing that JSON cannot.
pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Names that somebody does not have are empty, not absent.
pub(super) fn user(account: &Account) -> wire::User {
    wire::User {
        id: account.id,
        first_name: Some(account.name.clone()),
        last_name: Some(String::new()),
        username: Some(account.username.clone().unwrap_or_default()),
    }
}

/// An update; `None` for events that this messenger tells nobody of.
pub(super) fn update(state: &State, happening: &Happening) -> Option<Value> {
    let lang = |account: AccountKey| Some(state.account(account).locale.clone());
    let update = wire::Update { update_id: happening.first, ..wire::Update::default() };
    let update = match &happening.event {
        Event::Undocumented { chat, kind } => {
            let chat = json(&self::chat(state, *chat));
            return Some(serde_json::json!({"update_id": happening.first, kind: {"chat": chat}}));
        }
        Event::Wrote { chat, message: it } => {
            let told = message(state, *chat, it);
            wire::Update { message: Some(Box::new(told)), lang: lang(it.sender), ..update }
        }
        Event::Edited { chat, message: it } => {
            let told = message(state, *chat, it);
            wire::Update { edited_message: Some(Box::new(told)), lang: lang(it.sender), ..update }
        }
        Event::Pressed { chat, message, person, payload, game, callback } => wire::Update {
            callback_query: Some(wire::CallbackQuery {
                inline_message_id: callback.clone(),
                message_id: message.number,
                chat: self::chat(state, *chat),
                from: user(state.account(*person)),
                data: Some(payload.clone()),
                date: Some(happening.at.timestamp()),
                game_short_name: game.clone(),
            }),
            lang: lang(*person),
            ..update
        },
        Event::Typed { id, person, typed } => wire::Update {
            inline_query: Some(wire::InlineQuery {
                id: id.clone(),
                from: user(state.account(*person)),
                location: typed
                    .location
                    .map(|(latitude, longitude)| wire::Location { longitude, latitude }),
                query: typed.query.clone(),
                offset: typed.offset.clone(),
            }),
            lang: lang(*person),
            ..update
        },
        _ => return None,
    };
    Some(json(&update))
}

/// The kind of a chat, as the first half of its name.
pub(super) fn chat_type(kind: ChatKind) -> wire::ChatType {
    match kind {
        ChatKind::Dialog => wire::ChatType::User,
        ChatKind::Group => wire::ChatType::Group,
        ChatKind::Supergroup | ChatKind::Channel => wire::ChatType::Channel,
    }
}

/// A chat, as it stands in messages.
pub(super) fn chat(state: &State, key: ChatKey) -> wire::Chat {
    let chat = state.chat(key);
    let public = chat.link.clone().filter(|_| chat.is_public && is_large(chat));
    wire::Chat {
        title: chat.title.clone(),
        username: public.or_else(|| person(state, chat)?.username.clone()),
        all_members_are_administrators: chat.potato.all_keep_order.then_some(true),
        ..wire::Chat::new(chat_type(chat.kind), chat.id)
    }
}

/// What `getChat` shows: the document names fields that come with it alone.
pub(super) fn whole_chat(state: &State, key: ChatKey) -> wire::Chat {
    let it = state.chat(key);
    let told = chat(state, key);
    if !is_large(it) {
        return told;
    }
    let link = it.link.as_ref().filter(|_| !it.is_public);
    let pinned = it.pinned.and_then(|number| it.message(number));
    wire::Chat {
        invite_link: link.map(|link| format!("https://pt.im/joinchat/{link}")),
        description: it.description.clone(),
        pinned_message: pinned.map(|pinned| Box::new(message(state, key, pinned))),
        ..told
    }
}

/// Whether it is a supergroup or a channel.
fn is_large(chat: &Chat) -> bool {
    chat_type(chat.kind) == wire::ChatType::Channel
}

/// The person of a dialog.
fn person<'a>(state: &'a State, chat: &Chat) -> Option<&'a Account> {
    let members = chat.members.iter().map(|it| state.account(it.account));
    let person = || members.into_iter().find(|it| !it.is_bot());
    (chat.kind == ChatKind::Dialog).then(person).flatten()
}

/// Somebody in a chat. The rights of a creator are not told, as in the example of
/// `getChatAdministrators`.
pub(super) fn member(state: &State, member: &Member) -> wire::ChatMember {
    let user = user(state.account(member.account));
    match &member.role {
        Role::Owner => wire::ChatMember::new(user, wire::MemberStatus::Creator),
        Role::Plain => wire::ChatMember::new(user, wire::MemberStatus::Member),
        Role::Admin { permissions, .. } => {
            let may = |permission: Permission| Some(permissions.contains(&permission));
            wire::ChatMember {
                can_change_info: may(Permission::CanChangeInfo),
                can_post_messages: may(Permission::CanPostMessages),
                can_edit_messages: may(Permission::CanEditMessages),
                can_delete_messages: may(Permission::CanDeleteMessages),
                can_invite_users: may(Permission::CanInviteUsers),
                can_restrict_members: may(Permission::CanRestrictMembers),
                can_pin_messages: may(Permission::CanPinMessages),
                can_promote_members: may(Permission::CanPromoteMembers),
                ..wire::ChatMember::new(user, wire::MemberStatus::Administrator)
            }
        }
    }
}
