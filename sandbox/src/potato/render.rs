//! The world, as it is told on this wire.

use adapter_potato::wire;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::bare;
use crate::world::switches::potato::BareEntities;
use crate::world::{
    Account, AccountKey, Chat, Content, Event, Happening, Link, Mark, MarkKind, Message, Original,
    State,
};

/// The types hold nothing that JSON cannot.
pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Names that somebody does not have are empty, not absent.
pub(super) fn user(account: &Account) -> wire::User {
    wire::User {
        id: account.id,
        first_name: Some(account.name.clone()),
        last_name: Some(String::new()),
        username: Some(account.username.clone().unwrap_or_default()),
    }
}

/// An update; `None` for events that this messenger tells nobody of.
pub(super) fn update(state: &State, happening: &Happening) -> Option<Value> {
    let mut update = wire::Update {
        update_id: happening.first,
        message: None,
        edited_message: None,
        callback_query: None,
        inline_query: None,
        capital_inline_query: None,
        lang: Some("en".to_owned()),
        os_type: None,
    };
    match &happening.event {
        Event::Undocumented { chat, kind } => {
            let chat = json(&self::chat(state.chat(*chat)));
            return Some(serde_json::json!({"update_id": happening.first, kind: {"chat": chat}}));
        }
        Event::Wrote { chat, message: it } => {
            update.message = Some(Box::new(message(state, state.chat(*chat), &seen(it))));
        }
        Event::Pressed { chat, message, person, payload, callback } => {
            update.callback_query = Some(wire::CallbackQuery {
                inline_message_id: callback.clone(),
                message_id: message.number,
                chat: self::chat(state.chat(*chat)),
                from: user(state.account(*person)),
                data: Some(payload.clone()),
                date: Some(happening.at.timestamp()),
                game_short_name: None,
            });
        }
        _ => return None,
    }
    Some(json(&update))
}

fn chat(chat: &Chat) -> wire::Chat {
    wire::Chat::new(wire::ChatType::User, chat.id)
}

/// What a message and one that another answers have in common.
struct Told<'a> {
    number: i64,
    sender: AccountKey,
    at: DateTime<Utc>,
    edited: Option<DateTime<Utc>>,
    content: &'a Content,
    link: Option<&'a Link>,
}

fn seen(it: &Message) -> Told<'_> {
    let (number, sender, at, edited) = (it.number, it.sender, it.at, it.edited);
    Told { number, sender, at, edited, content: &it.content, link: it.link.as_ref() }
}

fn original(it: &Original) -> Told<'_> {
    let (number, sender, at) = (it.number, it.sender, it.at);
    Told { number, sender, at, edited: None, content: &it.content, link: None }
}

fn message(state: &State, dialog: &Chat, it: &Told<'_>) -> wire::Message {
    let text = &it.content.text;
    let marks = match state.switches.potato_bare_entities {
        BareEntities::None => text.marks.clone(),
        BareEntities::Made => bare::marks(text),
    };
    let entities: Vec<wire::Entity> =
        marks.iter().filter_map(|mark| entity(mark, &text.covered(mark))).collect();
    let replied = it.link.map(|link| message(state, dialog, &original(link.original())));
    wire::Message {
        from: Some(user(state.account(it.sender))),
        text: Some(text.plain.clone()),
        entities: (!entities.is_empty()).then_some(entities),
        reply_to_message: replied.map(Box::new),
        edit_date: it.edited.map(|at| at.timestamp()),
        ..wire::Message::new(it.number, chat(dialog), it.at.timestamp())
    }
}

/// The entity that a mark becomes; `None` for marks that this wire does not have.
fn entity(mark: &Mark, covered: &str) -> Option<wire::Entity> {
    let (mut url, mut user_id) = (None, None);
    let kind = match &mark.kind {
        MarkKind::Bold => wire::EntityType::Bold,
        MarkKind::Italic => wire::EntityType::Italic,
        MarkKind::Code => wire::EntityType::Code,
        MarkKind::Link { url: target } if target == covered => wire::EntityType::Url,
        MarkKind::Link { url: target } => {
            url = Some(target.clone());
            wire::EntityType::TextUrl
        }
        MarkKind::Mention { user_id: None, .. } => wire::EntityType::Mention,
        MarkKind::Mention { user_id: id, .. } => {
            user_id = *id;
            wire::EntityType::MentionName
        }
        MarkKind::Email => wire::EntityType::Email,
        MarkKind::Command => wire::EntityType::BotCommand,
        MarkKind::Underline
        | MarkKind::Strikethrough
        | MarkKind::Preformatted
        | MarkKind::Heading
        | MarkKind::Highlight
        | MarkKind::Quote => return None,
    };
    // No text is as long as that.
    let number = |units: usize| i64::try_from(units).unwrap_or(i64::MAX);
    let (offset, length) = (number(mark.from), number(mark.length));
    Some(wire::Entity { kind, offset, length, url, user_id })
}
