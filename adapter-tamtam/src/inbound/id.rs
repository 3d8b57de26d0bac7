//! What identifies an update: neither platform gives it an id.

use gateway_core::model::UpdateId;
use serde::Serialize;
use serde_json::Value;

use crate::wire;

/// Longer ids are cut: some databases have no index for keys of thousands of bytes. The ids of the
/// platforms have up to 130 characters.
const LONGEST: usize = 512;

/// An id; of one that is too long its beginning and a checksum of the whole.
pub(super) fn bounded(id: &str) -> UpdateId {
    if id.len() <= LONGEST {
        return UpdateId::new(id);
    }
    let beginning = &id[..id.floor_char_boundary(LONGEST)];
    UpdateId::new(format!("{beginning}:{}", checksum(id)))
}

pub(super) fn checksum(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

/// A checksum of anything that is written as JSON.
pub(super) fn of(content: &impl Serialize) -> String {
    checksum(&serde_json::to_string(&steady(content)).unwrap_or_default())
}

/// A checksum of what a message says, so that two edits in one millisecond are told apart.
pub(super) fn of_content(body: Option<&wire::MessageBody>) -> String {
    let Some(body) = body else { return checksum("") };
    of(&(&body.text, &body.markup, &body.attachments))
}

/// Without what is written anew each time that it is read: asserted by the official TamTam
/// client's suite of the tokens of files.
fn steady(content: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(content).unwrap_or_default();
    forget(&mut value);
    value
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields.iter_mut() {
                match field.as_str() {
                    "token" | "callback_id" | "last_activity_time" | "avatar_url"
                    | "full_avatar_url" => *value = Value::Null,
                    _ => forget(value),
                }
            }
            // Where a file is, but not where a link leads.
            let kind = fields.get("type").and_then(Value::as_str);
            if matches!(kind, Some("image" | "video" | "audio" | "file" | "sticker")) {
                for part in ["payload", "thumbnail"] {
                    if let Some(Value::Object(file)) = fields.get_mut(part) {
                        file.remove("url");
                    }
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_that_is_issued_anew_changes_nothing() {
        let photo = |token: &str| json!([{"type": "image", "payload": {"photo_id": 1, "token": token, "url": token}}]);
        assert_eq!(of(&photo("a")), of(&photo("b")));
        let other =
            json!([{"type": "image", "payload": {"photo_id": 2, "token": "a", "url": "a"}}]);
        assert_ne!(of(&photo("a")), of(&other));
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_a_change() {
        let button = |url: &str| json!({"type": "link", "text": "x", "url": url});
        assert_ne!(of(&button("https://a.example")), of(&button("https://b.example")));
    }

    #[test]
    fn an_id_that_is_too_long_is_cut_and_stays_its_own() {
        let long = |end: &str| bounded(&format!("{}{end}", "ä".repeat(1000)));
        assert!(long("a").as_str().len() <= LONGEST + 9);
        assert_ne!(long("a"), long("b"));
        assert_eq!(bounded("short").as_str(), "short");
    }
}
