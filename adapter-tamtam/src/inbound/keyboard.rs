//! Keyboards.

use gateway_core::model::{
    Action, Button, Intent, Keyboard, KeyboardKind, Raw, ReplyOptions, UserId,
};
use serde::Serialize;

use crate::wire;

pub(super) fn inline(wire: wire::Keyboard<'_>) -> Keyboard {
    let rows = wire.buttons.into_iter().map(|row| row.into_iter().map(button).collect()).collect();
    Keyboard { kind: KeyboardKind::Inline, rows }
}

/// MAX: a keyboard in place of the phone's.
pub(super) fn reply(wire: Vec<Vec<wire::ReplyButton<'_>>>) -> Keyboard {
    let rows = wire.into_iter().map(|row| row.into_iter().map(reply_button).collect()).collect();
    Keyboard { kind: KeyboardKind::Reply(ReplyOptions::default()), rows }
}

fn button(wire: wire::Button<'_>) -> Button {
    let button = match wire {
        wire::Button::Known(button) => button,
        wire::Button::Other(other) => return unknown(&other),
    };
    match button {
        wire::KnownButton::Callback { text, payload, intent } => {
            Button::callback(text, payload).with_intent(self::intent(intent.as_deref()))
        }
        wire::KnownButton::Link { text, url } => Button::link(text, url),
        wire::KnownButton::RequestContact { text } => Button::new(text, Action::RequestContact),
        wire::KnownButton::RequestGeoLocation { text, quick } => {
            Button::new(text, Action::RequestLocation { quick: quick.unwrap_or_default() })
        }
        wire::KnownButton::Chat { text, chat_title, chat_description, start_payload, uuid } => {
            let action = Action::OpenChat {
                title: chat_title.into_owned(),
                description: chat_description.map(Into::into),
                payload: start_payload.map(Into::into),
                uuid,
            };
            Button::new(text, action)
        }
        wire::KnownButton::OpenApp { text, web_app, contact_id, payload } => {
            let action = Action::App {
                app: web_app.map(Into::into),
                bot: contact_id.map(UserId::of),
                payload: payload.map(Into::into),
            };
            Button::new(text, action)
        }
        wire::KnownButton::Message { text } => Button::message(text),
        wire::KnownButton::Clipboard { text, payload } => Button::clipboard(text, payload),
    }
}

/// A press of it says its label, its contact or its place; a payload beside that is in the raw
/// update alone.
fn reply_button(wire: wire::ReplyButton<'_>) -> Button {
    match wire {
        wire::ReplyButton::Known(wire::KnownReplyButton::Message { text, .. }) => {
            Button::message(text)
        }
        wire::ReplyButton::Known(wire::KnownReplyButton::UserGeoLocation {
            text, quick, ..
        }) => Button::new(text, Action::RequestLocation { quick: quick.unwrap_or_default() }),
        wire::ReplyButton::Known(wire::KnownReplyButton::UserContact { text, .. }) => {
            Button::new(text, Action::RequestContact)
        }
        wire::ReplyButton::Other(other) => unknown(&other),
    }
}

fn unknown(button: &impl Serialize) -> Button {
    let raw = Raw::of(button);
    let value = raw.to_value();
    let given = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let action = Action::Other { kind: given("type"), raw };
    Button::new(given("text"), action)
}

fn intent(word: Option<&str>) -> Intent {
    match word {
        Some("positive") => Intent::Positive,
        Some("negative") => Intent::Negative,
        _ => Intent::Default,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(button: &serde_json::Value) -> Button {
        let keyboard = json!({"buttons": [[button]]});
        let keyboard = inline(serde_json::from_value(keyboard).expect("a keyboard"));
        keyboard.buttons().next().expect("a button").clone()
    }

    #[test]
    fn every_button_of_both_dialects_is_read() {
        let chat = json!({"type": "chat", "text": "x", "chat_title": "t", "uuid": 7});
        let open_chat =
            Action::OpenChat { title: "t".into(), description: None, payload: None, uuid: Some(7) };
        let app = json!({"type": "open_app", "text": "x", "web_app": "w", "contact_id": 5});
        let open_app = Action::App { app: Some("w".into()), bot: Some("5".into()), payload: None };
        let buttons = [
            (
                json!({"type": "callback", "text": "x", "payload": "p", "intent": "negative"}),
                Action::Callback { payload: "p".into(), intent: Intent::Negative },
            ),
            (json!({"type": "link", "text": "x", "url": "u"}), Action::Link { url: "u".into() }),
            (json!({"type": "request_contact", "text": "x"}), Action::RequestContact),
            (
                json!({"type": "request_geo_location", "text": "x", "quick": true}),
                Action::RequestLocation { quick: true },
            ),
            (chat, open_chat),
            (app, open_app),
            (json!({"type": "message", "text": "x"}), Action::Message),
            (
                json!({"type": "clipboard", "text": "x", "payload": "p"}),
                Action::Clipboard { text: "p".into() },
            ),
        ];
        for (wire, action) in buttons {
            assert_eq!(read(&wire), Button::new("x", action));
        }
    }

    #[test]
    fn a_button_that_nobody_knows_is_kept() {
        let wire = json!({"type": "dance", "text": "x", "steps": 3});
        let raw = Raw::of(&wire);
        assert_eq!(read(&wire), Button::new("x", Action::Other { kind: "dance".into(), raw }));
    }
}
