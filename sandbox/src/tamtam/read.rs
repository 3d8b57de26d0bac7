//! What bots send, checked as far as it can be without looking at the world: MAX checks a body
//! before it looks for the recipient (seen by probing it).
//!
//! | room | what is in it |
//! |---|---|
//! | `said` | a message, or what one shall be |
//! | `attached` | what it carries |
//! | `keyboard` | its buttons |

mod attached;
mod keyboard;
mod said;

use axum::body::{Body, Bytes};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(super) use attached::Attached;
pub(super) use keyboard::rows;
pub(super) use said::{Said, Text, message, said, text};

use super::refusal::Refusal;
use crate::body::{self, Unread};

/// The body of a request of the API; files go elsewhere.
pub(super) async fn body(body: Body) -> Result<Bytes, Refusal> {
    /// The largest that makes sense for a message.
    const MAX_BYTES: usize = 1024 * 1024;
    body::read(body, MAX_BYTES).await.map_err(|why| match why {
        Unread::Silent => Refusal::silence(&format!("Body: {why}")),
        Unread::TooLarge(_) | Unread::Client(_) => Refusal::body(),
    })
}

/// A body that is a JSON object. An array is none, though it could be read as a list of the fields;
/// the same goes for the objects within it.
pub(super) fn decoded<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::body())?;
    if !value.is_object() || has_array_for_object(&value) {
        return Err(Refusal::body());
    }
    // Not from the value: numbers stay what they are on the wire.
    serde_json::from_slice(body).map_err(|_| Refusal::body())
}

/// Whether there is an array where both schemas have an object.
fn has_array_for_object(value: &Value) -> bool {
    const OBJECTS: [&str; 6] = ["link", "message", "payload", "keyboard", "photo", "icon"];
    match value {
        Value::Array(items) => items.iter().any(has_array_for_object),
        Value::Object(fields) => fields.iter().any(|(name, field)| {
            field.is_array() && OBJECTS.contains(&name.as_str()) || has_array_for_object(field)
        }),
        _ => false,
    }
}

/// A text of `least` to `most` characters.
pub(super) fn within(
    field: &str,
    text: &str,
    (least, most): (usize, usize),
) -> Result<(), Refusal> {
    if (least..=most).contains(&text.chars().count()) {
        return Ok(());
    }
    Err(Refusal::payload(&format!("{field}: size must be between {least} and {most}")))
}

/// The chat and the number that a `mid` names: two 64-bit numbers in lower-case hexadecimal, found
/// in real payloads of both messengers.
pub(super) fn mid(mid: &str) -> Option<(i64, i64)> {
    let is_digit = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    let digits =
        mid.strip_prefix("mid.").filter(|it| it.len() == 32 && it.bytes().all(is_digit))?;
    let (chat, number) = digits.split_at(16);
    let signed = |digits| u64::from_str_radix(digits, 16).ok().map(u64::cast_signed);
    Some((signed(chat)?, signed(number)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Platform;

    #[test]
    fn a_recorded_mid_is_read() {
        // max-updates/update.message_created.json of the collected payloads: a group.
        let read = mid("mid.ffffbdb48e6c3775019d496b34394b84");
        assert_eq!(read, Some((-72_891_795_490_955, 0x019d_496b_3439_4b84)));
        assert_eq!(mid("mid.sha-more"), None);
    }

    #[test]
    fn a_mid_has_lower_case_digits_and_nothing_else() {
        assert_eq!(mid("mid.FFFFBDB48E6C3775019D496B34394B84"), None);
        assert_eq!(mid("mid.+fffbdb48e6c3775019d496b34394b84"), None);
        assert_eq!(mid("mid.ffffbdb48e6c3775019d496b34394b840"), None);
    }

    #[test]
    fn an_array_is_no_object() {
        let read = |body: &'static str| {
            decoded::<adapter_tamtam::wire::NewMessageBody<'static>>(&Bytes::from(body)).is_ok()
        };
        assert!(read(r#"{"text": "a", "unknown": [1]}"#));
        assert!(!read(r#"["a"]"#));
        assert!(!read(r#"{"text": "a", "link": ["reply", "mid.1"]}"#));
        assert!(!read(r#"{"text": "a""#));
    }

    /// JSON that has something of a message about it.
    fn like_a_message() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
            prop::sample::select(
                &[
                    "callback",
                    "link",
                    "chat",
                    "image",
                    "file",
                    "share",
                    "inline_keyboard",
                    "reply_keyboard",
                    "contact",
                    "sticker",
                    "location",
                    "html",
                    "markdown",
                    "reply",
                ][..]
            )
            .prop_map(Value::from),
        ];
        let names = prop::sample::select(
            &[
                "text",
                "attachments",
                "link",
                "format",
                "type",
                "payload",
                "buttons",
                "mid",
                "url",
                "token",
                "photos",
                "latitude",
                "longitude",
                "code",
                "contact_id",
                "chat_title",
            ][..],
        );
        leaf.prop_recursive(6, 64, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        /// Whatever a bot sends is read or refused.
        #[test]
        fn no_body_breaks_the_reading(value in like_a_message()) {
            let body = Bytes::from(value.to_string());
            let tamtam = message(Platform::Tamtam, &body);
            let max = message(Platform::Max, &body);
            if !value.is_object() {
                prop_assert!(tamtam.is_err() && max.is_err());
            }
        }

        #[test]
        fn a_mid_that_is_read_is_the_one_that_is_told(chat: i64, number: i64) {
            prop_assert_eq!(mid(&crate::world::mid(chat, number)), Some((chat, number)));
        }

        #[test]
        fn what_is_no_mid_is_not_read(text in "\\PC{0,40}") {
            prop_assert!(mid(&text).is_none());
        }
    }
}
