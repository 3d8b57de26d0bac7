//! Chats, and who is in them.

use std::collections::BTreeSet;

use gateway_core::model::{
    Chat, ChatDetails, ChatId, ChatKind, ChatStatus, Member, Permission, Role, User, UserId,
};

use super::{chat_by_id, given, message, some_time};
use crate::wire;

pub(crate) fn user(wire: wire::User) -> User {
    User {
        is_bot: Some(wire.is_bot),
        first_name: given(wire.first_name).or(given(wire.name)),
        last_name: given(wire.last_name),
        username: given(wire.username),
        description: given(wire.description),
        avatar_url: given(wire.full_avatar_url).or(given(wire.avatar_url)),
        last_activity: some_time(wire.last_activity_time),
        ..User::new(UserId::of(wire.user_id))
    }
}

pub(crate) fn chat(wire: &wire::Chat) -> Chat {
    let id = wire.chat_id;
    let kind = match wire.kind {
        wire::ChatType::Dialog => ChatKind::Dialog,
        wire::ChatType::Channel => ChatKind::Channel,
        // The site of MAX calls every chat so in its schema; its wire does not.
        wire::ChatType::Chat if id < 0 => ChatKind::Group,
        wire::ChatType::Chat | wire::ChatType::Other => chat_by_id(id).kind,
    };
    Chat { title: given(wire.title.clone()), ..Chat::new(ChatId::of(id), kind) }
}

pub(crate) fn details(wire: wire::Chat) -> ChatDetails {
    let count = |number: i64| u64::try_from(number).ok();
    ChatDetails {
        status: match wire.status {
            wire::ChatStatus::Active | wire::ChatStatus::Other(_) => ChatStatus::Active,
            wire::ChatStatus::Removed => ChatStatus::Removed,
            wire::ChatStatus::Left => ChatStatus::Left,
            wire::ChatStatus::Closed => ChatStatus::Closed,
            wire::ChatStatus::Suspended => ChatStatus::Suspended,
        },
        icon_url: wire.icon.as_ref().map(|icon| icon.url.clone()),
        link: given(wire.link.clone()),
        is_public: Some(wire.is_public),
        owner: wire.owner_id.map(UserId::of),
        // The wire type has zero where nothing was said, and nobody talks in a chat of nobody.
        members: count(wire.participants_count).filter(|count| *count > 0),
        messages: wire.messages_count.and_then(count),
        last_event: some_time(wire.last_event_time),
        chat: chat(&wire),
        description: given(wire.description),
        peer: wire.dialog_with_user.map(user),
        pinned: wire.pinned_message.and_then(|it| message(*it)).map(Box::new),
    }
}

pub(crate) fn member(wire: wire::ChatMember) -> Member {
    let role = match (wire.is_owner, wire.is_admin) {
        (true, _) => Role::Owner,
        (false, true) => Role::Administrator,
        (false, false) => Role::Member,
    };
    Member {
        permissions: wire.permissions.map(permissions),
        title: given(wire.alias),
        joined: some_time(wire.join_time),
        last_access: some_time(wire.last_access_time),
        ..Member::new(user(wire.user), role)
    }
}

/// What an admin may do. One word of the platforms may stand for several permissions.
pub(super) fn permissions(wire: Vec<wire::ChatAdminPermission>) -> BTreeSet<Permission> {
    use wire::ChatAdminPermission as Word;
    let mut all = BTreeSet::new();
    for word in wire {
        match word {
            Word::ReadAllMessages => all.extend([Permission::ReadMessages]),
            Word::AddRemoveMembers => {
                all.extend([Permission::InviteMembers, Permission::RemoveMembers]);
            }
            Word::AddAdmins => all.extend([Permission::AddAdministrators]),
            Word::ChangeChatInfo => all.extend([Permission::ChangeInfo]),
            Word::PinMessage => all.extend([Permission::PinMessages]),
            Word::Write => all.extend([Permission::Write]),
            Word::CanCall => all.extend([Permission::Call]),
            Word::EditLink => all.extend([Permission::EditLink]),
            Word::Edit | Word::EditMessage => all.extend([Permission::EditMessages]),
            Word::Delete | Word::DeleteMessage => all.extend([Permission::DeleteMessages]),
            Word::ViewStats => all.extend([Permission::ViewStatistics]),
            Word::PostEditDeleteMessage => all.extend([
                Permission::Write,
                Permission::EditMessages,
                Permission::DeleteMessages,
            ]),
            Word::Other(word) => all.extend([Permission::Other(word)]),
        }
    }
    all
}
