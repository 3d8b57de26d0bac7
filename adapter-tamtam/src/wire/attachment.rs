//! What a message that is read carries beside its text. What is sent has other shapes: see
//! `request`.

pub(super) mod request;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Keyboard, ReplyButton, User};

/// Something attached to a message that is read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Attachment {
    /// One that is typed here.
    Known(KnownAttachment),
    /// Any other, untouched: a new kind, or one that lacks what its schema demands.
    Other(Value),
}

/// The attachments that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownAttachment {
    /// A picture.
    Image {
        /// Where it is.
        payload: PhotoPayload,
    },
    /// A film.
    Video {
        /// Where it is.
        payload: MediaPayload,
        /// A picture of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thumbnail: Option<VideoThumbnail>,
        /// In pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width: Option<i64>,
        /// In pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        height: Option<i64>,
        /// In seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration: Option<i64>,
    },
    /// Music or speech.
    Audio {
        /// Where it is.
        payload: MediaPayload,
        /// MAX: what is said in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transcription: Option<String>,
    },
    /// Any file.
    File {
        /// Where it is.
        payload: FilePayload,
        /// Its name.
        #[serde(default, deserialize_with = "super::or_default")]
        filename: String,
        /// In bytes.
        #[serde(default, deserialize_with = "super::or_default")]
        size: i64,
    },
    /// A sticker.
    Sticker {
        /// Which.
        payload: StickerPayload,
        /// In pixels.
        #[serde(default, deserialize_with = "super::or_default")]
        width: i64,
        /// In pixels.
        #[serde(default, deserialize_with = "super::or_default")]
        height: i64,
    },
    /// Somebody's contact.
    Contact {
        /// Whose.
        payload: ContactPayload,
    },
    /// Buttons under the message.
    InlineKeyboard {
        /// The buttons.
        payload: Keyboard<'static>,
        /// Seen on MAX's wire beside the payload, in no schema.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        callback_id: Option<String>,
    },
    /// MAX: buttons in the place of the person's keyboard.
    ReplyKeyboard {
        /// From top to bottom; in a row from left to right.
        buttons: Vec<Vec<ReplyButton<'static>>>,
    },
    /// A preview of a link.
    Share {
        /// What is shared.
        payload: SharePayload<'static>,
        /// The title of the page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What the page is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The page's picture.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image_url: Option<String>,
    },
    /// A place.
    Location {
        /// In degrees, north is positive.
        latitude: f64,
        /// In degrees, east is positive.
        longitude: f64,
    },
    /// MAX: the payload of a reply keyboard's button that was pressed.
    Data {
        /// The payload.
        data: String,
    },
}

/// A picture on the platform.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PhotoPayload {
    /// Which picture.
    pub photo_id: i64,
    /// By which it is sent again.
    pub token: String,
    /// Where it is.
    pub url: String,
}

/// A film or a sound on the platform.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MediaPayload {
    /// Where it is.
    pub url: String,
    /// By which it is sent again.
    pub token: String,
}

/// A file on the platform.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct FilePayload {
    /// Where it is.
    pub url: String,
    /// By which it is sent again.
    pub token: String,
}

/// A picture of a film: TamTam's is a whole photo, MAX's is an address.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct VideoThumbnail {
    /// Where it is.
    pub url: String,
    /// TamTam, and `GET /videos/{videoToken}` of MAX: which picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_id: Option<i64>,
    /// TamTam, and `GET /videos/{videoToken}` of MAX: by which it is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Somebody's contact.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ContactPayload {
    /// A vCard; seen on MAX's wire: version 3.0, its lines end in CRLF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcf_info: Option<String>,
    /// TamTam: who on the platform it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tam_info: Option<Box<User>>,
    /// MAX: who on the platform it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_info: Option<Box<User>>,
    /// MAX: proves that the platform wrote the vCard, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// A sticker.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct StickerPayload {
    /// Where its picture is.
    pub url: String,
    /// By which it is sent.
    pub code: String,
}

/// A link that is shared: the same shape both ways.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct SharePayload<'a> {
    /// The link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// By which the preview is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Cow<'a, str>>,
}
