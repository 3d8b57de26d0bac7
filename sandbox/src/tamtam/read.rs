//! What bots send, checked.

use axum::body::{Body, Bytes};
use serde::de::DeserializeOwned;

use adapter_tamtam::wire;

use super::refusal::Refusal;
use super::{html, markdown};
use crate::world::{Button, Press, RichText};

/// Longest text, in characters, as it was sent.
const TEXT_LIMIT: usize = 4000;

/// MAX's and TamTam's limits for buttons: schema `Button.text`, `CallbackButton.payload`,
/// `LinkButton.url`.
const LABEL_LIMIT: usize = 128;
const PAYLOAD_LIMIT: usize = 1024;
const URL_LIMIT: usize = 2048;

/// The body of a request of the API; files go elsewhere.
pub(super) async fn body(body: Body) -> Result<Bytes, Refusal> {
    /// The largest that makes sense for a message.
    const MAX_BYTES: usize = 1024 * 1024;
    axum::body::to_bytes(body, MAX_BYTES)
        .await
        .map_err(|_| Refusal::payload("Can't deserialize body"))
}

pub(super) fn decoded<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::payload("Can't deserialize body"))
}

/// A message, as far as it can be checked without knowing its recipient.
pub(super) fn message(body: &Bytes) -> Result<wire::NewMessageBody<'static>, Refusal> {
    let body: wire::NewMessageBody<'static> = decoded(body)?;
    if body.text.as_ref().is_some_and(|text| text.chars().count() > TEXT_LIMIT) {
        return Err(Refusal::payload("text: size must be between 0 and 4000"));
    }
    Ok(body)
}

/// The text of a message, with the formatting that its format asks for.
pub(super) fn text(body: &wire::NewMessageBody<'_>) -> Result<Option<RichText>, Refusal> {
    let Some(text) = body.text.as_deref() else { return Ok(None) };
    match body.format.as_deref().map(str::to_lowercase).as_deref() {
        None => Ok(Some(text.into())),
        Some("html") => Ok(Some(html::parse(text))),
        Some("markdown") => Ok(Some(markdown::parse(text))),
        Some(_) => Err(Refusal::payload("format: must be one of html, markdown")),
    }
}

/// The buttons of a message; `None` when it does not say whether it has some.
pub(super) fn buttons(
    body: &wire::NewMessageBody<'_>,
) -> Result<Option<Vec<Vec<Button>>>, Refusal> {
    let Some(attachments) = &body.attachments else { return Ok(None) };
    let mut keyboards = Vec::new();
    for attachment in attachments {
        match attachment {
            wire::AttachmentRequest::Known(wire::KnownAttachmentRequest::InlineKeyboard {
                payload,
            }) => {
                keyboards.push(payload);
            }
            other => {
                let other = serde_json::to_value(other).unwrap_or_default();
                let kind = other["type"].as_str();
                let kind = kind.ok_or_else(|| Refusal::payload("Can't deserialize body"))?;
                return Err(Refusal::not_emulated(&format!("attachments of type {kind}")));
            }
        }
    }
    match keyboards.as_slice() {
        [] => Ok(Some(Vec::new())),
        [keyboard] => {
            let row = |row: &Vec<wire::Button<'_>>| row.iter().map(button).collect();
            keyboard.buttons.iter().map(row).collect::<Result<_, _>>().map(Some)
        }
        _ => Err(Refusal::payload("Must be only one keyboard attachment in message")),
    }
}

fn button(button: &wire::Button<'_>) -> Result<Button, Refusal> {
    let (label, press) = match button {
        wire::Button::Known(wire::KnownButton::Callback { text, payload, .. }) => {
            within("payload", payload, PAYLOAD_LIMIT)?;
            (text, Press::Callback { payload: payload.to_string(), intent: None })
        }
        wire::Button::Known(wire::KnownButton::Link { text, url }) => {
            within("url", url, URL_LIMIT)?;
            (text, Press::Link { url: url.to_string() })
        }
        other => {
            let other = serde_json::to_value(other).unwrap_or_default();
            let kind = other["type"].as_str();
            let kind = kind.ok_or_else(|| Refusal::payload("Can't deserialize body"))?;
            return Err(Refusal::not_emulated(&format!("buttons of type {kind}")));
        }
    };
    if label.is_empty() {
        return Err(Refusal::payload("text: size must be between 1 and 128"));
    }
    within("text", label, LABEL_LIMIT)?;
    Ok(Button { label: label.to_string(), press })
}

fn within(field: &str, text: &str, limit: usize) -> Result<(), Refusal> {
    if text.chars().count() <= limit {
        return Ok(());
    }
    Err(Refusal::payload(&format!("{field}: size must be between 0 and {limit}")))
}

/// The chat and the number that a `mid` names: two 64-bit numbers in hexadecimal.
pub(super) fn mid(mid: &str) -> Option<(i64, i64)> {
    let digits = mid.strip_prefix("mid.").filter(|it| it.len() == 32 && it.is_ascii())?;
    let (chat, number) = digits.split_at(16);
    let signed = |digits| u64::from_str_radix(digits, 16).ok().map(u64::cast_signed);
    Some((signed(chat)?, signed(number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_mid_is_read() {
        // max-updates/update.message_created.json of the collected payloads: a group.
        let read = mid("mid.ffffbdb48e6c3775019d496b34394b84");
        assert_eq!(read, Some((-72_891_795_490_955, 0x019d_496b_3439_4b84)));
        assert_eq!(mid("mid.sha-more"), None);
    }
}
