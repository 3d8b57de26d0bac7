//! What people and bots say about a post; MAX only, since its 0.0.33.
//!
//! No schema has it yet: the shapes are those that maxoxide 3.1.0 reads and writes. MAX's page on
//! `GET /messages/{messageId}/comments` says that those of a span of time are read, and the last so
//! many of it, or those that are named; and that the bot has to keep the channel with the right
//! `read_all_messages`. What no source says is decided so:
//!
//! - Posts of channels have comments, other messages have none.
//! - Who may read a channel's posts may comment on them. A bot changes its own comments, and deletes
//!   others' with the right to delete posts.
//! - They come newest first, and a span of time includes both its ends: as `getMessages` has it.
//! - No marker comes back. That page promises one, and no client has a parameter to send it by: who
//!   reads on asks for what was said `before`.

use adapter_tamtam::wire;
use serde_json::Value;

use super::read::{self, Text};
use super::refusal::Refusal;
use super::render::json;
use super::{Call, Facade, access, failure, success};
use crate::world::{
    AccountKey, ChatKey, ChatKind, Comment, Content, Message, Permission, State, mid,
};

/// How many come when nothing is said, and at most: taken over from `getMessages`.
const COUNTS: (i64, i64) = (1, 100);
const DEFAULT_COUNT: i64 = 50;

impl Facade {
    /// `GET /messages/{messageId}/comments`.
    pub(super) fn comments(&self, call: &Call) -> Result<Value, Refusal> {
        let ids = call.given.list("comment_ids");
        let before: i64 = call.given.get("before")?.unwrap_or(i64::MAX);
        let after: i64 = call.given.get("after")?.unwrap_or(i64::MIN);
        let count = call.given.within("count", COUNTS, DEFAULT_COUNT)?;
        let times = after..=before;
        self.view(call, |view| {
            let (chat, post) = read_post(view.state, view.bot, &call.places.name)?;
            let found: Vec<Comment> = if let Some(ids) = ids {
                let named = ids.into_iter().map(|id| comment_of(view.state, chat, &post, id));
                named.collect::<Result<_, _>>()?
            } else {
                let newest = post.comments.iter().rev();
                let within = newest.filter(|it| times.contains(&it.at.timestamp_millis()));
                within.take(count).cloned().collect()
            };
            let messages = found.iter().map(|it| view.comment(chat, post.number, it)).collect();
            Ok(json(&wire::CommentList { messages, marker: None }))
        })
    }

    /// `GET /messages/{messageId}/comments/{commentId}`.
    pub(super) fn comment(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let (chat, post) = read_post(view.state, view.bot, &call.places.name)?;
            let comment = comment_of(view.state, chat, &post, &call.places.comment)?;
            Ok(json(&view.comment(chat, post.number, &comment)))
        })
    }

    /// `POST /messages/{messageId}/comments`.
    pub(super) fn send_comment(&self, call: &Call) -> Result<Value, Refusal> {
        let (text, link) = comment_body(call)?;
        let text = text.filter(|it| !it.is_blank());
        let text = text.ok_or_else(|| Refusal::payload("Comment must have text"))?;
        self.world.act(|state| {
            let (chat, post) = post(state, call.bot, &call.places.name)?;
            let reply_to = match link {
                Some(link) => Some(comment_of(state, chat, &post, &link.mid)?.number),
                None => None,
            };
            let content = Content { text: text.in_chat(state, chat), ..Content::default() };
            let comment = state.comment(chat, post.number, call.bot, content, reply_to);
            let comment = comment.ok_or_else(|| Refusal::no_message(&call.places.name))?;
            let message = self.sight(call, state).comment(chat, post.number, &comment);
            Ok(json(&wire::SendMessageResult { message }))
        })
    }

    /// `PUT /messages/{messageId}/comments`.
    pub(super) fn edit_comment(&self, call: &Call) -> Result<Value, Refusal> {
        let id = comment_id(call)?;
        let (text, _) = comment_body(call)?;
        self.world.act(|state| {
            let (chat, post) = post(state, call.bot, &call.places.name)?;
            let comment = comment_of(state, chat, &post, id)?;
            if comment.sender != call.bot {
                return Ok(failure("Comment of another user can't be edited"));
            }
            let Some(text) = text else { return Ok(success()) };
            if text.is_blank() {
                return Ok(failure("Comment must have text"));
            }
            let text = text.in_chat(state, chat);
            let place = (post.number, comment.number);
            state.edit_comment(chat, place, call.bot, |it| it.text = text);
            Ok(success())
        })
    }

    /// `DELETE /messages/{messageId}/comments`.
    pub(super) fn delete_comment(&self, call: &Call) -> Result<Value, Refusal> {
        let id = comment_id(call)?;
        self.world.act(|state| {
            let (chat, post) = post(state, call.bot, &call.places.name)?;
            let comment = comment_of(state, chat, &post, id)?;
            let is_own = comment.sender == call.bot;
            // Who wrote the post does not matter here: only the right does.
            let others = Message { sender: comment.sender, ..post.clone() };
            if !is_own && !access::messages::may_delete(state.chat(chat), call.bot, &others) {
                let message = "No permission to delete the comment of another user";
                return Err(Refusal::access(message));
            }
            state.delete_comment(chat, (post.number, comment.number), call.bot);
            Ok(success())
        })
    }
}

fn post(state: &State, bot: AccountKey, mid: &str) -> Result<(ChatKey, Message), Refusal> {
    let (chat, post) = access::messages::readable(state, bot, mid)?;
    if state.chat(chat).kind != ChatKind::Channel {
        return Err(Refusal::payload("Only posts of channels have comments"));
    }
    Ok((chat, post))
}

/// A post whose comments the bot may read.
fn read_post(state: &State, bot: AccountKey, mid: &str) -> Result<(ChatKey, Message), Refusal> {
    let (chat, post) = post(state, bot, mid)?;
    access::chats::granted(state, bot, state.chat(chat).id, Permission::ReadAllMessages)?;
    Ok((chat, post))
}

/// The id of a comment, in the path or as a parameter: both are seen in clients.
fn comment_id(call: &Call) -> Result<&str, Refusal> {
    match call.places.comment.as_str() {
        "" => call.given.required("comment_id"),
        id => Ok(id),
    }
}

fn comment_of(state: &State, chat: ChatKey, post: &Message, id: &str) -> Result<Comment, Refusal> {
    let chat = state.chat(chat).id;
    let found = post.comments.iter().find(|it| mid(chat, it.number) == id);
    found.cloned().ok_or_else(|| Refusal::not_found(&format!("Comment {id} not found")))
}

type Body = (Option<Text>, Option<wire::NewMessageLink<'static>>);

fn comment_body(call: &Call) -> Result<Body, Refusal> {
    let body: wire::NewComment<'static> = read::decoded(&call.body)?;
    if body.link.as_ref().is_some_and(|it| it.kind != wire::LinkKind::Reply) {
        return Err(Refusal::body());
    }
    Ok((read::text(body.text.as_deref(), body.format.as_deref())?, body.link))
}
