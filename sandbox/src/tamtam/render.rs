//! The world, as it is told on this wire.

mod attachment;
mod chat;
mod keyboard;
mod markup;
mod message;
mod request;
mod update;
mod user;

use serde::Serialize;
use serde_json::Value;

use crate::Platform;
use crate::world::{AccountKey, State};

/// The world, as one bot is told of it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) state: &'a State,
    pub(super) platform: Platform,
    /// The bot that is told.
    pub(super) bot: AccountKey,
    /// How the addresses of files begin.
    pub(super) base: &'a str,
}

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
        // `Recipient`, `MessageCallbackUpdate`, `ChatMember`, `Chat`, `Subscription`.
        let required: &[&str] = if fields.contains_key("last_access_time") {
            &["username", "permissions"]
        } else if fields.contains_key("is_bot") {
            &["username"]
        } else if fields.contains_key("participants_count") {
            &["title", "icon", "description"]
        } else if fields.contains_key("url") && fields.contains_key("time") {
            &["update_types", "version"]
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
