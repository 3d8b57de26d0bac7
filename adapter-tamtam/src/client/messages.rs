//! Messages, presses of buttons, constructors.

use backon::{BackoffBuilder as _, ExponentialBuilder};
use gateway_core::http::{Answer, Call, Operation, Repeat};
use gateway_core::messenger::{ErrorKind, Result};
use reqwest::Method;

use super::{Client, accepted, in_chat_of, read, succeeded};
use crate::error::refused;
use crate::{Dialect, wire};

const LIST: Operation = Operation::new("getMessages", "reading messages", Repeat::Safe);
const GET: Operation = Operation::new("getMessageById", "reading a message", Repeat::Safe);
/// Two calls are two messages: neither platform has a key to tell a repetition by.
const SEND: Operation = Operation::new("sendMessage", "sending a message", Repeat::Unsafe);
/// It says how the message shall be, and that it shall be so twice changes nothing.
const EDIT: Operation = Operation::new("editMessage", "editing a message", Repeat::Safe);
/// A second time there is nothing left to delete, which is an error.
const DELETE: Operation = Operation::new("deleteMessage", "deleting a message", Repeat::Unsafe);
/// A notice that is seen twice harms nobody; one that is lost leaves a button that does nothing.
const ANSWER: Operation = Operation::new("answerOnCallback", "answering a button", Repeat::Safe);
/// It says what the constructor shall show.
const CONSTRUCT: Operation =
    Operation::new("construct", "answering in a constructor", Repeat::Safe);

/// To whom a message is sent.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum To {
    /// To a chat.
    Chat(i64),
    /// To a person's dialog with the bot.
    User(i64),
}

impl From<i64> for To {
    /// To a chat.
    fn from(chat_id: i64) -> Self {
        Self::Chat(chat_id)
    }
}

/// Which messages are read: either of a chat, or by their ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessagesQuery<'a> {
    /// Of this chat.
    pub chat_id: Option<i64>,
    /// These.
    pub message_ids: &'a [&'a str],
    /// Not after this time, in milliseconds since 1970. The newest come first, so `to` is earlier.
    pub from: Option<i64>,
    /// Not before this time, in milliseconds since 1970.
    pub to: Option<i64>,
    /// 1 to 100; 50 when nothing is said.
    pub count: Option<u32>,
}

impl Client {
    /// Messages of a chat, the newest first, or by their ids: `getMessages`.
    pub async fn messages(&self, query: &MessagesQuery<'_>) -> Result<wire::MessageList> {
        let message_ids = self.parts(&LIST, "message_ids", query.message_ids)?;
        let call = self.call(&LIST, Method::GET, &["messages"]);
        let call = call.query_some("chat_id", query.chat_id);
        let call = call.query_some("message_ids", message_ids);
        let call = call.query_some("from", query.from).query_some("to", query.to);
        call.query_some("count", query.count).send(read).await
    }

    /// A message by its `mid`: `getMessageById`.
    pub async fn message(&self, mid: &str) -> Result<wire::Message> {
        let mid = self.part(&GET, "message", mid)?;
        self.call(&GET, Method::GET, &["messages", mid]).send(read).await
    }

    /// Sends a message: `sendMessage`. What was uploaded for it and is still being processed is
    /// waited for. What comes back has a body.
    ///
    /// # Errors
    ///
    /// Beside the usual ones: [`ErrorKind::Invalid`] for an answer of success that says it is
    /// none, [`ErrorKind::Protocol`] for one without the message, which may have been sent.
    pub async fn send_message(
        &self,
        to: impl Into<To>,
        message: &wire::NewMessageBody<'_>,
    ) -> Result<wire::SendMessageResult> {
        self.send_to(to.into(), message, false).await
    }

    /// The same, and no link in it gets a preview: `sendMessage`, `disable_link_preview`.
    pub async fn send_message_without_preview(
        &self,
        to: impl Into<To>,
        message: &wire::NewMessageBody<'_>,
    ) -> Result<wire::SendMessageResult> {
        self.send_to(to.into(), message, true).await
    }

    async fn send_to(
        &self,
        to: To,
        message: &wire::NewMessageBody<'_>,
        disable_link_preview: bool,
    ) -> Result<wire::SendMessageResult> {
        let call = || {
            let call = self.call(&SEND, Method::POST, &["messages"]).json(message);
            let call = match to {
                To::Chat(id) => call.chat(id).query("chat_id", id),
                To::User(id) => call.chat(format_args!("user {id}")).query("user_id", id),
            };
            call.query_some("disable_link_preview", disable_link_preview.then_some(true))
        };
        self.when_ready(carries_something(message), call, sent).await
    }

    /// Changes a message that the bot sent: `editMessage`. What was uploaded for it and is still
    /// being processed is waited for.
    pub async fn edit_message(&self, mid: &str, message: &wire::NewMessageBody<'_>) -> Result<()> {
        let mid = self.part(&EDIT, "message", mid)?;
        let call = || {
            let call = self.call(&EDIT, Method::PUT, &["messages"]).query("message_id", mid);
            in_chat_of(call, mid).json(message)
        };
        self.when_ready(carries_something(message), call, succeeded).await
    }

    /// Deletes a message: `deleteMessage`.
    pub async fn delete_message(&self, mid: &str) -> Result<()> {
        let mid = self.part(&DELETE, "message", mid)?;
        let call = self.call(&DELETE, Method::DELETE, &["messages"]).query("message_id", mid);
        in_chat_of(call, mid).send(succeeded).await
    }

    /// Answers the press of a button: `answerOnCallback`. What was uploaded for the message and is
    /// still being processed is waited for.
    pub async fn answer(&self, callback_id: &str, answer: &wire::CallbackAnswer<'_>) -> Result<()> {
        let callback_id = self.part(&ANSWER, "callback", callback_id)?;
        let call = || {
            let call = self.call(&ANSWER, Method::POST, &["answers"]);
            call.query("callback_id", callback_id).json(answer)
        };
        let carries = answer.message.as_ref().is_some_and(carries_something);
        self.when_ready(carries, call, succeeded).await
    }

    /// TamTam: answers what a person does in the bot's constructor: `construct`.
    pub async fn construct(
        &self,
        session_id: &str,
        answer: &wire::ConstructorAnswer<'_>,
    ) -> Result<()> {
        let instead = "there is nothing like it, but a message can be sent";
        self.only_on(Dialect::TamTam, &CONSTRUCT, instead)?;
        let session_id = self.part(&CONSTRUCT, "session", session_id)?;
        let call = self.call(&CONSTRUCT, Method::POST, &["answers", "constructor"]);
        call.query("session_id", session_id).json(answer).send(succeeded).await
    }

    /// Sends a call again as long as the platform says that an upload is still being processed.
    /// The HTTP client's own tries would end long before that, so they do not see this refusal.
    async fn when_ready<'a, T>(
        &'a self,
        carries_something: bool,
        call: impl Fn() -> Call<'a>,
        decode: impl Fn(&Answer) -> Result<T>,
    ) -> Result<T> {
        let decode = |answer: &Answer| match decode(answer) {
            Err(error) if *error.kind() == ErrorKind::NotReady => Ok(Err(error)),
            other => other.map(Ok),
        };
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(self.not_ready.first_pause)
            .with_max_delay(self.not_ready.longest_pause)
            .with_total_delay(Some(self.not_ready.at_most))
            .without_max_times()
            .build();
        loop {
            let error = match call().send(decode).await? {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let pause = pauses.next().filter(|_| carries_something);
            let Some(pause) = pause else { return Err(error) };
            tokio::time::sleep(pause).await;
        }
    }
}

/// Only what carries attachments is ever not ready.
fn carries_something(message: &wire::NewMessageBody<'_>) -> bool {
    message.attachments.as_ref().is_some_and(|attachments| !attachments.is_empty())
}

/// The message that was sent. Asserted by the official client's suite: a logical refusal is an
/// answer of success that says it is none.
fn sent(answer: &Answer) -> Result<wire::SendMessageResult> {
    let result = match accepted(answer)?.json::<wire::SendMessageResult>() {
        Ok(result) => result,
        // Only an answer that says what it is replaces what is known of it.
        Err(unreadable) => return Err(refused(answer).unwrap_or(unreadable)),
    };
    if result.message.body.is_none() {
        return Err(answer.refusal(ErrorKind::Protocol, None, Some("the answer holds no message")));
    }
    Ok(result)
}
