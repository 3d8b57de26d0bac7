//! A chat as the platform describes it when it is asked.

use gateway_core::model::{ChatDetails, User, UserId};

use super::chat::chat;
use super::message::message;
use crate::wire;

/// What `getChat` tells.
pub(crate) fn details(wire: wire::Chat) -> ChatDetails {
    let (description, link) = (wire.description.clone(), wire.invite_link.clone());
    let username = wire.username.clone().filter(|_| wire.kind == wire::ChatType::User);
    let person = wire.id;
    let pinned = wire.pinned_message.clone().map(|it| Box::new(message(*it)));
    let is_public = wire.username.is_some().then_some(true);
    let is_dialog = wire.kind == wire::ChatType::User;
    let peer = is_dialog.then(|| User { username, ..User::new(UserId::of(person)) });
    ChatDetails {
        description,
        link,
        peer,
        pinned,
        is_public: is_public.filter(|_| !is_dialog),
        ..ChatDetails::new(chat(wire))
    }
}
