//! The world, as it is told on this wire.

use serde::Serialize;
use serde_json::Value;

use adapter_tamtam::wire;

use crate::Platform;
use crate::world::{
    Account, AccountKey, Button, ChatKey, Event, Happening, Mark, MarkKind, Message, Press, World,
    mid,
};

/// The types hold nothing that JSON cannot.
pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Brings an answer to the form of its platform: MAX leaves out what is `null`, TamTam says it.
pub(super) fn shaped(platform: Platform, mut value: Value) -> Value {
    walk(&mut value, &|fields| {
        if platform == Platform::Max {
            fields.retain(|_, value| !value.is_null());
            return;
        }
        // The schema 0.5.6 requires these and lets them be null: `User`, `MessageBody`,
        // `Recipient`, `MessageCallbackUpdate`.
        let required: &[&str] = if fields.contains_key("is_bot") {
            &["username"]
        } else if fields.contains_key("seq") {
            &["text", "attachments"]
        } else if fields.contains_key("chat_type") {
            &["chat_id", "user_id"]
        } else if fields.contains_key("callback") {
            &["message"]
        } else {
            &[]
        };
        for name in required {
            fields.entry(*name).or_insert(Value::Null);
        }
    });
    value
}

fn walk(value: &mut Value, visit: &impl Fn(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| walk(field, visit));
            visit(fields);
        }
        _ => {}
    }
}

pub(super) fn user(account: &Account) -> wire::User {
    let is_bot = account.bot.is_some();
    let at = account.last_activity;
    let user = wire::User {
        user_id: account.id,
        name: Some(account.name.clone()),
        username: account.username.clone(),
        is_bot,
        // Seen on MAX: whole seconds for people, milliseconds for bots.
        last_activity_time: if is_bot { at.timestamp_millis() } else { at.timestamp() * 1000 },
        ..wire::User::default()
    };
    match account.platform {
        Platform::Max => wire::User {
            first_name: user.name.clone(),
            // Seen on MAX: people without a last name have an empty one, bots have none.
            last_name: (!is_bot).then(String::new),
            ..user
        },
        Platform::Tamtam | Platform::Potato => user,
    }
}

pub(super) fn message(world: &World, chat: ChatKey, message: &Message) -> wire::Message {
    let dialog = world.chat(chat);
    let peer = if message.sender == dialog.bot { dialog.person } else { dialog.bot };
    let platform = world.account(dialog.bot).platform;
    let replied = message.reply_to.and_then(|number| dialog.message(number));
    wire::Message {
        sender: Some(user(&world.account(message.sender))),
        recipient: wire::Recipient {
            chat_id: Some(dialog.id),
            chat_type: Some(wire::ChatType::Dialog),
            user_id: Some(world.account(peer).id),
        },
        timestamp: message.at.timestamp_millis(),
        link: replied.map(|original| wire::LinkedMessage {
            kind: wire::LinkKind::Reply,
            sender: Some(user(&world.account(original.sender))),
            chat_id: None,
            message: body(platform, dialog.id, original),
        }),
        body: Some(body(platform, dialog.id, message)),
    }
}

fn body(platform: Platform, chat: i64, message: &Message) -> wire::MessageBody {
    let keyboard = wire::KnownAttachment::InlineKeyboard {
        payload: wire::Keyboard {
            buttons: message.buttons.iter().map(|row| row.iter().map(button).collect()).collect(),
        },
    };
    let markup: Vec<wire::MarkupElement> =
        message.text.marks.iter().filter_map(|mark| markup(platform, mark)).collect();
    wire::MessageBody {
        mid: mid(chat, message.number),
        seq: message.number,
        text: Some(message.text.plain.clone()),
        attachments: (!message.buttons.is_empty()).then(|| vec![wire::Attachment::Known(keyboard)]),
        markup: (!markup.is_empty()).then_some(markup),
    }
}

fn button(button: &Button) -> wire::Button<'static> {
    let text = button.label.clone().into();
    wire::Button::Known(match &button.press {
        Press::Callback { payload } => wire::KnownButton::Callback {
            text,
            payload: payload.clone().into(),
            // Asserted by the official client's suite: the default is echoed.
            intent: Some("default".into()),
        },
        Press::Link { url } => wire::KnownButton::Link { text, url: url.clone().into() },
    })
}

/// A place in a text, which is never as long as that.
fn number(units: usize) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// The element that a mark becomes; `None` for marks that this wire does not have.
fn markup(platform: Platform, mark: &Mark) -> Option<wire::MarkupElement> {
    let element = wire::MarkupElement {
        from: number(mark.from),
        length: number(mark.length),
        ..wire::MarkupElement::default()
    };
    let kind = match &mark.kind {
        MarkKind::Bold => "strong",
        MarkKind::Italic => "emphasized",
        MarkKind::Underline => "underline",
        MarkKind::Strikethrough => "strikethrough",
        MarkKind::Code | MarkKind::Preformatted => "monospaced",
        MarkKind::Heading => "heading",
        MarkKind::Highlight => "highlighted",
        MarkKind::Link { .. } => "link",
        MarkKind::Mention { .. } => "user_mention",
        // MAX's schema 0.0.32 adds it, TamTam's 0.5.6 has nothing of the kind.
        MarkKind::Quote if platform == Platform::Max => "quote",
        MarkKind::Quote | MarkKind::Email | MarkKind::Command => return None,
    };
    let kind = kind.to_owned();
    Some(match &mark.kind {
        MarkKind::Link { url } => wire::MarkupElement { kind, url: Some(url.clone()), ..element },
        MarkKind::Mention { user_id, username } => wire::MarkupElement {
            kind,
            user_id: *user_id,
            user_link: username.as_ref().map(|name| format!("@{name}")),
            ..element
        },
        _ => wire::MarkupElement { kind, ..element },
    })
}

/// An update as it goes over the wire.
pub(super) fn update(world: &World, happening: &Happening) -> Value {
    match &happening.event {
        Event::Undocumented { chat, kind } => serde_json::json!({
            "update_type": kind,
            "timestamp": happening.at.timestamp_millis(),
            "chat_id": world.chat(*chat).id,
        }),
        event => documented(world, happening, event).as_ref().map(json).unwrap_or_default(),
    }
}

fn documented(world: &World, happening: &Happening, event: &Event) -> Option<wire::Update> {
    let timestamp = happening.at.timestamp_millis();
    let user = |key: AccountKey| user(&world.account(key));
    let message = |chat: ChatKey, it: &Message| message(world, chat, it);
    Some(match event {
        Event::Undocumented { .. } => return None,
        Event::Started { chat, person } => wire::Update::BotStarted {
            timestamp,
            chat_id: world.chat(*chat).id,
            user: user(*person),
            payload: None,
            user_locale: None,
        },
        Event::Wrote { chat, message: it } => wire::Update::MessageCreated {
            timestamp,
            message: Box::new(message(*chat, it)),
            user_locale: None,
        },
        Event::Pressed { chat, message: it, person, payload, callback } => {
            wire::Update::MessageCallback {
                timestamp,
                callback: wire::Callback {
                    timestamp,
                    callback_id: callback.clone(),
                    payload: Some(payload.clone()),
                    user: user(*person),
                },
                message: Some(Box::new(message(*chat, it))),
                user_locale: None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_as_the_schema_has_it() {
        let kind = MarkKind::Mention { user_id: None, username: Some("anna".to_owned()) };
        let element = markup(Platform::Tamtam, &Mark { from: 0, length: 5, kind });
        let element = element.expect("both platforms have mentions");
        assert_eq!(element.kind, "user_mention");
        assert_eq!((element.user_link.as_deref(), element.user_id), (Some("@anna"), None));
    }

    #[test]
    fn quotes_are_for_max() {
        let quote = Mark { from: 0, length: 1, kind: MarkKind::Quote };
        assert_eq!(markup(Platform::Max, &quote).map(|it| it.kind).as_deref(), Some("quote"));
        assert_eq!(markup(Platform::Tamtam, &quote), None);
    }
}
