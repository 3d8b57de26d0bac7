//! Keyboards → wire: rows are objects, never bare arrays.

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Action, Button, Keyboard, KeyboardKind, ReplyOptions};

use super::given;
use crate::wire;

/// A keyboard as the platform wants it.
pub(crate) fn markup<'a>(
    doing: &'static str,
    keyboard: &'a Keyboard,
) -> Result<wire::ReplyMarkup<'a>> {
    check(doing, keyboard)?;
    Ok(match keyboard.kind {
        KeyboardKind::Inline => {
            let row = |row: &'a Vec<Button>| {
                let buttons =
                    row.iter().map(|it| inline_button(doing, it)).collect::<Result<_>>()?;
                Ok(wire::InlineKeyboardButtonRow { buttons })
            };
            let inline_keyboard = keyboard.rows.iter().map(row).collect::<Result<_>>()?;
            wire::ReplyMarkup::InlineKeyboard(wire::InlineKeyboardMarkup { inline_keyboard })
        }
        KeyboardKind::Reply(ReplyOptions { resize, once, selective }) => {
            let row = |row: &'a Vec<Button>| {
                let buttons =
                    row.iter().map(|it| reply_button(doing, it)).collect::<Result<_>>()?;
                Ok(wire::KeyboardButtonRow { buttons })
            };
            wire::ReplyMarkup::ReplyKeyboard(wire::ReplyKeyboardMarkup {
                keyboard: keyboard.rows.iter().map(row).collect::<Result<_>>()?,
                resize_keyboard: Some(resize),
                single_use: Some(once),
                selective: Some(selective),
            })
        }
        KeyboardKind::Remove { selective } => {
            wire::ReplyMarkup::Remove(wire::ReplyKeyboardRemove { selective: Some(selective) })
        }
        KeyboardKind::ForceReply { selective } => {
            wire::ReplyMarkup::ForceReply(wire::ForceReply { selective: Some(selective) })
        }
    })
}

/// Refuses what no button can say.
fn check(doing: &'static str, keyboard: &Keyboard) -> Result<()> {
    for (row, buttons) in keyboard.rows.iter().enumerate() {
        for (place, button) in buttons.iter().enumerate() {
            let wrong = |part: &str, why: String| {
                Error::invalid(doing, format!("keyboard.rows[{row}][{place}].{part}"), why)
            };
            given::text(&button.label).map_err(|why| wrong("label", why))?;
            let (part, checked) = match &button.action {
                Action::Callback { payload, .. } => ("payload", given::text(payload)),
                Action::Link { url } => ("url", given::web_address(url)),
                Action::SwitchInline { query, .. } => ("query", given::text(query)),
                _ => continue,
            };
            checked.map_err(|why| wrong(part, why))?;
        }
    }
    Ok(())
}

fn inline_button<'a>(
    doing: &'static str,
    button: &'a Button,
) -> Result<wire::InlineKeyboardButton<'a>> {
    let label =
        wire::InlineKeyboardButton { text: button.label.as_str().into(), ..Default::default() };
    Ok(match &button.action {
        Action::Callback { payload, .. } => {
            wire::InlineKeyboardButton { callback_data: Some(payload.as_str().into()), ..label }
        }
        Action::Link { url } => {
            wire::InlineKeyboardButton { url: Some(url.as_str().into()), ..label }
        }
        Action::SwitchInline { query, here: false } => {
            wire::InlineKeyboardButton { switch_inline_query: Some(query.as_str().into()), ..label }
        }
        Action::SwitchInline { query, here: true } => wire::InlineKeyboardButton {
            switch_inline_query_current_chat: Some(query.as_str().into()),
            ..label
        },
        Action::Game => {
            wire::InlineKeyboardButton { callback_game: Some(wire::CallbackGame {}), ..label }
        }
        other => return Err(unsupported(doing, other)),
    })
}

fn reply_button<'a>(doing: &'static str, button: &'a Button) -> Result<wire::KeyboardButton<'a>> {
    let label = wire::KeyboardButton { text: button.label.as_str().into(), ..Default::default() };
    Ok(match &button.action {
        Action::Message => label,
        Action::RequestContact => wire::KeyboardButton { request_contact: Some(true), ..label },
        // There is no place without asking once more.
        Action::RequestLocation { .. } => {
            wire::KeyboardButton { request_location: Some(true), ..label }
        }
        other => return Err(unsupported(doing, other)),
    })
}

fn unsupported(doing: &'static str, action: &Action) -> Error {
    Error::unsupported(doing, format!("buttons of kind {:?}", action.kind()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(keyboard: &Keyboard) -> Value {
        let markup = markup("sending", keyboard).expect("a markup");
        serde_json::to_value(markup).expect("JSON")
    }

    #[test]
    fn buttons_under_a_message() {
        let switch = |here| Action::SwitchInline { query: "q".to_owned(), here };
        let keyboard = Keyboard::inline([
            vec![Button::callback("a", ""), Button::link("b", "https://e.org/")],
            vec![Button::new("c", switch(false)), Button::new("d", switch(true))],
        ]);
        let rows = json!([
            {"buttons": [
                {"text": "a", "callback_data": ""}, {"text": "b", "url": "https://e.org/"},
            ]},
            {"buttons": [
                {"text": "c", "switch_inline_query": "q"},
                {"text": "d", "switch_inline_query_current_chat": "q"},
            ]},
        ]);
        assert_eq!(written(&keyboard), json!({"type": 4, "inline_keyboard": rows}));
    }

    #[test]
    fn buttons_in_the_place_of_the_keyboard() {
        let options = ReplyOptions { once: true, ..ReplyOptions::default() };
        let contact = Button::new("me", Action::RequestContact);
        let keyboard = Keyboard::reply(options, [[Button::message("yes"), contact]]);
        let wanted = json!({
            "type": 2,
            "keyboard": [{"buttons": [{"text": "yes"}, {"text": "me", "request_contact": true}]}],
            "resize_keyboard": false, "single_use": true, "selective": false,
        });
        assert_eq!(written(&keyboard), wanted);
        assert_eq!(written(&Keyboard::remove()), json!({"type": 3, "selective": false}));
        assert_eq!(written(&Keyboard::force_reply()), json!({"type": 1, "selective": false}));
    }
}
