//! Keyboards.

use std::borrow::Cow;

use gateway_core::messenger::{Error, Result, TextLimit};
use gateway_core::model::{Action, Button, Intent, Keyboard, KeyboardKind, UserId};

use super::{number, within};
use crate::{Dialect, wire};

/// Longest title of a chat: schema `ChatButton.chat_title`.
const CHAT_TITLE: TextLimit = TextLimit::characters(200);

/// Longest description of a chat: schema `ChatButton.chat_description`.
const CHAT_DESCRIPTION: TextLimit = TextLimit::characters(400);

/// Longest payload of a chat: schema `ChatButton.start_payload`.
const START_PAYLOAD: TextLimit = TextLimit::characters(512);

/// A keyboard, which on the wire is an attachment. To take one away, or to make a person answer,
/// there is nothing on either platform.
pub(super) fn keyboard<'a>(
    dialect: Dialect,
    doing: &'static str,
    keyboard: &'a Keyboard,
) -> Result<wire::AttachmentRequest<'a>> {
    let of = |row: &'a [Button], number: usize| {
        let field = move |place: usize| format!("keyboard.rows[{number}][{place}]");
        row.iter().enumerate().map(move |(place, button)| (field(place), button))
    };
    let rows = keyboard.rows.iter().enumerate().map(|(number, row)| of(row, number));
    let known = match keyboard.kind {
        KeyboardKind::Inline => rows
            .map(|row| row.map(|(field, it)| button(dialect, doing, &field, it)).collect())
            .collect::<Result<_>>()
            .map(|buttons| wire::Keyboard { buttons })
            .map(|payload| wire::KnownAttachmentRequest::InlineKeyboard { payload }),
        KeyboardKind::Reply(options) if dialect == Dialect::Max => rows
            .map(|row| row.map(|(field, it)| reply_button(doing, &field, it)).collect())
            .collect::<Result<_>>()
            .map(|buttons| wire::KnownAttachmentRequest::ReplyKeyboard {
                direct: options.selective.then_some(true),
                direct_user_id: None,
                buttons,
            }),
        KeyboardKind::Reply(_) => Err(Error::unsupported(doing, "reply keyboards")),
        KeyboardKind::Remove { .. } => Err(Error::unsupported(doing, "removals of keyboards")),
        KeyboardKind::ForceReply { .. } => Err(Error::unsupported(doing, "forced replies")),
    };
    known.map(wire::AttachmentRequest::Known)
}

fn button<'a>(
    dialect: Dialect,
    doing: &'static str,
    field: &str,
    button: &'a Button,
) -> Result<wire::Button<'a>> {
    let text: Cow<'a, str> = button.label.as_str().into();
    let owned = |text: &'a Option<String>| text.as_deref().map(Cow::from);
    Ok(wire::Button::Known(match (&button.action, dialect) {
        (Action::Callback { payload, intent }, _) => {
            let (payload, intent) = (payload.as_str().into(), self::intent(*intent));
            wire::KnownButton::Callback { text, payload, intent }
        }
        (Action::Link { url }, _) => wire::KnownButton::Link { text, url: url.as_str().into() },
        (Action::RequestContact, _) => wire::KnownButton::RequestContact { text },
        (Action::RequestLocation { quick }, _) => {
            wire::KnownButton::RequestGeoLocation { text, quick: quick.then_some(true) }
        }
        (Action::OpenChat { title, description, payload, uuid }, Dialect::TamTam) => {
            let fits = |part: &str, limit, text: &str| {
                within(doing, format!("{field}.{part}"), limit, text)
            };
            fits("title", CHAT_TITLE, title)?;
            fits("description", CHAT_DESCRIPTION, description.as_deref().unwrap_or_default())?;
            fits("payload", START_PAYLOAD, payload.as_deref().unwrap_or_default())?;
            wire::KnownButton::Chat {
                text,
                chat_title: title.as_str().into(),
                chat_description: owned(description),
                start_payload: owned(payload),
                uuid: *uuid,
            }
        }
        (Action::App { app, bot, payload }, Dialect::Max) => {
            let bot = bot.as_ref().map(UserId::as_str);
            let bot = bot.map(|bot| number(doing, &format!("{field}.bot"), bot));
            wire::KnownButton::OpenApp {
                text,
                web_app: owned(app),
                contact_id: bot.transpose()?,
                payload: owned(payload),
            }
        }
        (Action::Message, Dialect::Max) => wire::KnownButton::Message { text },
        (Action::Clipboard { text: copied }, Dialect::Max) => {
            wire::KnownButton::Clipboard { text, payload: copied.as_str().into() }
        }
        (other, _) => return Err(unsupported(doing, field, other)),
    }))
}

fn reply_button<'a>(
    doing: &'static str,
    field: &str,
    button: &'a Button,
) -> Result<wire::ReplyButton<'a>> {
    let (text, payload) = (button.label.as_str().into(), None);
    Ok(wire::ReplyButton::Known(match &button.action {
        Action::Message => wire::KnownReplyButton::Message { text, payload },
        Action::RequestContact => wire::KnownReplyButton::UserContact { text, payload },
        Action::RequestLocation { quick } => {
            let quick = quick.then_some(true);
            wire::KnownReplyButton::UserGeoLocation { text, payload, quick }
        }
        other => return Err(unsupported(doing, field, other)),
    }))
}

fn unsupported(doing: &'static str, field: &str, action: &Action) -> Error {
    Error::unsupported(doing, format!("{field}: buttons of kind {:?}", action.kind()))
}

/// How the button is drawn; nothing is said about one without a meaning. MAX takes no notice.
fn intent(intent: Intent) -> Option<Cow<'static, str>> {
    match intent {
        Intent::Default => None,
        Intent::Positive => Some("positive".into()),
        Intent::Negative => Some("negative".into()),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{ActionKind, ReplyOptions};
    use serde_json::{Value, json};

    use super::*;
    use crate::capabilities::capabilities;

    fn sent(dialect: Dialect, of: &Keyboard) -> Result<Value> {
        let wire = keyboard(dialect, "sending", of)?;
        Ok(serde_json::to_value(wire).expect("it is JSON"))
    }

    fn button(dialect: Dialect, action: Action) -> Result<Value> {
        sent(dialect, &Keyboard::inline([[Button::new("x", action)]]))
            .map(|keyboard| keyboard["payload"]["buttons"][0][0].clone())
    }

    fn every_action() -> Vec<(Action, Value)> {
        let (payload, uuid) = (Some("p".to_owned()), Some(7));
        let chat = Action::OpenChat {
            title: "t".into(),
            description: Some("d".into()),
            payload: payload.clone(),
            uuid,
        };
        vec![
            (
                Action::Callback { payload: "p".into(), intent: Intent::Positive },
                json!({"type": "callback", "text": "x", "payload": "p", "intent": "positive"}),
            ),
            (Action::Link { url: "u".into() }, json!({"type": "link", "text": "x", "url": "u"})),
            (Action::RequestContact, json!({"type": "request_contact", "text": "x"})),
            (
                Action::RequestLocation { quick: true },
                json!({"type": "request_geo_location", "text": "x", "quick": true}),
            ),
            (
                chat,
                json!({"type": "chat", "text": "x", "chat_title": "t", "chat_description": "d",
                       "start_payload": "p", "uuid": 7}),
            ),
            (
                Action::App { app: Some("a".into()), bot: Some("5".into()), payload },
                json!({"type": "open_app", "text": "x", "web_app": "a", "contact_id": 5,
                       "payload": "p"}),
            ),
            (Action::Message, json!({"type": "message", "text": "x"})),
            (
                Action::Clipboard { text: "c".into() },
                json!({"type": "clipboard", "text": "x", "payload": "c"}),
            ),
            (Action::Game, Value::Null),
            (Action::SwitchInline { query: String::new(), here: true }, Value::Null),
        ]
    }

    #[test]
    fn what_is_declared_is_written_and_nothing_else() {
        for dialect in [Dialect::TamTam, Dialect::Max] {
            let can = capabilities(dialect).buttons;
            for (action, wire) in every_action() {
                let kind: ActionKind = action.kind();
                match button(dialect, action) {
                    Ok(written) => {
                        assert!(can.carries(kind), "{kind:?} is written and not declared");
                        assert_eq!(written, wire);
                    }
                    Err(error) => {
                        assert!(!can.carries(kind), "{kind:?} is declared and not written");
                        assert!(error.to_string().contains("keyboard.rows[0][0]"), "{error}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_chat_with_a_long_title_is_refused_by_its_place() {
        let title = "x".repeat(201);
        let action = Action::OpenChat { title, description: None, payload: None, uuid: None };
        let error = button(Dialect::TamTam, action).expect_err("it is too long");
        assert_eq!(
            error.to_string(),
            "sending: keyboard.rows[0][0].title is too large: 201, at most 200"
        );
    }

    #[test]
    fn max_has_reply_keyboards_in_its_schema() {
        let options = ReplyOptions { selective: true, ..ReplyOptions::default() };
        let contact = Button::new("me", Action::RequestContact);
        let keyboard = Keyboard::reply(options, [[Button::message("Yes"), contact]]);
        let wire = json!({"type": "reply_keyboard", "direct": true, "buttons": [[
            {"type": "message", "text": "Yes"}, {"type": "user_contact", "text": "me"},
        ]]});
        assert_eq!(sent(Dialect::Max, &keyboard).expect("it has"), wire);
        assert!(sent(Dialect::TamTam, &keyboard).is_err());
        assert!(sent(Dialect::Max, &Keyboard::remove()).is_err());
    }
}
