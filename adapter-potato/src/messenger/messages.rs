//! Sending, editing, deleting, answering.

use async_trait::async_trait;
use gateway_core::messenger::{Activity, Callbacks, Deletions, Edits, Error, Result, Typing};
use gateway_core::model::{Attachment, CallbackId, ChatId, Media, MessageId, NewMessage, Source};

use super::{Potato, here, number, peer};
use crate::outbound::{self, Sending};
use crate::wire;

impl Potato {
    /// Sends a message by the method that it needs; its number.
    pub(super) async fn send_as_it_is(&self, chat: &ChatId, new: &NewMessage) -> Result<i64> {
        const DOING: &str = "sending a message";
        self.capabilities.check(DOING, new).map_err(here)?;
        let peer = peer(DOING, chat)?;
        let client = &self.client;
        let sending = outbound::message(DOING, peer, new).map_err(here)?;
        // Most have no file, and shall not hold room for its upload.
        Ok(match sending {
            Sending::Text(message) => client.send_text_message(&message).await?.message_id,
            Sending::Forward(message) => client.forward_message(&message).await?.message_id,
            Sending::Location(message) => client.send_location(&message).await?.message_id,
            Sending::Venue(message) => client.send_venue(&message).await?.message_id,
            Sending::Game(message) => client.send_game(&message).await?.message_id,
            Sending::Photo(message) => {
                let sent = async {
                    let file = self.along(DOING, FILE, media(new)).await?;
                    client.send_photo(&message, file).await
                };
                Box::pin(sent).await?.message_id
            }
            Sending::Document(message) => {
                let sent = async {
                    let file = self.along(DOING, FILE, media(new)).await?;
                    client.send_document(&message, file).await
                };
                Box::pin(sent).await?.message_id
            }
            Sending::Video(message) => {
                let sent = async {
                    let file = self.along(DOING, FILE, media(new)).await?;
                    let thumb = self.along(DOING, THUMBNAIL, outbound::thumbnail(new)).await?;
                    client.send_video(&message, file, thumb).await
                };
                Box::pin(sent).await?.message_id
            }
        })
    }
}

/// What a message has its file in: there is one at most.
const FILE: &str = "attachments[0]";
const THUMBNAIL: &str = "attachments[0].thumbnail";

/// The file of a message.
fn media(new: &NewMessage) -> Option<&Media> {
    new.attachments.first().and_then(Attachment::media)
}

#[async_trait]
impl Edits for Potato {
    /// The text, or of a file what stands beside it. The file itself stays the one that it is: one
    /// that is not on the platform yet is refused.
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        self.capabilities.check(DOING, new).map_err(here)?;
        let target = wire::Target::from(peer(DOING, chat)?);
        let message_id = number(DOING, "message", message.as_str())?;
        if new.reply_to.is_some() || new.forward.is_some() {
            return Err(here(Error::unsupported(DOING, "other links to messages")));
        }
        let Some(attachment) = new.attachments.first() else {
            let Sending::Text(text) =
                outbound::message(DOING, peer(DOING, chat)?, new).map_err(here)?
            else {
                return Err(here(Error::unsupported(DOING, "anything but a text")));
            };
            let edit = wire::EditMessageText {
                target,
                message_id,
                text: text.text,
                markdown: text.markdown,
                reply_markup: text.reply_markup,
            };
            return self.client.edit_message_text(&edit).await;
        };
        if !attachment.media().is_some_and(|media| matches!(media.source, Source::Stored(_))) {
            return Err(here(Error::unsupported(DOING, "other files in the place of the first")));
        }
        outbound::check_text(DOING, new.text.plain_text()).map_err(here)?;
        let markup = new.keyboard.as_ref();
        let markup = markup.map(|it| outbound::keyboard::markup(DOING, it)).transpose();
        let edit = wire::EditMessageCaption {
            target,
            message_id,
            caption: Some(outbound::caption(&new.text).unwrap_or_default()),
            reply_markup: markup.map_err(here)?,
        };
        self.client.edit_message_caption(&edit).await
    }
}

#[async_trait]
impl Deletions for Potato {
    async fn delete(&self, chat: &ChatId, message: &MessageId) -> Result<()> {
        const DOING: &str = "deleting a message";
        let target = peer(DOING, chat)?.into();
        let message_id = number(DOING, "message", message.as_str())?;
        self.client.delete_message(&wire::MessageIn { target, message_id }).await
    }
}

#[async_trait]
impl Callbacks for Potato {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        outbound::check_text("answering a button", notice).map_err(here)?;
        let answer = wire::AnswerCallbackQuery {
            inline_message_id: callback.as_str().into(),
            text: notice.into(),
            ..wire::AnswerCallbackQuery::default()
        };
        self.client.answer_callback_query(&answer).await
    }
}

#[async_trait]
impl Typing for Potato {
    async fn show(&self, chat: &ChatId, activity: Activity) -> Result<()> {
        const DOING: &str = "showing an activity";
        let action = match activity {
            Activity::Typing => wire::ChatAction::Typing,
            Activity::SendingImage => wire::ChatAction::UploadPhoto,
            Activity::SendingVideo => wire::ChatAction::UploadVideo,
            Activity::SendingAudio => wire::ChatAction::UploadAudio,
            Activity::SendingFile => wire::ChatAction::UploadDocument,
            Activity::ChoosingLocation => wire::ChatAction::GeoLocation,
            Activity::ChoosingContact => wire::ChatAction::ChooseContact,
            Activity::Nothing => wire::ChatAction::Cancel,
            other => return Err(here(other.unsupported())),
        };
        let target = peer(DOING, chat)?.into();
        self.client.send_chat_action(&wire::SendChatAction { target, action }).await
    }
}
