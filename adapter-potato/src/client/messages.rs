//! Messages: sending, passing on, changing, deleting; and presses of their buttons.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;

use super::{Client, at_most, not_empty};
use crate::wire;

/// Two calls are two messages: the platform has no key to tell a repetition by.
const SEND: Operation = Operation::new("sendTextMessage", "sending a message", Repeat::Unsafe);
const FORWARD: Operation = Operation::new("forwardMessage", "passing a message on", Repeat::Unsafe);
const LOCATION: Operation = Operation::new("sendLocation", "sending a place", Repeat::Unsafe);
const VENUE: Operation = Operation::new("sendVenue", "sending a place", Repeat::Unsafe);
const CONTACT: Operation = Operation::new("sendContact", "sending a card", Repeat::Unsafe);
/// It says how the message shall be, and that it shall be so twice changes nothing.
const EDIT: Operation = Operation::new("editMessageText", "editing a message", Repeat::Safe);
const CAPTION: Operation = Operation::new("editMessageCaption", "editing a message", Repeat::Safe);
const DELETE: Operation = Operation::new("deleteMessage", "deleting a message", Repeat::Safe);
const ACTION: Operation = Operation::new("sendChatAction", "showing an activity", Repeat::Safe);
/// A notice that is seen twice harms nobody; one that is lost leaves a button that does nothing.
const ANSWER: Operation = Operation::new("answerCallbackQuery", "answering a button", Repeat::Safe);

/// Longest notice, in characters: `answerCallbackQuery`, `text`.
pub(crate) const NOTICE: usize = 200;

/// Longest caption, in characters: `sendPhoto`, `sendDocument` and `sendVideo`, `caption`.
pub(crate) const CAPTION_CHARACTERS: usize = 200;

impl Client {
    /// Sends a text: `sendTextMessage`.
    pub async fn send_text_message(
        &self,
        message: &wire::SendTextMessage<'_>,
    ) -> Result<wire::SentMessage> {
        self.post_to(message.target, &SEND, message).await
    }

    /// Passes a message on: `forwardMessage`.
    pub async fn forward_message(
        &self,
        forward: &wire::ForwardMessage,
    ) -> Result<wire::SentMessage> {
        self.post_to(forward.target, &FORWARD, forward).await
    }

    /// Sends a place: `sendLocation`.
    pub async fn send_location(
        &self,
        location: &wire::SendLocation<'_>,
    ) -> Result<wire::SentMessage> {
        self.post_to(location.target, &LOCATION, location).await
    }

    /// Sends a place with a name: `sendVenue`.
    pub async fn send_venue(&self, venue: &wire::SendVenue<'_>) -> Result<wire::SentMessage> {
        self.post_to(venue.target, &VENUE, venue).await
    }

    /// Sends somebody's card: `sendContact`. The platform does not tell the message's number.
    pub async fn send_contact(&self, contact: &wire::SendContact<'_>) -> Result<()> {
        self.act_in(contact.target, &CONTACT, contact).await
    }

    /// Changes a text that the bot sent: `editMessageText`.
    pub async fn edit_message_text(&self, edit: &wire::EditMessageText<'_>) -> Result<()> {
        self.act_in(edit.target, &EDIT, edit).await
    }

    /// Changes what a file that the bot sent says: `editMessageCaption`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for one of more than 200
    /// characters.
    pub async fn edit_message_caption(&self, edit: &wire::EditMessageCaption<'_>) -> Result<()> {
        let caption = edit.caption.as_deref().unwrap_or_default();
        at_most(&CAPTION, "caption", CAPTION_CHARACTERS, caption.chars().count())?;
        self.act_in(edit.target, &CAPTION, edit).await
    }

    /// Deletes a message: `deleteMessage`. In a dialog the bot's own only, elsewhere any where the
    /// bot keeps order.
    pub async fn delete_message(&self, message: &wire::MessageIn) -> Result<()> {
        self.act_in(message.target, &DELETE, message).await
    }

    /// Shows for a few seconds what the bot is busy with: `sendChatAction`.
    pub async fn send_chat_action(&self, action: &wire::SendChatAction) -> Result<()> {
        self.act(&ACTION, action).await
    }

    /// Answers the press of a button: `answerCallbackQuery`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for a text of more than 200
    /// characters, [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) without a press.
    pub async fn answer_callback_query(
        &self,
        answer: &wire::AnswerCallbackQuery<'_>,
    ) -> Result<()> {
        not_empty(&ANSWER, "inline_message_id", &answer.inline_message_id)?;
        at_most(&ANSWER, "text", NOTICE, answer.text.chars().count())?;
        self.act(&ANSWER, answer).await
    }
}
