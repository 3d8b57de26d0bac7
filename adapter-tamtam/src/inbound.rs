//! Wire → model.

use chrono::{DateTime, Utc};
use gateway_core::model::{
    AccountId, Action, Attachment, Button, ButtonPress, CallbackId, Chat, ChatId, ChatKind,
    Keyboard, KeyboardKind, LinkedMessage, Message, MessageId, Raw, Span, Style, Text, Update,
    UpdateId, UpdateKind, User, UserId, Utf16Offsets,
};
use serde_json::Value;

use crate::wire;

/// An update, whatever it is: what is not understood becomes [`UpdateKind::Unknown`].
pub fn update(account: &AccountId, raw: Raw) -> Update {
    let known = serde_json::from_str(raw.as_str()).ok().and_then(known);
    let Known { id, at, locale, kind } = known.unwrap_or_else(|| unknown(&raw));
    let (account, id, time) = (account.clone(), UpdateId::new(id), at.map(time));
    Update { account, id, time, locale, kind, raw }
}

/// What is read from an update.
struct Known {
    id: String,
    /// In milliseconds since 1970.
    at: Option<i64>,
    locale: Option<String>,
    kind: UpdateKind,
}

fn known(update: wire::Update) -> Option<Known> {
    let (at, locale, (id, kind)) = match update {
        wire::Update::MessageCreated { timestamp, message, user_locale } => {
            let message = Box::new(self::message(*message)?);
            let id = format!("message_created:{}", message.id);
            (timestamp, user_locale, (id, UpdateKind::MessageCreated { message }))
        }
        wire::Update::MessageEdited { timestamp, message } => {
            let mut message = Box::new(self::message(*message)?);
            message.edited = Some(time(timestamp));
            let id = format!("message_edited:{}:{timestamp}", message.id);
            (timestamp, None, (id, UpdateKind::MessageEdited { message }))
        }
        wire::Update::MessageCallback { timestamp, callback, message, user_locale } => {
            // Without the message there is no telling in which chat it was.
            let message = message.and_then(|message| self::message(*message));
            let press = ButtonPress {
                id: CallbackId::new(callback.callback_id),
                message: message.as_ref().map(|message| message.id.clone()),
                chat: message.map(|message| message.chat),
                user: user(callback.user),
                payload: callback.payload.unwrap_or_default(),
                game: None,
            };
            let id = format!("message_callback:{}", press.id);
            (timestamp, user_locale, (id, UpdateKind::ButtonPressed(press)))
        }
        wire::Update::BotStarted { timestamp, chat_id, user, payload, user_locale, .. } => {
            let chat = Chat::new(ChatId::of(chat_id), ChatKind::Dialog);
            let id = format!("bot_started:{chat_id}:{timestamp}");
            let kind = UpdateKind::BotStarted { chat, user: self::user(user), payload };
            (timestamp, user_locale, (id, kind))
        }
        _ => return None,
    };
    Some(Known { id, at: Some(at), locale, kind })
}

fn unknown(raw: &Raw) -> Known {
    let text = raw.as_str();
    let raw = raw.to_value();
    let kind = raw["update_type"].as_str().unwrap_or("without update_type").to_owned();
    let chat = [&raw["chat_id"], &raw["message"]["recipient"]["chat_id"]]
        .into_iter()
        .find_map(Value::as_i64)
        .map(ChatId::of);
    let id = format!("{kind}:{}:{:08x}", raw["timestamp"], crc32fast::hash(text.as_bytes()));
    let (at, locale) = (raw["timestamp"].as_i64(), None);
    Known { id, at, locale, kind: UpdateKind::Unknown { kind, chat } }
}

/// A message; `None` when it does not say in which chat it is, or what it is.
pub(crate) fn message(wire: wire::Message) -> Option<Message> {
    let recipient = wire.recipient;
    let chat_id = recipient.chat_id?;
    let kind = match recipient.chat_type {
        Some(wire::ChatType::Dialog) => ChatKind::Dialog,
        Some(wire::ChatType::Channel) => ChatKind::Channel,
        // The numbers of dialogs are positive, those of groups and channels are not.
        Some(wire::ChatType::Other) | None if chat_id >= 0 => ChatKind::Dialog,
        Some(wire::ChatType::Chat | wire::ChatType::Other) | None => ChatKind::Group,
    };
    let body = wire.body?;
    let plain = body.text.unwrap_or_default();
    let (mut keyboard, mut attachments) = (None, Vec::new());
    for attachment in body.attachments.unwrap_or_default() {
        match attachment {
            wire::Attachment::Known(wire::KnownAttachment::InlineKeyboard { payload, .. }) => {
                keyboard = Some(self::keyboard(payload));
            }
            other => attachments.push(self::attachment(&other)),
        }
    }
    let (mut reply_to, mut forward) = (None, None);
    if let Some(link) = wire.link {
        match link.kind {
            wire::LinkKind::Reply => reply_to = Some(Box::new(linked(link))),
            wire::LinkKind::Forward => forward = Some(Box::new(linked(link))),
            wire::LinkKind::Other => {}
        }
    }
    let chat = Chat::new(ChatId::of(chat_id), kind);
    Some(Message {
        sender: wire.sender.map(user),
        text: text(plain, body.markup.unwrap_or_default()),
        keyboard,
        attachments,
        reply_to,
        forward,
        ..Message::new(body.mid, chat, time(wire.timestamp))
    })
}

/// The message that another answers or passes on.
fn linked(link: wire::LinkedMessage) -> LinkedMessage {
    let body = link.message.unwrap_or_default();
    let others = body.attachments.unwrap_or_default().into_iter().filter_map(|it| match it {
        wire::Attachment::Known(wire::KnownAttachment::InlineKeyboard { .. }) => None,
        other => Some(attachment(&other)),
    });
    LinkedMessage {
        id: Some(MessageId::new(body.mid)),
        chat: link.chat_id.map(ChatId::of),
        sender: link.sender.map(user),
        time: None,
        attachments: others.collect(),
        text: text(body.text.unwrap_or_default(), body.markup.unwrap_or_default()),
    }
}

fn attachment(wire: &wire::Attachment) -> Attachment {
    let raw = Raw::of(wire);
    let kind = raw.to_value()["type"].as_str().unwrap_or("without type").to_owned();
    Attachment::Unknown { kind, raw }
}

pub(crate) fn user(wire: wire::User) -> User {
    let given = |name: Option<String>| name.filter(|name| !name.is_empty());
    User {
        is_bot: Some(wire.is_bot),
        first_name: given(wire.first_name).or(given(wire.name)),
        last_name: given(wire.last_name),
        username: given(wire.username),
        last_activity: Some(wire.last_activity_time).filter(|at| *at > 0).map(time),
        ..User::new(UserId::of(wire.user_id))
    }
}

fn text(plain: String, markup: Vec<wire::MarkupElement>) -> Text {
    if markup.is_empty() {
        return plain.into();
    }
    let offsets = Utf16Offsets::new(&plain);
    let spans: Vec<Span> = markup
        .into_iter()
        .filter_map(|element| {
            // A place before the text is none; the text itself counts all the same.
            let from = usize::try_from(element.from).ok()?;
            let length = usize::try_from(element.length).ok()?;
            let range = offsets.to_bytes(from, length);
            Some(Span { start: range.start, end: range.end, style: style(element)? })
        })
        .collect();
    Text::from_parts(plain, spans)
}

/// The style of a markup element; `None` for a kind that neither schema has.
fn style(element: wire::MarkupElement) -> Option<Style> {
    Some(match element.kind.as_str() {
        "strong" => Style::Bold,
        "emphasized" => Style::Italic,
        "monospaced" => Style::Code,
        "strikethrough" => Style::Strikethrough,
        "underline" => Style::Underline,
        "heading" => Style::Heading,
        "highlighted" => Style::Highlight,
        "quote" => Style::Quote,
        "link" => Style::Link { url: element.url? },
        "user_mention" => {
            let user = element.user_id.map(UserId::of);
            let name = |link: String| link.strip_prefix('@').map(str::to_owned).unwrap_or(link);
            Style::Mention { user, username: element.user_link.map(name) }
        }
        _ => return None,
    })
}

fn keyboard(wire: wire::Keyboard<'_>) -> Keyboard {
    let rows = wire.buttons.into_iter().map(|row| row.into_iter().map(button).collect()).collect();
    Keyboard { kind: KeyboardKind::Inline, rows }
}

fn button(wire: wire::Button<'_>) -> Button {
    match wire {
        wire::Button::Known(wire::KnownButton::Callback { text, payload, .. }) => {
            Button::callback(text, payload)
        }
        wire::Button::Known(wire::KnownButton::Link { text, url }) => Button::link(text, url),
        other => {
            let raw = Raw::of(&other);
            let value = raw.to_value();
            let given = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
            let action = Action::Other { kind: given("type"), raw };
            Button::new(given("text"), action)
        }
    }
}

/// The end of the year 9999: what is beyond it no database and no RFC 3339 can hold.
const LAST_MILLISECOND: i64 = 253_402_300_799_999;

fn time(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds.clamp(0, LAST_MILLISECOND)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn created(body: &Value) -> Value {
        json!({
            "update_type": "message_created",
            "timestamp": 1_775_025_604_499_i64,
            "message": {
                "recipient": {"chat_id": 182_182, "chat_type": "dialog", "user_id": 9},
                "timestamp": 1_775_025_603_399_i64,
                "sender": {"user_id": 5, "first_name": "John", "last_name": "", "is_bot": false,
                           "last_activity_time": 1_775_024_330_000_i64, "name": "John"},
                "body": body,
            },
        })
    }

    fn decoded(raw: &Value) -> Update {
        update(&AccountId::new("test"), Raw::of(raw))
    }

    #[test]
    fn a_message_of_max_is_decoded_with_its_formatting() {
        let raw = created(&json!({
            "mid": "mid.1", "seq": 116_327_994_376_978_687_i64, "text": "😀 bold",
            "markup": [{"type": "strong", "from": 3, "length": 4}],
        }));
        let UpdateKind::MessageCreated { message } = decoded(&raw).kind else {
            panic!("a message")
        };
        assert_eq!(message.text, Text::new().plain("😀 ").bold("bold"));
        assert_eq!(message.sender.expect("John").last_name, None);
    }

    #[test]
    fn the_same_update_has_the_same_id() {
        let body = json!({"mid": "mid.1", "seq": 1, "text": "x"});
        assert_eq!(decoded(&created(&body)).id, decoded(&created(&body)).id);
        let unknown = json!({"update_type": "dialog_muted", "timestamp": 5, "chat_id": 7});
        assert_eq!(decoded(&unknown).id, decoded(&unknown).id);
    }

    #[test]
    fn what_is_not_understood_is_kept_with_its_chat() {
        let raw = json!({"update_type": "dialog_muted", "timestamp": 5, "chat_id": 7});
        let update = decoded(&raw);
        assert_eq!(update.chat_id(), Some(&ChatId::new("7")));
        assert_eq!(update.raw, Raw::of(&raw));
        let broken = created(&json!("not an object"));
        assert!(
            matches!(decoded(&broken).kind, UpdateKind::Unknown { kind, .. } if kind == "message_created")
        );
    }

    #[test]
    fn a_message_survives_fields_that_are_null_or_missing() {
        let mut raw = created(&json!({"mid": "m", "text": "x"}));
        raw["message"]["recipient"] = json!({"chat_id": -7});
        raw["message"]["sender"]["is_bot"] = Value::Null;
        raw["message"]["sender"]["last_activity_time"] = Value::Null;
        let UpdateKind::MessageCreated { message } = decoded(&raw).kind else {
            panic!("a message")
        };
        assert_eq!(message.chat.kind, ChatKind::Group);
    }

    #[test]
    fn an_attachment_that_is_not_typed_stays_as_it_came() {
        let image = json!({"type": "hologram", "payload": {"photo_id": 1}});
        let raw = created(&json!({"mid": "m", "seq": 1, "text": null, "attachments": [image]}));
        let UpdateKind::MessageCreated { message } = decoded(&raw).kind else {
            panic!("a message")
        };
        let raw = Raw::of(&image);
        assert_eq!(message.attachments, [Attachment::Unknown { kind: "hologram".to_owned(), raw }]);
    }
}
