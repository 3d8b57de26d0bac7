//! MAX: comments under the posts of a channel.
//!
//! They came in August 2026, with 0.0.33. Paths, parameters and bodies are as the client maxoxide
//! 3.1.0 has them.

use gateway_core::http::{Answer, Operation, Repeat};
use gateway_core::messenger::Result;
use reqwest::Method;

use super::{Client, accepted, in_chat_of, read, succeeded};
use crate::{Dialect, wire};

const LIST: Operation = Operation::new("getComments", "reading comments", Repeat::Safe);
const GET: Operation = Operation::new("getComment", "reading a comment", Repeat::Safe);
/// Two calls are two comments.
const CREATE: Operation = Operation::new("createComment", "commenting on a post", Repeat::Unsafe);
const EDIT: Operation = Operation::new("editComment", "editing a comment", Repeat::Safe);
/// A second time there is nothing left to delete, which is an error.
const DELETE: Operation = Operation::new("deleteComment", "deleting a comment", Repeat::Unsafe);

const INSTEAD: &str = "there is nothing like it, but a message can answer another";

/// Which comments under a post are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct CommentsQuery<'a> {
    /// These.
    pub comment_ids: &'a [&'a str],
    /// Not after this time, in milliseconds since 1970. MAX's page on the operation calls the two a
    /// span of time; whether its ends belong to it, no source says.
    pub before: Option<i64>,
    /// Not before this time, in milliseconds since 1970.
    pub after: Option<i64>,
    /// So many, the last of that span.
    pub count: Option<u32>,
}

impl Client {
    /// The comments under a post: `GET /messages/{messageId}/comments`.
    pub async fn comments(
        &self,
        post: &str,
        query: &CommentsQuery<'_>,
    ) -> Result<wire::CommentList> {
        self.only_on(Dialect::Max, &LIST, INSTEAD)?;
        let post = self.part(&LIST, "message", post)?;
        let comment_ids = self.parts(&LIST, "comment_ids", query.comment_ids)?;
        let call = self.call(&LIST, Method::GET, &["messages", post, "comments"]);
        let call = call.query_some("comment_ids", comment_ids);
        let call = call.query_some("before", query.before).query_some("after", query.after);
        call.query_some("count", query.count).send(read).await
    }

    /// A comment: `GET /messages/{messageId}/comments/{commentId}`.
    pub async fn comment(&self, post: &str, comment: &str) -> Result<wire::Message> {
        self.only_on(Dialect::Max, &GET, INSTEAD)?;
        let post = self.part(&GET, "message", post)?;
        let comment = self.part(&GET, "comment", comment)?;
        self.call(&GET, Method::GET, &["messages", post, "comments", comment]).send(read).await
    }

    /// Comments on a post: `POST /messages/{messageId}/comments`.
    pub async fn create_comment(
        &self,
        post: &str,
        comment: &wire::NewComment<'_>,
    ) -> Result<wire::Message> {
        self.only_on(Dialect::Max, &CREATE, INSTEAD)?;
        let part = self.part(&CREATE, "message", post)?;
        let call = self.call(&CREATE, Method::POST, &["messages", part, "comments"]);
        in_chat_of(call, post).json(comment).send(created).await
    }

    /// Changes a comment: `PUT /messages/{messageId}/comments`.
    pub async fn edit_comment(
        &self,
        post: &str,
        comment: &str,
        new: &wire::NewComment<'_>,
    ) -> Result<()> {
        self.only_on(Dialect::Max, &EDIT, INSTEAD)?;
        let part = self.part(&EDIT, "message", post)?;
        let comment = self.part(&EDIT, "comment", comment)?;
        let call = self.call(&EDIT, Method::PUT, &["messages", part, "comments"]);
        in_chat_of(call, post).query("comment_id", comment).json(new).send(succeeded).await
    }

    /// Deletes a comment: `DELETE /messages/{messageId}/comments`.
    pub async fn delete_comment(&self, post: &str, comment: &str) -> Result<()> {
        self.only_on(Dialect::Max, &DELETE, INSTEAD)?;
        let part = self.part(&DELETE, "message", post)?;
        let comment = self.part(&DELETE, "comment", comment)?;
        let call = self.call(&DELETE, Method::DELETE, &["messages", part, "comments"]);
        in_chat_of(call, post).query("comment_id", comment).send(succeeded).await
    }
}

/// The comment, whether it stands by itself or, like a message that was sent, in a field.
fn created(answer: &Answer) -> Result<wire::Message> {
    match accepted(answer)?.json::<wire::SendMessageResult>() {
        Ok(result) => Ok(result.message),
        Err(_) => read(answer),
    }
}
