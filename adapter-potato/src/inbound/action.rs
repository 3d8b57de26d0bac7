//! What happened to a chat: `MessageAction`.

use gateway_core::model::{Chat, UpdateKind, User};

use super::{chat, user};
use crate::{Peer, wire};

/// Everything that an action tells, in the order of the document's table; nothing when it is not
/// understood.
pub(super) fn kinds(
    bot: i64,
    message: wire::Message,
    action: wire::MessageAction,
) -> Vec<UpdateKind> {
    let wire::Message { chat: place, from, .. } = message;
    let by = from.map(user);
    let here = chat::chat(place.clone());
    let mut kinds = Vec::new();
    let (me, others): (Vec<_>, Vec<_>) =
        action.new_group_members.unwrap_or_default().into_iter().partition(|it| it.id == bot);
    if !me.is_empty() {
        kinds.push(UpdateKind::BotAdded { chat: here.clone(), by: by.clone() });
    }
    if !others.is_empty() {
        kinds.push(joined(here.clone(), others.into_iter().map(user).collect(), by.clone()));
    }
    if let Some(gone) = action.left_group_member {
        let is_me = gone.id == bot;
        let gone = user(gone);
        // Somebody whom nobody put out went by themselves.
        let by = by.clone().filter(|by| by.id != gone.id);
        kinds.push(if is_me {
            UpdateKind::BotRemoved { chat: here.clone(), by }
        } else {
            UpdateKind::MemberLeft { chat: here.clone(), member: gone, by }
        });
    }
    if let Some(title) = action.new_group_title {
        let chat = Chat { title: Some(title), ..here.clone() };
        kinds.push(UpdateKind::TitleChanged { chat, by });
    }
    let (group, channel) = (wire::ChatType::Group, wire::ChatType::Channel);
    let other = |kind, id| Peer { kind, id }.into();
    let is_group = place.kind == group;
    let is_channel = place.kind == channel;
    if let Some(id) = action.migrate_to_chat_id.filter(|id| *id > 0 && is_group) {
        let (from, to) = (here.id.clone(), other(channel, id));
        kinds.push(UpdateKind::ChatMigrated { chat: here.clone(), from, to });
    }
    if let Some(id) = action.migrate_from_chat_id.filter(|id| *id > 0 && is_channel) {
        let (from, to) = (other(group, id), here.id.clone());
        kinds.push(UpdateKind::ChatMigrated { chat: here, from, to });
    }
    kinds
}

/// Who came; who came alone and is who did it came by themselves.
fn joined(chat: Chat, members: Vec<User>, by: Option<User>) -> UpdateKind {
    let by = by.filter(|by| members.iter().all(|member| member.id != by.id));
    UpdateKind::MembersJoined { chat, members, by }
}
