//! What people write.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{
    Asked, ChatName, Spot, Who, bot_or_first, can_write, find_chat, find_message, is_inside,
};
use super::carried::{self, Carried, GivenMark};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{ChatKind, Content, Draft, Link, Permission};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/say",
        takes: "platform, person, text?, marks?, attachments?, bot?, chat_type?, chat_id?, reply_to?, forward?",
        does: "the person writes: to the bot, or in the chat",
        run: Run::Now(say),
    },
    Endpoint {
        method: "POST",
        path: "/edit",
        takes: "platform, person, chat_type?, chat_id, message_id, text?, marks?, attachments?",
        does: "the person changes a message of theirs",
        run: Run::Now(edit),
    },
    Endpoint {
        method: "POST",
        path: "/delete",
        takes: "platform, person, chat_type?, chat_id, message_id",
        does: "the person deletes a message of theirs, or one of the chat where they keep order",
        run: Run::Now(delete),
    },
    Endpoint {
        method: "POST",
        path: "/view",
        takes: "platform, person, chat_type?, chat_id, message_id",
        does: "the person sees a post",
        run: Run::Now(view),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saying {
    platform: Platform,
    person: Who,
    #[serde(default)]
    text: String,
    #[serde(default)]
    marks: Vec<GivenMark>,
    #[serde(default)]
    attachments: Vec<Carried>,
    bot: Option<Who>,
    chat_type: Option<i64>,
    chat_id: Option<Value>,
    reply_to: Option<Value>,
    forward: Option<Forwarding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forwarding {
    chat_type: Option<i64>,
    chat_id: Value,
    message_id: Value,
}

fn say(asked: &Asked) -> Answer {
    let Saying {
        platform,
        person,
        text,
        marks,
        attachments,
        bot,
        chat_type,
        chat_id,
        reply_to,
        forward,
    } = asked.body()?;
    let world = &asked.world;
    let person = world.look(|state| person.person(state, platform, "person"))?;
    if bot.is_some() && chat_id.is_some() {
        return Err(Mistake::bad("bot: either a bot or a chat_id is said"));
    }
    if reply_to.is_some() && forward.is_some() {
        return Err(Mistake::bad("forward: a message either answers or passes on"));
    }
    if forward.is_some()
        && platform == Platform::Potato
        && !(text.is_empty() && attachments.is_empty())
    {
        return Err(Mistake::bad("forward: on potato a message is passed on as it is"));
    }
    let text = carried::text(platform, text, marks)?;
    let attachments = carried::attachments(world, platform, person, attachments)?;
    // What is passed on needs no words.
    let content = if forward.is_some() {
        Content { text, attachments, preview: true, ..Content::default() }
    } else {
        carried::content(text, attachments)?
    };
    world.act(|state| {
        let chat = if let Some(id) = &chat_id {
            find_chat(state, platform, Some(person), &ChatName::new(chat_type, id))?
        } else {
            let bot = bot_or_first(state, platform, bot.as_ref())?;
            state.dialog(bot, person)
        };
        can_write(state, chat, person)?;
        let link = match (&reply_to, &forward) {
            (Some(id), _) => {
                let answered = find_message(state, chat, id)?;
                let original = match platform {
                    Platform::Potato => answered.as_answered(chat),
                    Platform::Tamtam | Platform::Max => answered.as_original(chat),
                };
                Some(Link::Reply(Box::new(original)))
            }
            (None, Some(Forwarding { chat_type, chat_id, message_id })) => {
                let from = ChatName::new(*chat_type, chat_id);
                let from = find_chat(state, platform, Some(person), &from)?;
                is_inside(state, from, person)?;
                let passed_on = find_message(state, from, message_id)?;
                if passed_on.content.action.is_some() {
                    let why = "forward: it is a note of the messenger";
                    return Err(Mistake::forbidden(why));
                }
                let original = passed_on.as_original(from);
                Some(Link::Forward(Box::new(original)))
            }
            (None, None) => None,
        };
        let message = state.post(chat, person, Draft { content, link, constructed_by: None });
        Ok(show::address(state, chat, message.number))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Editing {
    platform: Platform,
    person: Who,
    chat_type: Option<i64>,
    chat_id: Value,
    message_id: Value,
    text: Option<String>,
    #[serde(default)]
    marks: Vec<GivenMark>,
    attachments: Option<Vec<Carried>>,
}

fn edit(asked: &Asked) -> Answer {
    let Editing { platform, person, chat_type, chat_id, message_id, text, marks, attachments } =
        asked.body()?;
    if text.is_none() && attachments.is_none() {
        return Err(Mistake::bad("text: neither a text nor attachments are given"));
    }
    if text.is_none() && !marks.is_empty() {
        return Err(Mistake::bad("marks: they need their text"));
    }
    let world = &asked.world;
    let spot = world.look(|it| {
        Spot::of(it, platform, &person, &ChatName::new(chat_type, &chat_id), &message_id)
    })?;
    let text = text.map(|text| carried::text(platform, text, marks)).transpose()?;
    let carry = |given| carried::attachments(world, platform, spot.person, given);
    let attachments = attachments.map(carry).transpose()?;
    world.act(|state| {
        let message = spot.message(state)?;
        if message.sender != spot.person {
            return Err(Mistake::forbidden("message_id: it is somebody else's"));
        }
        if message.content.action.is_some() {
            return Err(Mistake::forbidden("message_id: it is a note of the messenger"));
        }
        let content = Content {
            text: text.unwrap_or_else(|| message.content.text.clone()),
            attachments: attachments.unwrap_or_else(|| message.content.attachments.clone()),
            ..message.content.clone()
        };
        if content.is_blank() {
            return Err(carried::blank(content.text.plain.chars().count()));
        }
        state.edit(spot.chat, spot.number, spot.person, |it| *it = content);
        Ok(show::address(state, spot.chat, spot.number))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneMessage {
    platform: Platform,
    person: Who,
    chat_type: Option<i64>,
    chat_id: Value,
    message_id: Value,
}

fn delete(asked: &Asked) -> Answer {
    let OneMessage { platform, person, chat_type, chat_id, message_id } = asked.body()?;
    asked.world.act(|state| {
        let spot =
            Spot::of(state, platform, &person, &ChatName::new(chat_type, &chat_id), &message_id)?;
        let chat = state.chat(spot.chat);
        let keeps_order = chat.kind != ChatKind::Dialog
            && [
                Permission::Delete,
                Permission::DeleteMessage,
                Permission::PostEditDeleteMessage,
                Permission::CanDeleteMessages,
            ]
            .iter()
            .any(|it| chat.may(spot.person, *it));
        if spot.message(state)?.sender != spot.person && !keeps_order {
            return Err(Mistake::forbidden("message_id: it is somebody else's"));
        }
        state.delete(spot.chat, spot.number, spot.person);
        Ok(json!({"deleted": message_id}))
    })
}

fn view(asked: &Asked) -> Answer {
    let OneMessage { platform, person, chat_type, chat_id, message_id } = asked.body()?;
    asked.world.act(|state| {
        let spot =
            Spot::of(state, platform, &person, &ChatName::new(chat_type, &chat_id), &message_id)?;
        state.view(spot.chat, spot.number, spot.person);
        Ok(json!({"views": spot.message(state)?.views}))
    })
}
