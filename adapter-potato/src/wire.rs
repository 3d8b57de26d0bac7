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
mod inline;
mod keyboard;
mod media;
mod message;
mod request;
mod update;

use gateway_core::model::Raw;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use chat::{Chat, ChatMember, ChatType, GroupEntry, Groups, MemberStatus, MembersCount, User};
pub use entity::{Entity, EntityType};
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i64>,
    /// What is wrong, as the English document has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

/// `null`, and what is empty, is read like a field that is not there.
fn filled<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    /// An object, a list or a string with something in it, or anything else that is something.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given<T> {
        Nothing(Nothing),
        Something(T),
    }
    Ok(match Option::<Given<T>>::deserialize(deserializer)? {
        None | Some(Given::Nothing(_)) => None,
        Some(Given::Something(it)) => Some(it),
    })
}

/// An empty object, list or string.
struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Nothing;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("something empty")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Nothing, E> {
                if text.is_empty() { Ok(Nothing) } else { Err(E::custom("it is not empty")) }
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Nothing, A::Error> {
                match items.next_element::<serde::de::IgnoredAny>()? {
                    None => Ok(Nothing),
                    Some(_) => Err(serde::de::Error::custom("it is not empty")),
                }
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut fields: A,
            ) -> Result<Nothing, A::Error> {
                match fields.next_key::<serde::de::IgnoredAny>()? {
                    None => Ok(Nothing),
                    Some(_) => Err(serde::de::Error::custom("it is not empty")),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        #[serde(default, deserialize_with = "filled")]
        location: Option<Location>,
        #[serde(default, deserialize_with = "filled")]
        photo: Option<Vec<PhotoSize>>,
        #[serde(default, deserialize_with = "filled")]
        caption: Option<String>,
    }

    #[test]
    fn null_absent_and_empty_read_alike() {
        let none = Sample { location: None, photo: None, caption: None };
        for json in [
            "{}",
            r#"{"location":null,"photo":null,"caption":null}"#,
            r#"{"location":{},"photo":[],"caption":""}"#,
        ] {
            assert_eq!(serde_json::from_str::<Sample>(json).expect(json), none, "{json}");
        }
    }

    #[test]
    fn what_is_there_is_read_and_what_is_wrong_is_not() {
        let given = r#"{"location":{"latitude":1.5,"longitude":-2},"caption":"c"}"#;
        let read: Sample = serde_json::from_str(given).expect("a sample");
        assert_eq!(read.location, Some(Location { latitude: 1.5, longitude: -2.0 }));
        assert_eq!(read.caption.as_deref(), Some("c"));
        assert!(serde_json::from_str::<Sample>(r#"{"location":{"latitude":1.5}}"#).is_err());
    }
}
