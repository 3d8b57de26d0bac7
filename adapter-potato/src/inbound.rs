//! Wire → model.

mod action;
mod chat;
mod details;
mod message;
mod text;

use chrono::{DateTime, Utc};
use gateway_core::model::{
    AccountId, ButtonPress, CallbackId, InlineQuery, MessageId, QueryId, Raw, Update, UpdateId,
    UpdateKind,
};
use serde_json::Value;

use crate::wire;

pub(crate) use chat::{chat_id, entries, member, user};
pub(crate) use details::details;
pub(crate) use message::message;

/// What the platform says in one update of its own: mostly one, and more when several things
/// happened to a chat at once. What is not understood becomes [`UpdateKind::Unknown`].
///
/// `bot` is the bot's own number, by which it is known among those who come and go.
///
/// ```
/// use adapter_potato::decode_updates;
/// use gateway_core::model::{AccountId, Raw, UpdateKind};
///
/// let raw = Raw::from_text(
///     r#"{"update_id":1,"message":{"message_id":57,"chat":{"id":11370003,"type":2},
///         "from":{"id":22800001,"first_name":"David","username":""},"text":"123",
///         "date":1544440630}}"#,
/// )?;
/// let updates = decode_updates(&AccountId::new("shop"), 10000001, raw);
/// let UpdateKind::MessageCreated { message } = &updates[0].kind else { panic!("a message") };
/// assert_eq!(message.text, "123".into());
/// assert_eq!(message.chat.id.as_str(), "group:11370003");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn updates(account: &AccountId, bot: i64, mut raw: Raw) -> Vec<Update> {
    let read = serde_json::from_str::<wire::Update>(raw.as_str()).ok();
    let (number, locale) = match &read {
        Some(update) => (Some(update.update_id), update.lang.clone()),
        None => (raw.to_value()["update_id"].as_i64(), None),
    };
    let (time, kinds) = match read.and_then(|update| known(bot, update)) {
        Some((time, kinds)) if !kinds.is_empty() => (time, kinds),
        _ => (None, vec![unknown(&raw)]),
    };
    // After a quiet week the platform begins anew with a random number: the number alone may come
    // twice, but not in the same second.
    let when = match time {
        Some(time) => time.timestamp(),
        None => i64::from(crc32fast::hash(raw.as_str().as_bytes())),
    };
    let number = number.unwrap_or_default();
    let id = |place: usize| match place {
        0 => UpdateId::of(format_args!("{number}:{when}")),
        place => UpdateId::of(format_args!("{number}:{when}:{place}")),
    };
    let last = kinds.len() - 1;
    let update = |(place, kind)| Update {
        account: account.clone(),
        id: id(place),
        time,
        locale: locale.clone(),
        kind,
        // Most are one, which needs no copy.
        raw: if place == last { std::mem::take(&mut raw) } else { raw.clone() },
    };
    kinds.into_iter().enumerate().map(update).collect()
}

type Known = (Option<DateTime<Utc>>, Vec<UpdateKind>);

fn known(bot: i64, update: wire::Update) -> Option<Known> {
    let wire::Update {
        message,
        edited_message,
        callback_query,
        inline_query,
        capital_inline_query,
        ..
    } = update;
    let query = inline_query.or(capital_inline_query);
    match (message, edited_message, callback_query, query) {
        (Some(mut message), None, None, None) => {
            // A message with an action is about the chat, and by nobody.
            if let Some(action) = message.action.take() {
                return Some((Some(time(message.date)), action::kinds(bot, *message, action)));
            }
            let message = Box::new(self::message(*message));
            Some((Some(message.time), vec![UpdateKind::MessageCreated { message }]))
        }
        (None, Some(message), None, None) if message.action.is_none() => {
            let message = Box::new(self::message(*message));
            let time = message.edited.unwrap_or(message.time);
            Some((Some(time), vec![UpdateKind::MessageEdited { message }]))
        }
        (None, None, Some(press), None) => {
            let time = press.date.map(time);
            Some((time, vec![UpdateKind::ButtonPressed(pressed(press))]))
        }
        (None, None, None, Some(query)) => {
            Some((None, vec![UpdateKind::InlineQuery(asked(query))]))
        }
        _ => None,
    }
}

fn pressed(press: wire::CallbackQuery) -> ButtonPress {
    ButtonPress {
        id: CallbackId::new(press.inline_message_id),
        chat: Some(chat::chat(press.chat)),
        message: Some(MessageId::of(press.message_id)),
        user: user(press.from),
        payload: press.data.unwrap_or_default(),
        game: press.game_short_name,
    }
}

fn asked(query: wire::InlineQuery) -> InlineQuery {
    InlineQuery {
        id: QueryId::new(query.id),
        user: user(query.from),
        query: query.query,
        offset: query.offset,
        location: query.location.map(message::location),
    }
}

/// What it is called, and in which chat it is, as far as can be told.
fn unknown(raw: &Raw) -> UpdateKind {
    let raw = raw.to_value();
    let about = ["update_id", "lang", "os_type"];
    let part = raw.as_object().and_then(|fields| {
        fields.iter().find(|(name, value)| !value.is_null() && !about.contains(&name.as_str()))
    });
    let (kind, chat) = match part {
        Some((name, value)) if value.get("action").is_some_and(|it| !it.is_null()) => {
            (format!("{name}.action"), &value["chat"])
        }
        Some((name, value)) => (name.clone(), &value["chat"]),
        None => ("empty".to_owned(), &Value::Null),
    };
    let chat = serde_json::from_value::<wire::Chat>(chat.clone()).ok();
    UpdateKind::Unknown { kind, chat: chat.map(|chat| chat_id(&chat)) }
}

/// The end of the year 9999: what is beyond it no database and no RFC 3339 can hold.
const LAST_SECOND: i64 = 253_402_300_799;

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds.clamp(0, LAST_SECOND), 0).unwrap_or_default()
}

/// What is there, and not empty.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
