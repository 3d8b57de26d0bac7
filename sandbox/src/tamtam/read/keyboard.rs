//! Buttons. Limits: schemas 0.5.6 and 0.0.32 for texts, seen on MAX for rows.

use adapter_tamtam::wire::{Button as Asked, KnownButton, KnownReplyButton, ReplyButton};

use super::within;
use crate::Platform;
use crate::tamtam::refusal::Refusal;
use crate::world::{Button, Press};

/// The labels of all buttons: `Button.text`.
const LABEL: (usize, usize) = (1, 128);

/// `CallbackButton.payload`, `ClipboardButton.payload`, `ReplyButton.payload`.
const PAYLOAD: (usize, usize) = (0, 1024);

/// `LinkButton.url`.
const URL: (usize, usize) = (1, 2048);

/// `ChatButton.chat_title`, `chat_description`, `start_payload`.
const CHAT_TITLE: (usize, usize) = (1, 200);
const CHAT_DESCRIPTION: (usize, usize) = (0, 400);
const START_PAYLOAD: (usize, usize) = (0, 512);

/// Seen on MAX: so many rows, so many buttons in one, and in one with a button that opens something
/// or sends something of the person's.
const ROWS: usize = 30;
const IN_A_ROW: usize = 7;
const WIDE_IN_A_ROW: usize = 3;

/// The rows of an inline keyboard.
pub(in crate::tamtam) fn rows(
    platform: Platform,
    rows: &[Vec<Asked<'_>>],
) -> Result<Vec<Vec<Button>>, Refusal> {
    if rows.is_empty() {
        // Schema 0.5.6, `InlineKeyboardAttachmentRequestPayload.buttons`: at least one.
        return Err(Refusal::payload("buttons: must not be empty"));
    }
    let row = |row: &Vec<Asked<'_>>| row.iter().map(|it| button(platform, it)).collect();
    let rows: Vec<Vec<Button>> = rows.iter().map(row).collect::<Result<_, _>>()?;
    fits(platform, &rows)?;
    Ok(rows)
}

/// The rows of a reply keyboard, which only MAX has.
pub(super) fn reply_rows(rows: &[Vec<ReplyButton<'_>>]) -> Result<Vec<Vec<Button>>, Refusal> {
    if rows.is_empty() {
        return Err(Refusal::payload("buttons: must not be empty"));
    }
    let row = |row: &Vec<ReplyButton<'_>>| row.iter().map(reply_button).collect();
    let rows: Vec<Vec<Button>> = rows.iter().map(row).collect::<Result<_, _>>()?;
    fits(Platform::Max, &rows)?;
    Ok(rows)
}

fn fits(platform: Platform, rows: &[Vec<Button>]) -> Result<(), Refusal> {
    if platform != Platform::Max {
        return Ok(());
    }
    let is_wide = |it: &Button| {
        matches!(
            it.press,
            Press::Link { .. }
                | Press::OpenApp { .. }
                | Press::RequestContact
                | Press::RequestLocation { .. }
        )
    };
    let most = |row: &[Button]| if row.iter().any(is_wide) { WIDE_IN_A_ROW } else { IN_A_ROW };
    if rows.len() > ROWS {
        return Err(Refusal::payload("errors.maxRows"));
    }
    if rows.iter().any(|row| row.len() > most(row)) {
        return Err(Refusal::payload("errors.maxRowSize"));
    }
    Ok(())
}

fn button(platform: Platform, button: &Asked<'_>) -> Result<Button, Refusal> {
    let Asked::Known(button) = button else { return Err(Refusal::body()) };
    let is_max = platform == Platform::Max;
    let (label, press) = match button {
        KnownButton::Callback { text, payload, intent } => {
            within("payload", payload, PAYLOAD)?;
            let intent = match intent.as_deref() {
                // MAX takes no notice of it.
                _ if is_max => None,
                Some(word @ ("default" | "positive" | "negative")) => Some(word.to_owned()),
                Some(_) => return Err(Refusal::body()),
                None => None,
            };
            (text, Press::Callback { payload: payload.to_string(), intent })
        }
        KnownButton::Link { text, url } => {
            within("url", url, URL)?;
            (text, Press::Link { url: url.to_string() })
        }
        KnownButton::RequestContact { text } => (text, Press::RequestContact),
        KnownButton::RequestGeoLocation { text, quick } => {
            (text, Press::RequestLocation { quick: quick.unwrap_or_default() })
        }
        KnownButton::Chat { text, chat_title, chat_description, start_payload, uuid }
            if !is_max =>
        {
            within("chat_title", chat_title, CHAT_TITLE)?;
            within(
                "chat_description",
                chat_description.as_deref().unwrap_or(""),
                CHAT_DESCRIPTION,
            )?;
            within("start_payload", start_payload.as_deref().unwrap_or(""), START_PAYLOAD)?;
            let press = Press::OpenChat {
                title: chat_title.to_string(),
                description: chat_description.as_ref().map(ToString::to_string),
                payload: start_payload.as_ref().map(ToString::to_string),
                uuid: *uuid,
            };
            (text, press)
        }
        KnownButton::OpenApp { text, web_app, contact_id, payload } if is_max => {
            if web_app.is_none() && contact_id.is_none() {
                return Err(Refusal::payload("Field 'webApp' cannot be null"));
            }
            let press = Press::OpenApp {
                web_app: web_app.as_ref().map(ToString::to_string),
                contact: *contact_id,
                payload: payload.as_ref().map(ToString::to_string),
            };
            (text, press)
        }
        KnownButton::Message { text } if is_max => (text, Press::SendLabel { payload: None }),
        KnownButton::Clipboard { text, payload } if is_max => {
            within("payload", payload, PAYLOAD)?;
            (text, Press::Copy { payload: payload.to_string() })
        }
        // A kind of the other messenger: MAX was seen to refuse `chat` so.
        KnownButton::Chat { .. }
        | KnownButton::OpenApp { .. }
        | KnownButton::Message { .. }
        | KnownButton::Clipboard { .. } => return Err(Refusal::body()),
    };
    within("text", label, LABEL)?;
    Ok(Button { label: label.to_string(), press })
}

/// What a reply keyboard's button for a contact or a place carries beside it is checked and then
/// forgotten: no source says what comes of it.
fn reply_button(button: &ReplyButton<'_>) -> Result<Button, Refusal> {
    let ReplyButton::Known(button) = button else { return Err(Refusal::body()) };
    let (label, payload, press) = match button {
        KnownReplyButton::Message { text, payload } => {
            let said = payload.as_ref().map(ToString::to_string);
            (text, payload, Press::SendLabel { payload: said })
        }
        KnownReplyButton::UserGeoLocation { text, payload, quick } => {
            (text, payload, Press::RequestLocation { quick: quick.unwrap_or_default() })
        }
        KnownReplyButton::UserContact { text, payload } => (text, payload, Press::RequestContact),
    };
    within("payload", payload.as_deref().unwrap_or(""), PAYLOAD)?;
    within("text", label, LABEL)?;
    Ok(Button { label: label.to_string(), press })
}
