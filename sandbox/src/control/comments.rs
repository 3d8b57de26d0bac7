//! What people say about messages.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, ChatName, Spot, Who, text_of};
use super::carried::{self, GivenMark};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{AccountKey, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/comments",
        takes: "platform, person, chat_id, message_id, text, marks?, reply_to?",
        does: "the person says something about a message; MAX only",
        run: Run::Now(write),
    },
    Endpoint {
        method: "POST",
        path: "/comments/edit",
        takes: "platform, person, chat_id, message_id, comment_id, text, marks?",
        does: "the person changes a comment of theirs",
        run: Run::Now(edit),
    },
    Endpoint {
        method: "POST",
        path: "/comments/delete",
        takes: "platform, person, chat_id, message_id, comment_id",
        does: "the person deletes a comment of theirs",
        run: Run::Now(delete),
    },
];

fn is_max(platform: Platform) -> Result<(), Mistake> {
    let why = || Mistake::bad(format!("platform: there are no comments on {platform}"));
    (platform == Platform::Max).then_some(()).ok_or_else(why)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Writing {
    platform: Platform,
    person: Who,
    chat_id: Value,
    message_id: Value,
    text: String,
    #[serde(default)]
    marks: Vec<GivenMark>,
    reply_to: Option<Value>,
}

fn write(asked: &Asked) -> Answer {
    let Writing { platform, person, chat_id, message_id, text, marks, reply_to } = asked.body()?;
    is_max(platform)?;
    let content = carried::content(carried::text(platform, text, marks)?, Vec::new())?;
    asked.world.act(|state| {
        let spot = Spot::of(state, platform, &person, &ChatName::new(None, &chat_id), &message_id)?;
        let reply_to = reply_to
            .map(|id| find(state, spot, "reply_to", &id).map(|(own, _)| own))
            .transpose()?;
        let comment = state.comment(spot.chat, spot.number, spot.person, content, reply_to);
        let comment = comment.ok_or_else(|| Mistake::not_found("message_id: it is gone"))?;
        Ok(show::comment(state, &comment))
    })
}

/// The number of a comment, and whose it is.
fn find(state: &State, spot: Spot, field: &str, id: &Value) -> Result<(i64, AccountKey), Mistake> {
    let wanted = text_of(id);
    let comments = &spot.message(state)?.comments;
    let found = comments.iter().find(|it| it.number.to_string() == wanted);
    let found = found.ok_or_else(|| Mistake::not_found(format!("{field}: no comment {wanted}")))?;
    Ok((found.number, found.sender))
}

fn find_own(state: &State, spot: Spot, id: &Value) -> Result<i64, Mistake> {
    let (number, sender) = find(state, spot, "comment_id", id)?;
    if sender == spot.person {
        return Ok(number);
    }
    Err(Mistake::forbidden("comment_id: it is somebody else's"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Editing {
    platform: Platform,
    person: Who,
    chat_id: Value,
    message_id: Value,
    comment_id: Value,
    text: String,
    #[serde(default)]
    marks: Vec<GivenMark>,
}

fn edit(asked: &Asked) -> Answer {
    let Editing { platform, person, chat_id, message_id, comment_id, text, marks } =
        asked.body()?;
    let content = carried::content(carried::text(platform, text, marks)?, Vec::new())?;
    asked.world.act(|state| {
        let spot = Spot::of(state, platform, &person, &ChatName::new(None, &chat_id), &message_id)?;
        let own = find_own(state, spot, &comment_id)?;
        let text = content.text;
        let place = (spot.number, own);
        let comment = state.edit_comment(spot.chat, place, spot.person, |it| it.text = text);
        let comment = comment.ok_or_else(|| Mistake::not_found("comment_id: it is gone"))?;
        Ok(show::comment(state, &comment))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deleting {
    platform: Platform,
    person: Who,
    chat_id: Value,
    message_id: Value,
    comment_id: Value,
}

fn delete(asked: &Asked) -> Answer {
    let Deleting { platform, person, chat_id, message_id, comment_id } = asked.body()?;
    asked.world.act(|state| {
        let spot = Spot::of(state, platform, &person, &ChatName::new(None, &chat_id), &message_id)?;
        let own = find_own(state, spot, &comment_id)?;
        state.delete_comment(spot.chat, (spot.number, own), spot.person);
        Ok(json!({"deleted": comment_id}))
    })
}
