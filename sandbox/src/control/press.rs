//! Buttons.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, ChatName, Spot, Who, can_write};
use super::{Answer, Endpoint, Mistake, Run, carried, show};
use crate::Platform;
use crate::world::{Attachment, Contact, Content, Draft, Press, State, Typed};

pub(super) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    method: "POST",
    path: "/press",
    takes: "platform, person, chat_type?, chat_id, message_id, payload or label, latitude?, longitude?, phone?",
    does: "the person presses the callback button with the payload, or any button by its label",
    run: Run::Now(press),
}];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pressing {
    platform: Platform,
    person: Who,
    chat_type: Option<i64>,
    chat_id: Value,
    message_id: Value,
    payload: Option<String>,
    label: Option<String>,
    /// What a button that asks for the person's place sends.
    latitude: Option<f64>,
    longitude: Option<f64>,
    /// What a button that asks for the person's card says of their telephone.
    phone: Option<String>,
}

fn press(asked: &Asked) -> Answer {
    let given: Pressing = asked.body()?;
    let chat = ChatName::new(given.chat_type, &given.chat_id);
    asked.world.act(|state| {
        let spot = Spot::of(state, given.platform, &given.person, &chat, &given.message_id)?;
        let found = match (&given.payload, &given.label) {
            (Some(payload), None) => return callback(state, spot, payload),
            (None, Some(label)) => {
                let content = &spot.message(state)?.content;
                let button = content.button(|it| it.label == *label).ok_or_else(|| {
                    Mistake::not_found(format!("label: the message has no button {label:?}"))
                })?;
                button.clone()
            }
            _ => return Err(Mistake::bad("payload: either a payload or a label is said")),
        };
        match found.press {
            Press::Callback { payload, .. } => callback(state, spot, &payload),
            Press::Play => {
                let started = state.press_play(spot.chat, spot.person, spot.number);
                pressed(started, "label: the message has no game")
            }
            Press::Type { query, here } => typed(state, spot, &query, here),
            Press::Link { url } => Ok(json!({"url": url})),
            Press::Copy { payload } => Ok(json!({"copied": payload})),
            Press::OpenApp { web_app, contact, payload } => {
                Ok(json!({"web_app": web_app, "contact_id": contact, "payload": payload}))
            }
            Press::OpenChat { .. } => {
                let opened = state.press_chat(spot.chat, spot.person, spot.number, &found.label);
                let opened = opened.ok_or_else(|| Mistake::not_found("label: no such button"))?;
                Ok(show::chat_address(state.chat(opened)))
            }
            Press::SendLabel { payload } => {
                let attachments = payload.into_iter().map(Attachment::Data).collect();
                let text = found.label.as_str().into();
                send(state, spot, Content { text, attachments, ..Content::default() })
            }
            Press::RequestContact => {
                let contact = Contact {
                    account: Some(spot.person),
                    name: Some(state.account(spot.person).name.clone()),
                    phone: given.phone,
                    is_own: true,
                    ..Contact::default()
                };
                carry(state, spot, Attachment::Contact(contact))
            }
            Press::RequestLocation { .. } => {
                let (Some(latitude), Some(longitude)) = (given.latitude, given.longitude) else {
                    let why = "latitude: this button sends a place: latitude and longitude";
                    return Err(Mistake::bad(why));
                };
                carry(state, spot, carried::location(latitude, longitude)?)
            }
        }
    })
}

fn callback(state: &mut State, spot: Spot, payload: &str) -> Answer {
    let callback = state.press(spot.chat, spot.person, spot.number, payload);
    pressed(callback, format!("payload: the message has no button with {payload:?}"))
}

fn pressed(callback: Option<String>, why: impl Into<String>) -> Answer {
    let callback = callback.ok_or_else(|| Mistake::not_found(why))?;
    Ok(json!({"callback_id": callback}))
}

/// In the chat with the button it is typed at once; elsewhere the person chooses where.
fn typed(state: &mut State, spot: Spot, query: &str, here: bool) -> Answer {
    let bot = spot.message(state)?.keeper();
    if !here {
        return Ok(json!({"bot": state.account(bot).username, "query": query}));
    }
    let id = state.type_to(bot, spot.person, spot.chat, Typed::of(query));
    Ok(json!({"inline_query_id": id}))
}

fn carry(state: &mut State, spot: Spot, attachment: Attachment) -> Answer {
    send(state, spot, Content { attachments: vec![attachment], ..Content::default() })
}

fn send(state: &mut State, spot: Spot, content: Content) -> Answer {
    can_write(state, spot.chat, spot.person)?;
    let draft = Draft { content, ..Draft::default() };
    let message = state.post(spot.chat, spot.person, draft);
    Ok(show::address(state, spot.chat, message.number))
}
