//! The platform's JSON, spelled as the platform spells it.
//!
//! One set of types serves both directions: a client writes requests and reads answers, a server
//! reads requests and writes answers. What is sent borrows its texts; what arrives owns them.
//!
//! Every optional field may be `null`, absent or empty, and reads alike; enums are integers, and a
//! keyboard's rows are objects. What the document's tables get wrong (kinds of markup, the fields of
//! answers) is here as its examples and clients in production have it, and says so.
//!
//! Sources: the English document of the Bot API, by its headings; "clients" are programs in public
//! repositories that ran against the real service.

mod chat;
mod entity;
mod filled;
mod inline;
mod keyboard;
mod media;
mod message;
mod request;
mod update;

use gateway_core::model::Raw;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use chat::{Chat, ChatMember, ChatType, GroupEntry, Groups, MemberStatus, MembersCount, User};
pub use entity::{Entity, EntityType};
use filled::{filled, filled_list, filled_or_empty};
pub use inline::{
    AnswerInlineQuery, ArticleResult, GameResult, GifResult, InlineQueryResult,
    InputMessageContent, PhotoResult, PhotoSource, VideoResult, WebsiteResult,
};
pub use keyboard::{
    CallbackGame, ForceReply, InlineKeyboardButton, InlineKeyboardButtonRow, InlineKeyboardMarkup,
    KeyboardButton, KeyboardButtonRow, MarkupType, ReplyKeyboardMarkup, ReplyKeyboardRemove,
    ReplyMarkup,
};
pub use media::{Audio, Contact, Document, Location, PhotoSize, Venue, Video, Voice};
pub use message::{Message, MessageAction};
pub use request::{
    AnswerCallbackQuery, ChatAction, EditMessageCaption, EditMessageText, ForwardMessage,
    GameScores, GetFile, KickMember, MessageIn, PinChatMessage, SendChatAction, SendContact,
    SendDocument, SendGame, SendLocation, SendPhoto, SendTextMessage, SendVenue, SendVideo,
    SetChatDescription, SetChatTitle, SetGameScore, SetJoinGroups, SetWebhook, Target,
};
pub use update::{CallbackQuery, InlineQuery, Update};

/// The envelope of every answer. In an error the text stands in `result`; the English document
/// says `description`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Envelope {
    /// Whether it worked.
    pub ok: bool,
    /// What came of it, or what is wrong: unread, so that one update that no parser can hold does
    /// not cost the rest.
    #[serde(default)]
    pub result: Raw,
    /// What kind of error.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i64>,
    /// What is wrong, as the English document has it.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What may help with an error: `ResponseParameters`, which the document names and nowhere
    /// describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
}

/// What sending a message brings.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SentMessage {
    /// The message's number in its chat.
    pub message_id: i64,
}

/// What sending a file brings.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SentFile {
    /// The message's number in its chat.
    pub message_id: i64,
    /// By which the file is sent again.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
}

/// What `getFile` brings. Its prose says a `File` with a `file_path`; table and example have this.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FileUrl {
    /// Where the file is. The bot's token is in it.
    pub url: String,
}
