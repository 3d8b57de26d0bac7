//! What can be said of an update that is not understood.

use gateway_core::model::{ChatId, Raw, UpdateKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Known, id};
use crate::client::chat_of;

/// What most updates have. Each field is taken by itself, since any of them may be what is wrong;
/// and none is looked into further than it must be, since no tree may be able to hold it.
#[derive(Default, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    update_type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    chat_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Addressed<'a> {
    #[serde(borrow)]
    recipient: Option<Recipient<'a>>,
}

#[derive(Deserialize)]
struct Recipient<'a> {
    #[serde(borrow)]
    chat_id: Option<&'a RawValue>,
}

pub(super) fn read(raw: &Raw) -> Known {
    let text = raw.as_str();
    let envelope: Envelope<'_> = serde_json::from_str(text).unwrap_or_default();
    let kind = envelope.update_type.and_then(read_as::<String>);
    let kind = kind.unwrap_or_else(|| "without update_type".to_owned());
    let recipient = || {
        let message: Addressed<'_> = serde_json::from_str(envelope.message?.get()).ok()?;
        message.recipient?.chat_id.and_then(read_as::<i64>)
    };
    let by_message = || chat_of(&envelope.message_id.and_then(read_as::<String>)?);
    let chat = envelope.chat_id.and_then(read_as::<i64>).or_else(recipient).or_else(by_message);
    let timestamp = envelope.timestamp.map_or("null", RawValue::get);
    Known {
        id: format!("{timestamp}:{kind}:{}", id::checksum(text)),
        at: envelope.timestamp.and_then(read_as::<i64>),
        locale: None,
        kind: UpdateKind::Unknown { kind, chat: chat.map(ChatId::of) },
    }
}

fn read_as<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}
