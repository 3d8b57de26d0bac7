//! Messages.

use gateway_core::model::{
    Attachment, Chat, ChatId, ChatKind, Keyboard, LinkedMessage, Message, MessageId,
};

use super::text::text;
use super::{attachment, chat_by_id, given, keyboard, time, user};
use crate::client::chat_of;
use crate::wire;

/// A message; `None` when it does not say in which chat it is, or has no body: schema 0.5.6 says
/// that a message that only forwards may have none, and with it there is no `mid`, by which alone
/// a message can be told from others, answered and found again.
pub(crate) fn message(wire: wire::Message) -> Option<Message> {
    let chat = chat(&wire.recipient)?;
    let body = wire.body?;
    Some(Message {
        sender: wire.sender.map(user),
        views: wire.stat.and_then(|stat| u64::try_from(stat.views).ok()),
        url: given(wire.url),
        ..of(body, wire.link, chat, wire.timestamp)
    })
}

/// A message that a person made in a constructor. It says nothing of its chat, but its `mid` does.
pub(super) fn constructed(wire: wire::ConstructedMessage) -> Option<Message> {
    let chat = chat_by_id(chat_of(&wire.body.mid)?);
    Some(Message {
        sender: wire.sender.map(user),
        ..of(wire.body, wire.link, chat, wire.timestamp)
    })
}

/// The chat that a message was sent to.
pub(super) fn chat(recipient: &wire::Recipient) -> Option<Chat> {
    let chat_id = recipient.chat_id?;
    let kind = match recipient.chat_type {
        Some(wire::ChatType::Dialog) => ChatKind::Dialog,
        Some(wire::ChatType::Chat) => ChatKind::Group,
        Some(wire::ChatType::Channel) => ChatKind::Channel,
        Some(wire::ChatType::Other) | None => return Some(chat_by_id(chat_id)),
    };
    Some(Chat::new(ChatId::of(chat_id), kind))
}

fn of(
    body: wire::MessageBody,
    link: Option<wire::LinkedMessage>,
    chat: Chat,
    timestamp: i64,
) -> Message {
    let (mut reply_to, mut forward) = (None, None);
    if let Some(link) = link {
        match link.kind {
            wire::LinkKind::Reply => reply_to = Some(Box::new(linked(link))),
            wire::LinkKind::Forward => forward = Some(Box::new(linked(link))),
            wire::LinkKind::Other => {}
        }
    }
    let (keyboard, attachments) = carried(body.attachments.unwrap_or_default());
    Message {
        text: text(body.text.unwrap_or_default(), body.markup.unwrap_or_default()),
        keyboard,
        attachments,
        reply_to,
        forward,
        ..Message::new(body.mid, chat, time(timestamp))
    }
}

/// The message that another answers or passes on.
fn linked(link: wire::LinkedMessage) -> LinkedMessage {
    let body = link.message.unwrap_or_default();
    let (_, attachments) = carried(body.attachments.unwrap_or_default());
    LinkedMessage {
        id: given(Some(body.mid)).map(MessageId::new),
        chat: link.chat_id.map(ChatId::of),
        sender: link.sender.map(user),
        time: None,
        attachments,
        text: text(body.text.unwrap_or_default(), body.markup.unwrap_or_default()),
    }
}

/// On the wire a keyboard is an attachment among others. An inline one goes before a reply
/// keyboard, since presses of it come from this message.
fn carried(wire: Vec<wire::Attachment>) -> (Option<Keyboard>, Vec<Attachment>) {
    let (mut inline, mut reply, mut attachments) = (None, None, Vec::new());
    for it in wire {
        match it {
            wire::Attachment::Known(wire::KnownAttachment::InlineKeyboard { payload, .. }) => {
                inline = Some(keyboard::inline(payload));
            }
            wire::Attachment::Known(wire::KnownAttachment::ReplyKeyboard { buttons }) => {
                reply = Some(keyboard::reply(buttons));
            }
            other => attachments.push(attachment::attachment(other)),
        }
    }
    (inline.or(reply), attachments)
}
