//! Chats, and who is in them.

use std::collections::BTreeSet;

use gateway_core::model::{Chat, ChatId, ChatKind, Member, Permission, Role, User, UserId};

use super::{given, time};
use crate::{Peer, wire};

pub(super) fn chat(wire: wire::Chat) -> Chat {
    let kind = match wire.kind {
        wire::ChatType::User => ChatKind::Dialog,
        // Supergroups and channels look alike on the wire; what people write comes from the former.
        wire::ChatType::Group | wire::ChatType::Channel => ChatKind::Group,
    };
    Chat { id: chat_id(&wire), kind, title: wire.title }
}

pub(crate) fn chat_id(wire: &wire::Chat) -> ChatId {
    Peer { kind: wire.kind, id: wire.id }.into()
}

/// The chats of `getGroups`: the only place that tells channels from supergroups.
pub(crate) fn entries(groups: wire::Groups) -> Vec<Chat> {
    let wire::Groups { groups, super_groups, channels } = groups;
    let of = |list: Option<Vec<wire::GroupEntry>>, wire_kind, kind| {
        list.unwrap_or_default().into_iter().map(move |entry| Chat {
            id: Peer { kind: wire_kind, id: entry.id }.into(),
            kind,
            title: given(entry.name),
        })
    };
    of(groups, wire::ChatType::Group, ChatKind::Group)
        .chain(of(super_groups, wire::ChatType::Channel, ChatKind::Group))
        .chain(of(channels, wire::ChatType::Channel, ChatKind::Channel))
        .collect()
}

pub(crate) fn user(wire: wire::User) -> User {
    User {
        first_name: given(wire.first_name),
        last_name: given(wire.last_name),
        username: given(wire.username),
        ..User::new(UserId::of(wire.id))
    }
}

pub(crate) fn member(wire: wire::ChatMember) -> Member {
    let role = match wire.status {
        wire::MemberStatus::Creator => Role::Owner,
        wire::MemberStatus::Administrator => Role::Administrator,
        wire::MemberStatus::Restricted => Role::Restricted,
        wire::MemberStatus::Left => Role::Left,
        wire::MemberStatus::Kicked => Role::Banned,
        wire::MemberStatus::Member | wire::MemberStatus::Other(_) => Role::Member,
    };
    let permissions = permissions(&wire);
    let until = wire.until_date.filter(|seconds| *seconds > 0).map(time);
    Member { permissions, until, ..Member::new(user(wire.user), role) }
}

/// What somebody may do; `None` when not a word is said of it, as of the creator.
fn permissions(wire: &wire::ChatMember) -> Option<BTreeSet<Permission>> {
    let said = [
        (wire.can_change_info, Permission::ChangeInfo),
        (wire.can_post_messages, Permission::Write),
        (wire.can_edit_messages, Permission::EditMessages),
        (wire.can_delete_messages, Permission::DeleteMessages),
        (wire.can_invite_users, Permission::InviteMembers),
        (wire.can_restrict_members, Permission::RemoveMembers),
        (wire.can_pin_messages, Permission::PinMessages),
        (wire.can_promote_members, Permission::AddAdministrators),
        (wire.can_send_messages, Permission::Write),
        (wire.can_send_media_messages, Permission::SendMedia),
        (wire.can_send_other_messages, Permission::SendOther),
        (wire.can_add_web_page_previews, Permission::PreviewLinks),
    ];
    let is_told = said.iter().any(|(may, _)| may.is_some());
    let granted = said.into_iter().filter(|(may, _)| *may == Some(true));
    is_told.then(|| granted.map(|(_, permission)| permission).collect())
}
