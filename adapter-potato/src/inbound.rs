//! Wire → model.

use chrono::{DateTime, Utc};
use gateway_core::model::{
    AccountId, Attachment, ButtonPress, CallbackId, Chat, ChatId, ChatKind, LinkedMessage, Message,
    MessageId, Raw, Span, Style, Text, Update, UpdateId, UpdateKind, User, UserId, Utf16Offsets,
};
use serde_json::Value;

use crate::{Peer, wire};

/// An update, whatever it is: what is not understood becomes [`UpdateKind::Unknown`].
pub fn update(account: &AccountId, raw: Raw) -> Update {
    let read = serde_json::from_str::<wire::Update>(raw.as_str()).ok();
    let (number, locale) = match &read {
        Some(update) => (Some(update.update_id), update.lang.clone()),
        None => (raw.to_value()["update_id"].as_i64(), None),
    };
    let known = read.and_then(self::known);
    // After a quiet week the platform begins anew with a random number: the number alone may come
    // twice, but not in the same second.
    let when = match &known {
        Some((Some(time), _)) => time.timestamp(),
        _ => i64::from(crc32fast::hash(raw.as_str().as_bytes())),
    };
    let id = UpdateId::of(format_args!("{}:{when}", number.unwrap_or_default()));
    let (time, kind) = known.unwrap_or_else(|| (None, unknown(&raw)));
    Update { account: account.clone(), id, time, locale, kind, raw }
}

fn known(update: wire::Update) -> Option<(Option<DateTime<Utc>>, UpdateKind)> {
    match (update.message, update.edited_message, update.callback_query) {
        // A message with an action is about the chat, and by nobody.
        (Some(message), None, None) if message.action.is_none() => {
            let message = Box::new(self::message(*message));
            Some((Some(message.time), UpdateKind::MessageCreated { message }))
        }
        (None, Some(message), None) if message.action.is_none() => {
            let message = Box::new(self::message(*message));
            let time = message.edited.unwrap_or(message.time);
            Some((Some(time), UpdateKind::MessageEdited { message }))
        }
        (None, None, Some(press)) => {
            let kind = UpdateKind::ButtonPressed(ButtonPress {
                id: CallbackId::new(press.inline_message_id),
                chat: Some(chat(press.chat)),
                message: Some(MessageId::of(press.message_id)),
                user: user(press.from),
                payload: press.data.unwrap_or_default(),
                game: None,
            });
            Some((press.date.map(time), kind))
        }
        _ => None,
    }
}

fn unknown(raw: &Raw) -> UpdateKind {
    let raw = raw.to_value();
    let about = ["update_id", "lang", "os_type"];
    let part = raw.as_object().and_then(|fields| {
        fields.iter().find(|(name, value)| !value.is_null() && !about.contains(&name.as_str()))
    });
    let (kind, chat) = match part {
        Some((name, value)) if value.get("action").is_some_and(|it| !it.is_null()) => {
            (format!("{name}.action"), &value["chat"])
        }
        Some((name, value)) => (name.clone(), &value["chat"]),
        None => ("empty".to_owned(), &Value::Null),
    };
    let chat = serde_json::from_value::<wire::Chat>(chat.clone()).ok();
    UpdateKind::Unknown { kind, chat: chat.map(|chat| chat_id(&chat)) }
}

fn message(wire: wire::Message) -> Message {
    let attachments = wire
        .rest
        .into_iter()
        .filter(|(_, raw)| !raw.is_null())
        .map(|(kind, raw)| Attachment::Unknown { kind, raw: Raw::of(&raw) })
        .collect();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let plain = given(wire.text).or(given(wire.caption)).unwrap_or_default();
    Message {
        sender: wire.from.map(user),
        edited: wire.edit_date.map(time),
        text: text(plain, wire.entities.unwrap_or_default()),
        attachments,
        reply_to: wire.reply_to_message.map(|original| Box::new(linked(message(*original)))),
        ..Message::new(MessageId::of(wire.message_id), chat(wire.chat), time(wire.date))
    }
}

fn linked(original: Message) -> LinkedMessage {
    LinkedMessage {
        id: Some(original.id),
        chat: Some(original.chat.id),
        sender: original.sender,
        time: Some(original.time),
        text: original.text,
        attachments: original.attachments,
    }
}

fn chat(wire: wire::Chat) -> Chat {
    let kind = match wire.kind {
        wire::ChatType::User => ChatKind::Dialog,
        // Supergroups and channels look alike on the wire; what people write comes from the former.
        wire::ChatType::Group | wire::ChatType::Channel => ChatKind::Group,
    };
    Chat { id: chat_id(&wire), kind, title: wire.title.filter(|title| !title.is_empty()) }
}

fn chat_id(wire: &wire::Chat) -> ChatId {
    Peer { kind: wire.kind, id: wire.id }.into()
}

pub(crate) fn user(wire: wire::User) -> User {
    let given = |name: Option<String>| name.filter(|name| !name.is_empty());
    User {
        first_name: given(wire.first_name),
        last_name: given(wire.last_name),
        username: given(wire.username),
        ..User::new(UserId::of(wire.id))
    }
}

fn text(plain: String, entities: Vec<wire::Entity>) -> Text {
    if entities.is_empty() {
        return plain.into();
    }
    let offsets = Utf16Offsets::new(&plain);
    let spans: Vec<Span> = entities
        .into_iter()
        .filter_map(|entity| {
            // A place before the text is none; the text itself counts all the same.
            let offset = usize::try_from(entity.offset).ok()?;
            let length = usize::try_from(entity.length).ok()?;
            let range = offsets.to_bytes(offset, length);
            let style = style(&plain[range.clone()], entity)?;
            Some(Span { start: range.start, end: range.end, style })
        })
        .collect();
    Text::from_parts(plain, spans)
}

fn style(covered: &str, entity: wire::Entity) -> Option<Style> {
    Some(match entity.kind {
        wire::EntityType::Bold => Style::Bold,
        wire::EntityType::Italic => Style::Italic,
        wire::EntityType::Code => Style::Code,
        wire::EntityType::Url => Style::Link { url: covered.to_owned() },
        wire::EntityType::TextUrl => Style::Link { url: entity.url? },
        wire::EntityType::Mention => {
            let username = covered.strip_prefix('@').map(str::to_owned);
            Style::Mention { user: None, username }
        }
        wire::EntityType::MentionName => {
            let user = entity.user_id.map(UserId::of);
            Style::Mention { user, username: None }
        }
        wire::EntityType::Email => Style::Email,
        wire::EntityType::BotCommand => Style::Command,
        wire::EntityType::Other(_) => return None,
    })
}

/// The end of the year 9999: what is beyond it no database and no RFC 3339 can hold.
const LAST_SECOND: i64 = 253_402_300_799;

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds.clamp(0, LAST_SECOND), 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decoded(raw: &Value) -> Update {
        update(&AccountId::new("test"), Raw::of(raw))
    }

    /// The example of `getUpdates` in the document.
    fn documented() -> Value {
        json!({
            "update_id": 1,
            "message": {
                "message_id": 57,
                "chat": {"id": 11_370_003, "type": 2, "title": "group1"},
                "from": {"id": 22_800_001, "first_name": "David", "last_name": "Smith", "username": ""},
                "text": "123",
                "date": 1_544_440_630,
            },
            "inline_query": null,
            "lang": "en",
        })
    }

    #[test]
    fn the_documents_example_is_decoded() {
        let update = decoded(&documented());
        let UpdateKind::MessageCreated { message } = &update.kind else { panic!("a message") };
        assert_eq!(message.chat.id, ChatId::new("group:11370003"));
        assert_eq!(message.chat.title.as_deref(), Some("group1"));
        assert_eq!(message.sender.as_ref().expect("David").username, None);
        assert_eq!(message.text, "123".into());
    }

    #[test]
    fn entities_count_an_emoji_as_two() {
        let mut raw = documented();
        raw["message"]["text"] = json!("😀 ok");
        raw["message"]["entities"] = json!([{"type": 1, "offset": 3, "length": 2}]);
        let UpdateKind::MessageCreated { message } = decoded(&raw).kind else {
            panic!("a message")
        };
        assert_eq!(message.text, Text::new().plain("😀 ").bold("ok"));
    }

    #[test]
    fn what_happens_to_a_chat_is_no_message() {
        let mut raw = documented();
        raw["message"]["action"] = json!({"new_group_title": "group2"});
        let update = decoded(&raw);
        assert_eq!(update.chat_id(), Some(&ChatId::new("group:11370003")));
        assert!(
            matches!(update.kind, UpdateKind::Unknown { kind, .. } if kind == "message.action")
        );
    }
}
